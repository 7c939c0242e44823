"""The project's figures, each measured beside what it is compared with: ``npm run bench``."""
