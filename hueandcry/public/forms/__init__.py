"""Forms of the public door, one file per view file."""
