"""The assets room as a Django application."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    """Pictures and their renditions."""

    name = "hueandcry.assets"
