"""No rule stops criticism of the police, nor praise, nor a person's own account."""

from __future__ import annotations

import pytest

from hueandcry.preflight import packs
from hueandcry.preflight.checks import Draft, Level, check
from hueandcry.preflight.packs import LANGUAGES

SAID = (
    "Police are corrupt and everybody knows it.",
    "ACAB.",
    "The police murdered my brother and covered it up.",
    "This department is racist from top to bottom.",
    "The officers who did this must be held to account. We want names.",
    "Your officers broke down my door and found nothing. I want an apology.",
    "Defund the police.",
    "Abolish this force; it has failed the town for years.",
    "The chief lied to us and should resign.",
    "Police brutality happens here too, said the speaker, and nobody contradicted him.",
    "They stopped and searched my son three times for nothing.",
    "Nobody believed me when I came to the station. I was treated like a criminal.",
    "I was assaulted and the detective who took my case was the first who listened.",
    "I complained in March. It is November. Nobody has answered.",
    "The watchdog found misconduct by two of our officers. Here is the whole report.",
    "We got it wrong, we are sorry, and here is what changes.",
    "An officer used force that was not justified. The complaint was upheld.",
    "What a waste of money this force is.",
    "Thank you to the two officers who sat with my father all night.",
    "Best police force in the country. You saved my daughter.",
    "Cops are killers, the banner says. It stays up: it is lawful speech.",
    "A jury found that a police officer had acted unlawfully.",
    "Black Lives Matter marched past our station today.",
    "La police est raciste et violente.",
    "La policía es corrupta y no sirve para nada.",
)
# Words that a rule would need in order to look at what is said about the police.
CRITICAL = (
    "corrupt", "acab", "brutality", "complaint", "racist", "defund", "misconduct", "cover up", "abolish", "police state",
    "unlawful", "apology", "excessive force", "profiling", "murderers in uniform", "pigs",
)  # fmt: skip


@pytest.mark.parametrize("said", SAID, ids=lambda said: said[:50])
@pytest.mark.parametrize("pack", packs.names())
def test_what_is_said_about_the_police_finds_nothing(pack: str, said: str) -> None:
    for stage in ("", "unknown", "arrested", "charged"):
        for language in ("", *LANGUAGES):
            found = check(Draft(said, stage=stage, language=language), packs.load(pack))
            assert [f for f in found if f.level is Level.STOP] == []
            assert found == [], (stage, language)


@pytest.mark.parametrize("pack", packs.names())
def test_no_rule_holds_a_word_of_criticism(pack: str) -> None:
    books = packs.load(pack).books
    for book in books.values():
        for word, filed in book.by_word.items():
            alone = [key for key, phrase, _ahead in filed if word in phrase.elements[phrase.anchor].words]
            silencing = [key for key in alone if key.endswith("/words")]
            assert word not in CRITICAL or not silencing, silencing


def test_who_is_criticised_changes_nothing() -> None:
    pack = packs.load("us-generic")
    for who in ("The police", "The officers", "The mayor's office", "The hospital"):
        assert check(Draft(f"{who} failed my family last winter, and I said so at the hearing."), pack) == []
