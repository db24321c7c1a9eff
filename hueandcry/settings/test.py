"""Tests: both doors installed, quick hashes, a data directory of their own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import cast

if "HUE_HOME" not in os.environ:
    os.environ["HUE_HOME"] = tempfile.mkdtemp(prefix="hue-test-")
    atexit.register(shutil.rmtree, os.environ["HUE_HOME"], ignore_errors=True)
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Each worker has databases of its own, in which programme 1 is another: its pins and locks lie apart too.
    own = Path(os.environ["HUE_HOME"])
    own = own if own.name == worker else own / worker
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["HUE_HOME"] = str(own)

from hueandcry.settings.desk import *  # noqa: F403
from hueandcry.settings.desk import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "hueandcry.public"]
PASSWORD_HASHERS = ["hueandcry.settings.quickhash.QuickArgon2"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
HUE_TIP_KDF = {"memory_kib": 64, "passes": 1}  # the production cost is in tips/keys.py
HUE_DELIVERY_THREADS = 1  # in the test's own thread and transaction
for database in DATABASES.values():  # a test's rows need not survive a power cut
    options = cast("dict[str, str]", database["OPTIONS"])
    if "init_command" in options:
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
