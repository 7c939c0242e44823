"""The process that runs on an instance; the only place that trains with the framework."""
