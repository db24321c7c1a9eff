"""The worker and the command line: no pages."""

from hueandcry.kernel.keyfiles import secret
from hueandcry.settings import env
from hueandcry.settings.base import *  # noqa: F403
from hueandcry.settings.base import DATABASES, HUE_KEYS

SECRET_KEY = secret(HUE_KEYS, "django.key", size=48).hex()
MIDDLEWARE: list[str] = []
# No page is served, so there is nothing for these to protect; sessions are installed for their table only (W010).
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003", "security.W010"]
if env.text("HUE_PROCESS") == "worker":  # the command line may make databases, the worker never does
    DATABASES = {alias: env.standing(database) for alias, database in DATABASES.items()}
