"""The app of the public door."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Public forms."""

    name = "hueandcry.public"
