"""Finding appeals by words, in any script, however many there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.appeals import queries
from tests.factories_appeals import Team

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.mark.parametrize("words", ["ПОЖАР", "gdansk", "straße", "STRASSE гданьск", "pe-1001"])
def test_appeals_are_found_in_any_script_without_case_and_accents(words: str) -> None:
    team = Team()
    found = team.draft(title="Пожар на улице Гданьск", place="Gdańsk, Hafenstraße")
    team.draft(title="A bench", place="Harbour Square")
    assert queries.appeals(actor=team.author, words=words) == [found]


def test_thousands_of_appeals_are_searched_without_reading_their_texts() -> None:
    team = Team()
    team.draft()
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.headings(actor=team.author)) == 1
    assert "what_happened" not in asked[0]["sql"]
