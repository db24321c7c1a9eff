"""The channels room as a Django application."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Accounts, stewards, credentials."""

    name = "hueandcry.channels"
