"""The app of the staff door."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Staff pages."""

    name = "hueandcry.desk"
