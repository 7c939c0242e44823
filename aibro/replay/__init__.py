"""Running a recorded job again, and whether it came out the same."""
