"""The practice room as a Django application."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Posts that go nowhere."""

    name = "hueandcry.practice"
