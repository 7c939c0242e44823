"""The machines that jobs can ask for: this one, and those that machines.toml describes."""
