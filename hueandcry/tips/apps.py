"""The tips room as a Django application."""

from django.apps import AppConfig


class TipsConfig(AppConfig):
    """Sealed tips in a database of their own."""

    name = "hueandcry.tips"
