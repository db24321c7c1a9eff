"""Hue & Cry: one system for a public-safety agency to speak with the public and to hear it."""

__version__ = "0.2.0"
