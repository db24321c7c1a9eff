"""What people are told they may not do."""

from __future__ import annotations

import pytest

from hueandcry.kernel.actor import IN_WORDS, Permission, public
from hueandcry.kernel.errors import NotAllowed


@pytest.mark.parametrize("permission", list(Permission))
def test_every_refusal_is_said_in_peoples_words(permission: Permission) -> None:
    assert ":" not in str(IN_WORDS[permission])
    with pytest.raises(NotAllowed) as refused:
        public(agency_id=1).require(permission)
    assert permission.words in refused.value.sentence
    assert permission.value not in refused.value.sentence
    assert refused.value.permission == permission.value
