"""What a notebook calls: `Training`, `Job` and `Comm`."""
