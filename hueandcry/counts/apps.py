"""The counts room as a Django application."""

from django.apps import AppConfig


class CountsConfig(AppConfig):
    """Figures of the networks and of our own links."""

    name = "hueandcry.counts"
