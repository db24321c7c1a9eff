"""Views of the public door, one file per room."""
