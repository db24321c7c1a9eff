"""The public door: tip pages without cookies, scripts or sessions."""

from hueandcry.settings.base import *  # noqa: F403
from hueandcry.settings.base import INSTALLED_APPS

ROOT_URLCONF = "hueandcry.public.urls"
INSTALLED_APPS = [*[app for app in INSTALLED_APPS if app != "django.contrib.sessions"], "hueandcry.public"]
MIDDLEWARE = [
    "hueandcry.public.guard.Guard",  # outermost: its headers and padding belong on every page
    "hueandcry.ui.middleware.Refusals",
    "django.middleware.common.CommonMiddleware",
]
