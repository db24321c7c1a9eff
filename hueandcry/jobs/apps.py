"""The jobs room as a Django application."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Due work and the worker."""

    name = "hueandcry.jobs"
