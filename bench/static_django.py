"""The peer of benchmark `static`: the same appeal's page, rendered by Django from the database for every request.

What an agency's content system does: load the rows, render the templates, compress. The page is the one that
`publicsite` makes, byte for byte. No session, no user, no middleware but gzip, so it is a generous peer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any


def _application() -> Callable[..., Any]:
    """The WSGI application on the data directory HUE_HOME."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "hueandcry.settings.worker"
    from django.conf import settings

    settings.ROOT_URLCONF = "bench.static_django_urls"
    settings.MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware"]
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


if "HUE_BENCH_DJANGO" in os.environ:
    application = _application()
