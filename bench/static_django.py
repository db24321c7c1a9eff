"""The peer of benchmark `static`: a plain Django page made from one row of SQLite for every request.

What an agency's content system does at its leanest: load the row, render the template, compress. No session, no user,
no middleware but gzip, so it is a generous peer.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def prepare(folder: Path, page: str) -> dict[str, str]:
    """Put the page's text into a database of its own; returns the environment the server needs."""
    folder.mkdir()
    head, body = page.split("<body>", 1)
    paragraphs = re.findall(r'<p class="govuk-body">(.*?)</p>\n', body)
    with sqlite3.connect(folder / "bench.sqlite3") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(
            "CREATE TABLE static_django_appeal (id INTEGER PRIMARY KEY, ref TEXT UNIQUE, text TEXT)"
        )
        database.execute(
            "INSERT INTO static_django_appeal VALUES (1, 'PE-2418', ?)", ("\n".join(paragraphs),)
        )
    template = (
        head.replace("PE-2418", "{{ appeal.ref }}")
        + '<body>{% for paragraph in paragraphs %}<p class="govuk-body">{{ paragraph }}</p>\n{% endfor %}</body></html>\n'
    )
    (folder / "appeal.html").write_text(template)
    return {"HUE_BENCH_FOLDER": str(folder), "PYTHONPATH": str(HERE)}


def _application() -> Callable[..., Any]:
    """The WSGI application, set up from HUE_BENCH_FOLDER."""
    from django.conf import settings

    folder = os.environ["HUE_BENCH_FOLDER"]
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="static_django_urls",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": f"{folder}/bench.sqlite3",
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=[],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [folder]}],
        MIDDLEWARE=["django.middleware.gzip.GZipMiddleware"],
        LOGGING_CONFIG=None,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


if "HUE_BENCH_FOLDER" in os.environ:
    application = _application()
