"""The health room as a Django application: without tables, but with a sweep."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """How the installation stands."""

    name = "hueandcry.health"
