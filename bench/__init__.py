"""The project's benchmarks, each measured next to a baseline: ``npm run bench``."""
