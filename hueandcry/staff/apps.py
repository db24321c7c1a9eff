"""The staff room as a Django application."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The staff feed and staff notices."""

    name = "hueandcry.staff"
