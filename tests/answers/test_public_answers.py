"""Answers for everybody: pages without a script, looked up by word, gone when they lapse or are taken off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.answers.actions import Lapsed, approve_version, retire_answer, write_version
from hueandcry.answers.models import PublicAnswer
from hueandcry.answers.public_actions import hide_answer, show_answer
from hueandcry.answers.published import public_answers
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.publicsite import following, pages
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_library import CONVERSATIONAL, FORMAL, approved_answer, waiting_answer, wording
from tests.factories_rules import gate

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


class Library:
    """Two who write and decide, a clock that can be set, and the public site."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.agency: Agency = make_agency(host="ellery.example")
        self.writer: Actor = make_actor(self.agency, Role.AUTHOR, name="Rosa Lindqvist")
        self.decider: Actor = make_actor(self.agency, Role.APPROVER, name="Femi Adeyemi")

    def shown(
        self, question: str = "How do I report something that I lost?", *, topic: str = "lost property"
    ) -> int:
        """An answer on the public site."""
        answer = approved_answer(self.writer, self.decider, question=question, topic=topic)
        show_answer(answer_id=answer.pk, register="formal", by=self.decider)
        return answer.pk

    def site(self) -> dict[str, str]:
        """The pages of answers by name, and the site map."""
        texts = pages.site_of(self.agency).texts
        wanted = ("answers/", "a/", "sitemap", "index.html")
        return {name: data.decode() for name, data in texts.items() if name.startswith(wanted)}

    def gone(self) -> list[str]:
        """Addresses of answers that say that they are gone."""
        return [path for path in pages.site_of(self.agency).gone if path.startswith(("/answers/", "/a/"))]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    moment = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    found = Library()
    monkeypatch.setattr(clock, "now", lambda: found.moment)
    return found


def test_an_answer_is_public_only_once_somebody_who_approves_shows_it(library: Library) -> None:
    assert not any("answers/" in name for name in library.site())
    assert "/answers/" not in library.site()["index.html"]
    waits = waiting_answer(library.writer, question="Not yet?")
    with pytest.raises(Conflict):
        show_answer(answer_id=waits.pk, register="formal", by=library.decider)
    number = library.shown()
    for wrong, by in (("loud", library.decider), ("formal", library.writer)):
        with pytest.raises((Invalid, NotAllowed)):
            show_answer(answer_id=number, register=wrong, by=by)
    with pytest.raises(NotFound):
        show_answer(answer_id=number, register="formal", by=make_actor(make_agency(), Role.APPROVER))
    gate(library.agency)
    with pytest.raises(NotAllowed):
        show_answer(answer_id=number, register="formal", by=library.decider)


def test_its_page_has_a_short_address_and_its_words_are_looked_up_without_a_script(library: Library) -> None:
    number = library.shown()
    library.shown("May I lose my dog on purpose?", topic="dogs")
    site = library.site()
    page = site["answers/how-do-i-report-something-that-i-lost/index.html"]
    assert FORMAL in page
    assert CONVERSATIONAL not in page
    assert "Checked by a second person on" in page
    assert "<script" not in "".join(site.values())
    short = PublicAnswer.objects.get(answer_id=number).pk
    assert site[f"a/{short}/index.html"] == page
    assert public_url(library.agency, f"/a/{short}/").partition("://")[2] in page
    assert "Rosa" not in page  # who owns it is for colleagues
    words = site["answers/words/index.html"]
    assert [
        word in words for word in ("<dt>property</dt>", "<dt>lost</dt>", "<dt>that</dt>", "<dt>dogs</dt>")
    ] == [
        True,
        True,
        False,
        True,
    ]
    assert site["answers/index.html"].index("Dogs") < site["answers/index.html"].index("Lost property")
    assert "/answers/how-do-i-report-something-that-i-lost/" in site["sitemap.xml"]
    assert 'href="/answers/"' in site["index.html"]


def test_the_next_approved_wording_takes_its_place_and_one_that_lapses_goes(library: Library) -> None:
    number = library.shown()
    write_version(
        answer_id=number, wording=wording(library.writer, days=5, formal="Ring us."), by=library.writer
    )
    assert FORMAL in library.site()["answers/how-do-i-report-something-that-i-lost/index.html"]
    approve_version(answer_id=number, number=2, by=library.decider)
    assert "Ring us." in library.site()["answers/how-do-i-report-something-that-i-lost/index.html"]
    library.moment += timedelta(days=6)
    assert not any(name.startswith("answers/") for name in library.site())
    assert "/answers/how-do-i-report-something-that-i-lost/" in library.gone()
    with pytest.raises(Lapsed):
        show_answer(answer_id=number, register="formal", by=library.decider)
    write_version(answer_id=number, wording=wording(library.writer), by=library.writer)
    approve_version(answer_id=number, number=3, by=library.decider)
    assert library.gone() == []


def test_it_is_taken_off_shown_again_and_its_address_is_never_anothers(library: Library) -> None:
    number = library.shown()
    stranger = make_actor(library.agency, Role.STEWARD, name="Kit Roe")
    with pytest.raises(NotAllowed):
        hide_answer(answer_id=number, by=stranger)
    hide_answer(answer_id=number, by=library.writer)  # its owner
    with pytest.raises(Conflict):
        hide_answer(answer_id=number, by=library.decider)
    assert len(library.gone()) == 2
    again = show_answer(answer_id=number, register="conversational", by=library.decider)
    assert (again.slug, [item.text for item in public_answers(library.agency.pk)]) == (
        "how-do-i-report-something-that-i-lost",
        [CONVERSATIONAL],
    )
    retire_answer(answer_id=number, by=library.writer)
    assert public_answers(library.agency.pk) == []
    library.shown()
    assert PublicAnswer.objects.latest("pk").slug.startswith("how-do-i-report-something-that-i-lost-")
    verbs = Entry.objects.filter(subject=f"answer:{number}").order_by("pk").values_list("verb", flat=True)
    assert [verb for verb in verbs if verb in {"answer.show", "answer.hide"}] == [
        "answer.show",
        "answer.hide",
        "answer.show",
    ]


@pytest.mark.parametrize("question", ["Words?", "Où?", "？"])
def test_every_question_gets_an_address(library: Library, question: str) -> None:
    library.shown(question)
    slug = PublicAnswer.objects.get().slug
    assert slug not in {"", "words"}
    assert f"answers/{slug}/index.html" in library.site()


def test_the_site_follows_what_changes_a_public_answer() -> None:
    assert {
        "answer.show",
        "answer.hide",
        "answer.approve",
        "answer.retire",
        "answer.restore",
    } <= following.SHOWN


def test_the_day_of_approval_is_that_of_the_agency(library: Library) -> None:
    library.moment = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    Agency.objects.filter(pk=library.agency.pk).update(time_zone="America/Toronto")
    library.shown()
    (shown,) = public_answers(library.agency.pk)
    assert shown.checked_on.isoformat() == "2026-11-23"
