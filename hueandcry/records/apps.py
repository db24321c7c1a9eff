"""The records room as a Django application."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The record of every action."""

    name = "hueandcry.records"
