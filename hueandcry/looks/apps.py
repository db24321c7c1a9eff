"""The looks room as a Django application."""

from django.apps import AppConfig


class LooksConfig(AppConfig):
    """Second looks, drawn by lot."""

    name = "hueandcry.looks"
