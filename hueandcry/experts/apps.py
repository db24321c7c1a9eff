"""The experts room as a Django application."""

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    """Who knows about what, and what they are asked."""

    name = "hueandcry.experts"
