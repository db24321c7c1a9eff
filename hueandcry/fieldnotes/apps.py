"""The fieldnotes room as a Django application."""

from django.apps import AppConfig


class FieldnotesConfig(AppConfig):
    """Notes from the scene."""

    name = "hueandcry.fieldnotes"
