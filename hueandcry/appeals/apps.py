"""The appeals room as a Django application."""

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    """Appeals, their pictures and updates."""

    name = "hueandcry.appeals"
