"""Channels in memory, an agency and its administrator."""

from __future__ import annotations

from typing import Any

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels import catalogue
from hueandcry.kernel.actor import Actor
from tests.channels.profile_fakes import SHOWN, SHOWN_CHANNEL, WRITABLE, WRITABLE_CHANNEL
from tests.factories import make_actor, make_agency
from tests.fakes import CHANNEL, FAKE


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Channels that show nothing, that show their pages, and that let us write them."""
    for channel, fake in ((FAKE, CHANNEL), (SHOWN, SHOWN_CHANNEL), (WRITABLE, WRITABLE_CHANNEL)):
        fake.reset()
        monkeypatch.setitem(catalogue.CHANNELS, channel.name, channel)
    settings.HUE_ALLOW_PRIVATE = ["127.0.0.1:9"]


@pytest.fixture
def agency() -> Agency:
    """A force with a name in the web."""
    return make_agency(host="ellery.example")


@pytest.fixture
def admin(agency: Agency) -> Actor:
    """Who keeps its register."""
    return make_actor(agency, Role.ADMINISTRATOR, name="Petra Solway")
