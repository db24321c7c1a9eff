"""The app that carries the shared templates and style sheets."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Shared look."""

    name = "hueandcry.ui"
