"""The library of answers: two registers, a second person, a last day, versions kept, uses counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.answers import queries
from hueandcry.answers.actions import (
    Lapsed,
    NotTheOwner,
    OwnWords,
    approve_version,
    change_answer,
    restore_answer,
    retire_answer,
    return_version,
    use_answer,
    write_version,
)
from hueandcry.answers.models import AnswerUse, AnswerVersion
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_library import CONVERSATIONAL, QUESTION, approved_answer, waiting_answer, wording

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


class Desk:
    """Two who write and decide, and a clock that can be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: self.moment)
        self.agency: Agency = make_agency()
        self.writer: Actor = make_actor(self.agency, Role.AUTHOR, name="Rosa Lindqvist")
        self.decider: Actor = make_actor(self.agency, Role.APPROVER, name="Femi Adeyemi")

    def found(self, words: str) -> list[str]:
        return [line.answer.question for line in queries.find(actor=self.writer, words=words)]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def test_an_answer_can_be_used_once_somebody_else_has_approved_it(library: Desk) -> None:
    answer = waiting_answer(library.decider)
    with pytest.raises(Conflict, match="approved"):
        use_answer(answer_id=answer.pk, register="formal", by=library.writer)
    assert library.found("lost") == []
    with pytest.raises(OwnWords):
        approve_version(answer_id=answer.pk, number=1, by=library.decider)
    second = make_actor(library.agency, Role.APPROVER, name="Ife Okafor")
    approve_version(answer_id=answer.pk, number=1, by=second)
    used = use_answer(answer_id=answer.pk, register="conversational", by=library.writer)
    assert getattr(used.version, used.register) == CONVERSATIONAL
    assert queries.answer_line(actor=library.writer, answer_id=answer.pk).uses == 1
    found = Entry.objects.filter(subject=f"answer:{answer.pk}").order_by("id").values_list("verb", flat=True)
    assert list(found) == ["answer.begin", "answer.write", "answer.approve", "answer.use"]


def test_the_wording_in_use_stays_until_the_next_is_approved_and_all_are_kept(library: Desk) -> None:
    answer = approved_answer(library.writer, library.decider)
    write_version(answer_id=answer.pk, wording=wording(library.writer, formal="Second."), by=library.writer)
    write_version(answer_id=answer.pk, wording=wording(library.writer, formal="Third."), by=library.writer)
    use_answer(answer_id=answer.pk, register="formal", by=library.writer)
    with pytest.raises(Conflict):
        approve_version(answer_id=answer.pk, number=2, by=library.decider)
    approve_version(answer_id=answer.pk, number=3, by=library.decider)
    states = [(row.number, row.status) for row in queries.versions(answer)]
    assert states == [(3, "approved"), (2, "replaced"), (1, "approved")]
    assert use_answer(answer_id=answer.pk, register="formal", by=library.writer).version.formal == "Third."
    assert sorted(queries.uses_of(answer).values()) == [1, 1]


def test_a_returned_wording_says_why(library: Desk) -> None:
    answer = waiting_answer(library.writer)
    with pytest.raises(Invalid):
        return_version(answer_id=answer.pk, number=1, note=" ", by=library.decider)
    return_version(answer_id=answer.pk, number=1, note="Say how long.", by=library.decider)
    line = queries.answer_line(actor=library.writer, answer_id=answer.pk)
    assert line.returned is not None
    assert (line.returned.note, line.waiting) == ("Say how long.", None)
    write_version(answer_id=answer.pk, wording=wording(library.writer), by=library.writer)
    line = queries.answer_line(actor=library.writer, answer_id=answer.pk)
    assert (line.returned, line.waiting is not None) == (None, True)


def test_a_lapsed_answer_cannot_be_used_and_is_up_for_review_with_its_owner(library: Desk) -> None:
    answer = approved_answer(library.writer, library.decider, days=40)
    assert queries.to_review(actor=library.writer) == []
    library.moment += timedelta(days=20)
    assert [line.soon for line in queries.to_review(actor=library.writer)] == [True]
    library.moment += timedelta(days=20)  # its last day
    use_answer(answer_id=answer.pk, register="formal", by=library.writer)
    library.moment += timedelta(days=1)
    with pytest.raises(Lapsed):
        use_answer(answer_id=answer.pk, register="formal", by=library.writer)
    assert library.found("lost") == []
    assert [line.lapsed for line in queries.to_review(actor=library.writer)] == [True]
    assert queries.to_review(actor=library.decider) == []
    write_version(answer_id=answer.pk, wording=wording(library.writer), by=library.writer)
    assert queries.to_review(actor=library.writer) == []
    approve_version(answer_id=answer.pk, number=2, by=library.decider)
    use_answer(answer_id=answer.pk, register="formal", by=library.writer)
    assert AnswerUse.objects.count() == 2


def test_the_last_day_is_one_of_the_agencys_calendar(library: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    Agency.objects.filter(pk=library.agency.pk).update(time_zone="Pacific/Auckland")
    answer = approved_answer(library.writer, library.decider, days=0)  # 23 November there
    library.moment = datetime(2026, 11, 23, 10, 59, tzinfo=UTC)
    use_answer(answer_id=answer.pk, register="formal", by=library.writer)
    library.moment = datetime(2026, 11, 23, 11, 1, tzinfo=UTC)
    with pytest.raises(Lapsed):
        use_answer(answer_id=answer.pk, register="formal", by=library.writer)


def test_a_wording_whose_day_is_over_is_not_approved(library: Desk) -> None:
    answer = waiting_answer(library.writer, days=1)
    library.moment += timedelta(days=3)
    with pytest.raises(Conflict, match="last day"):
        approve_version(answer_id=answer.pk, number=1, by=library.decider)


@pytest.mark.parametrize("days", [-1, 800])
def test_no_wording_is_good_for_ever_or_for_a_day_that_is_over(library: Desk, days: int) -> None:
    with pytest.raises(Invalid):
        waiting_answer(library.writer, days=days)


def test_an_answer_is_found_by_words_of_question_topic_and_wording_best_first(library: Desk) -> None:
    approved_answer(library.writer, library.decider)
    approved_answer(
        library.writer, library.decider, question="Where do I collect a bicycle?", topic="auction"
    )
    assert library.found("LOST someth") == [QUESTION]
    assert library.found("bicycle station") == ["Where do I collect a bicycle?"]
    assert library.found("auct") == ["Where do I collect a bicycle?"]
    assert library.found("zeppelin") == []
    answer = queries.answers(actor=library.writer)[1].answer
    use_answer(answer_id=answer.pk, register="formal", by=library.writer)
    assert library.found("")[0] == answer.question


def test_an_answer_is_found_by_words_of_both_and_with_accents_in_its_question(library: Desk) -> None:
    question = "Where is the Café for victims?"
    approved_answer(library.writer, library.decider, question=question, topic="support")
    assert library.found("cafe") == [question]
    assert library.found("victims station") == [question]
    later = queries.answers(actor=library.writer)[-1].answer
    write_version(answer_id=later.pk, wording=wording(library.writer, formal="Harbour."), by=library.writer)
    assert library.found("harbour") == []  # not approved


def test_finding_asks_the_same_few_questions_however_many_answers_there_are(library: Desk) -> None:
    for number in range(queries.FOUND + 4):
        approved_answer(library.writer, library.decider, question=f"Lost thing {number}?")
    for words in ("lost", "station", ""):
        with CaptureQueriesContext(connection) as asked:
            assert len(library.found(words)) == queries.FOUND
        whole = [query["sql"] for query in asked if '"formal",' in query["sql"].partition(" FROM ")[0]]
        assert len(whole) == 1
        assert whole[0].count(",") < 40  # ids of those that are shown and no others
        assert len(asked) <= 7


def test_a_question_is_answered_once(library: Desk) -> None:
    answer = waiting_answer(library.writer)
    with pytest.raises(Conflict):
        waiting_answer(library.decider)
    retire_answer(answer_id=answer.pk, by=library.writer)
    other = waiting_answer(library.decider)
    with pytest.raises(Conflict):
        restore_answer(answer_id=answer.pk, by=library.writer)
    retire_answer(answer_id=other.pk, by=library.decider)
    restore_answer(answer_id=answer.pk, by=library.writer)
    assert [line.answer.pk for line in queries.answers(actor=library.writer)] == [answer.pk]


def test_the_owner_and_those_who_approve_retire_an_answer_and_nobody_else(library: Desk) -> None:
    answer = approved_answer(library.writer, library.decider)
    steward = make_actor(library.agency, Role.STEWARD, name="Imre Holt")
    with pytest.raises(NotAllowed):
        retire_answer(answer_id=answer.pk, by=steward)
    change_answer(answer_id=answer.pk, topic="praise", owner_ref=steward.ref, by=library.writer)
    retire_answer(answer_id=answer.pk, by=steward)
    with pytest.raises(Conflict, match="retired"):
        use_answer(answer_id=answer.pk, register="formal", by=library.writer)


def test_only_the_owner_or_who_approves_gives_an_answer_away(library: Desk) -> None:
    answer = approved_answer(library.writer, library.decider)
    other = make_actor(library.agency, Role.AUTHOR, name="Ines Moreau")
    with pytest.raises(NotTheOwner):
        change_answer(answer_id=answer.pk, topic="praise", owner_ref=other.ref, by=other)
    change_answer(answer_id=answer.pk, topic="praise", owner_ref=library.writer.ref, by=other)
    change_answer(answer_id=answer.pk, topic="praise", owner_ref=other.ref, by=library.decider)
    answer.refresh_from_db()
    assert (answer.topic, answer.owner_ref) == ("praise", other.ref)


def test_what_somebody_else_retired_comes_back_only_past_a_second_person(library: Desk) -> None:
    answer = approved_answer(library.writer, library.decider)
    retire_answer(answer_id=answer.pk, by=library.decider)
    with pytest.raises(OwnWords):
        restore_answer(answer_id=answer.pk, by=library.writer)
    restore_answer(answer_id=answer.pk, by=library.decider)
    assert library.found("lost") == [QUESTION]


def test_whoever_wrote_an_answer_does_not_take_it_back_into_use_as_an_approver_either(library: Desk) -> None:
    second = make_actor(library.agency, Role.APPROVER, name="Ife Okafor")
    answer = approved_answer(library.decider, second)
    retire_answer(answer_id=answer.pk, by=second)
    with pytest.raises(OwnWords):
        restore_answer(answer_id=answer.pk, by=library.decider)


def test_the_owner_undoes_their_own_retiring_for_a_day(library: Desk) -> None:
    answer = approved_answer(library.writer, library.decider)
    retire_answer(answer_id=answer.pk, by=library.writer)
    restore_answer(answer_id=answer.pk, by=library.writer)
    retire_answer(answer_id=answer.pk, by=library.writer)
    library.moment += timedelta(days=1, minutes=1)
    with pytest.raises(OwnWords):
        restore_answer(answer_id=answer.pk, by=library.writer)


def test_an_owner_is_somebody_of_the_agency_who_writes(library: Desk) -> None:
    answer = waiting_answer(library.writer)
    keeper = make_actor(library.agency, Role.RECORD_KEEPER, name="Joy Delacroix")
    stranger = make_actor(make_agency(), Role.AUTHOR)
    for nobody in (keeper.ref, stranger.ref, "person:0"):
        with pytest.raises(Invalid):
            change_answer(answer_id=answer.pk, topic="praise", owner_ref=nobody, by=library.writer)


def test_the_library_of_another_agency_is_not_there(library: Desk) -> None:
    answer = approved_answer(library.writer, library.decider)
    stranger = make_actor(make_agency(), Role.AUTHOR, Role.APPROVER)
    assert queries.answers(actor=stranger) == []
    with pytest.raises(NotFound):
        use_answer(answer_id=answer.pk, register="formal", by=stranger)


def test_who_may_only_read_posts_writes_and_uses_no_answer(library: Desk) -> None:
    answer = approved_answer(library.writer, library.decider)
    leader = make_actor(library.agency, Role.LEADER, name="Imogen Castellane")
    for act in (
        lambda: use_answer(answer_id=answer.pk, register="formal", by=leader),
        lambda: write_version(answer_id=answer.pk, wording=wording(leader), by=leader),
        lambda: waiting_answer(leader, question="Another?"),
        lambda: queries.own_use(actor=leader, use_id=1),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Invalid):
        use_answer(answer_id=answer.pk, register="shouted", by=library.writer)
    assert AnswerVersion.objects.count() == 1
