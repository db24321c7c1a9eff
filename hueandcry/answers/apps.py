"""The answers room as a Django application."""

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """The library of approved answers."""

    name = "hueandcry.answers"
