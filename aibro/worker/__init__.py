"""What runs on an instance: the only place that imports the framework."""
