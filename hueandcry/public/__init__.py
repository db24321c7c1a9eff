"""The public door: forms that work without scripts and cookies, and remember nobody."""
