"""The form to connect an account by hand asks for whatever its connector needs, in words."""

from __future__ import annotations

import pytest

from hueandcry.channels.catalogue import CHANNELS, connector_for
from hueandcry.desk.forms.accounts import IDENTIFIER, AccountForm


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_can_be_connected_by_hand(name: str) -> None:
    form = AccountForm(channel=CHANNELS[name])
    for asked in connector_for(name).secret_fields:
        if asked != IDENTIFIER:
            assert form.fields[asked].label
            assert form.fields[asked].help_text
