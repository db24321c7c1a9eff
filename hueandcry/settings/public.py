"""The public door: tip pages without cookies, scripts or sessions."""

import secrets

from hueandcry.settings import env
from hueandcry.settings.base import *  # noqa: F403
from hueandcry.settings.base import DATABASES, INSTALLED_APPS

# Nothing is signed here, so nothing outlives this process. The desk's key is closed to it (deploy/systemd).
SECRET_KEY = secrets.token_hex(48)

# Tips are all that this process may write; the main database is opened so that it cannot (ADR 0019).
_url = env.text("HUE_PUBLIC_DATABASE_URL")  # a role with fewer rights: deploy/postgresql/roles.sql
_tips_url = env.text("HUE_PUBLIC_TIPS_DATABASE_URL")
_main, _tips = DATABASES["default"], DATABASES["tips"]
if _url:
    _main, _tips = env.postgres_pair(
        _url, _tips_url, name="HUE_PUBLIC_DATABASE_URL", tips_name="HUE_PUBLIC_TIPS_DATABASE_URL"
    )
DATABASES = {"default": env.read_only(_main), "tips": env.standing(_tips)}

ROOT_URLCONF = "hueandcry.public.urls"
INSTALLED_APPS = [*[app for app in INSTALLED_APPS if app != "django.contrib.sessions"], "hueandcry.public"]
MIDDLEWARE = [
    "hueandcry.health.alive.Alive",
    "hueandcry.public.guard.Guard",  # outermost but for /healthz: its headers and padding belong on every page
    "hueandcry.ui.middleware.Refusals",
    "django.middleware.common.CommonMiddleware",
]
# The guard sets these headers itself, frame-ancestors among them, and the embedded server or nginx again on every
# answer (W001, W002). A token against forged forms needs a cookie, and there is none here to misuse (W003).
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003"]
