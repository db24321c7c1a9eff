"""The agencies room as a Django application."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Agencies, people, roles and sign-in."""

    name = "hueandcry.agencies"
