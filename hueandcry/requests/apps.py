"""The requests room as a Django application."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Requests of units."""

    name = "hueandcry.requests"
