"""The posts room as a Django application."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    """Posts and their deliveries."""

    name = "hueandcry.posts"
