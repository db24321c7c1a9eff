"""The matters room as a Django application."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """Held matters, cases, tried addresses."""

    name = "hueandcry.matters"
