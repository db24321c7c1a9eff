"""The publicsite room as a Django application."""

from django.apps import AppConfig


class PublicsiteConfig(AppConfig):
    """The public site as files."""

    name = "hueandcry.publicsite"
