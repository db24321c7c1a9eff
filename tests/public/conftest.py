"""The public door as its own process sees it: its settings, its routes, its middleware."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from hueandcry.settings import public
from tests.helpers_tips import Programme, make_ready_programme

HOST = "port-ellery.example"


@pytest.fixture
def programme(db: None) -> Programme:
    return make_ready_programme(host=HOST)


@pytest.fixture
def door() -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=public.ROOT_URLCONF, MIDDLEWARE=public.MIDDLEWARE):
        yield Client(
            enforce_csrf_checks=True, headers={"host": f"{HOST}:8000"}, raise_request_exception=False
        )
