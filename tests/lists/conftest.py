"""A list with a key of its own, a mail server, and somebody who looks after the list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.kernel.actor import Actor
from hueandcry.lists import intake, vault
from tests.factories import make_actor, make_agency
from tests.lists.helpers import House
from tests.servers.smtp import MailServer


@pytest.fixture
def house(db: None, tmp_path: Path, settings: Settings) -> House:
    """An agency with a data directory of its own and its lists' key."""
    settings.HUE_HOME = tmp_path
    settings.HUE_KEYS = tmp_path / "keys"
    settings.HUE_MAIL_BOUNCES = "bounces@port-ellery.example"
    settings.DEFAULT_FROM_EMAIL = "alerts@port-ellery.example"
    settings.HUE_HTTPS = True
    vault.make_key()
    intake._bucket.left = intake.BURST
    agency = make_agency(host="port-ellery.example")
    return House(agency, keeper(agency))


def keeper(agency: Agency) -> Actor:
    return make_actor(agency, Role.ADMINISTRATOR, name="Hadley Moreau")


@pytest.fixture
def mail(settings: Any) -> Iterator[MailServer]:
    """A mail server, set as the installation's."""
    server = MailServer().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
    yield server
    server.stop()
