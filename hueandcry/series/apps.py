"""The series room as a Django application."""

from django.apps import AppConfig


class SeriesConfig(AppConfig):
    """Series of posts, and days of awareness."""

    name = "hueandcry.series"
