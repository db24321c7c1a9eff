"""The lists room as a Django application."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    """Lists of subscribers."""

    name = "hueandcry.lists"
