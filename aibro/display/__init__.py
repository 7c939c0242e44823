"""What a notebook shows: jobs, timelines and comparisons as MIME bundles, and where they go."""
