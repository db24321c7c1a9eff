"""Held matters, the case, tried addresses and rights of pictures, as they meet a post."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.assets.models import Asset, Rendition, Rights
from hueandcry.assets.rights import Statement
from hueandcry.assets.rights_actions import state_rights
from hueandcry.kernel import clock
from hueandcry.matters import actions as matters
from hueandcry.matters.models import TriedAddress
from hueandcry.posts import checking, tasks
from hueandcry.posts.approval_actions import approve_post, submit_post
from hueandcry.posts.knowing import known_of, said_in
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.writing_actions import bring_picture, draft_post
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

SPOKEN = "Update on the Harbour Bridge shooting: the road is open."
GUILTY = "We thank all who helped: the burglar is off our streets."
pytestmark = pytest.mark.django_db


@pytest.fixture
def room(desk: Desk) -> Newsroom:
    Agency.objects.filter(pk=desk.agency.pk).update(law_pack="england-wales")
    return Newsroom.of(desk)


def hold(room: Newsroom, **more: object) -> None:
    given = {"title": "Harbour Bridge", "words": ["Harbour Bridge shooting"], "reason": "Others investigate."}
    matters.hold_matter(by=room.approver, **{**given, **more})  # type: ignore[arg-type]


def found(room: Newsroom, post: Post, rule: str, *, reader: object = None) -> list[checking.Finding]:
    accounts = room.desk.accounts[:1]
    every = checking.findings_of(post, accounts=accounts, reader=reader)  # type: ignore[arg-type]
    return [item for item in every if item.rule == rule]


def test_a_held_matter_warns_and_gives_the_line_that_may_be_said(room: Newsroom) -> None:
    hold(room, permitted="We support the investigation.")
    post = room.draft(SPOKEN)
    [item] = found(room, post, "held-matter", reader=room.writer)
    assert (item.level, item.found.startswith(f"{item.about} text ")) == ("warn", True)
    assert "Harbour Bridge" in item.sentence
    assert "We support the investigation." in item.cure
    with pytest.raises(checking.NeedsReason):
        submit_post(post_id=post.pk, by=room.writer)
    submit_post(post_id=post.pk, by=room.writer, reason="The line was agreed with them.")
    assert found(room, room.draft("The road is open."), "held-matter") == []


def test_a_blind_matter_tells_its_author_neither_what_it_is_nor_which_words(room: Newsroom) -> None:
    hold(room, title="Mira Osei", words=["Mira Osei"], blind=True, ask="Insp. Adeyemi")
    post = room.draft("We spoke with Mira Osei at the pier.")
    [item] = found(room, post, "held-matter", reader=room.writer)
    assert "Osei" not in f"{item.sentence}{item.cure}{item.why}{item.found}"
    assert (item.start, item.end) == (0, 0)
    assert "Ask Insp. Adeyemi." in item.cure
    [told] = found(room, post, "held-matter", reader=room.approver)
    assert "Mira Osei" in told.sentence
    assert told.found == item.found


def test_nothing_of_a_forbidden_matter_goes_out_whoever_answers_for_it(room: Newsroom) -> None:
    post = room.submitted(SPOKEN)
    hold(room, forbidden=True)
    with pytest.raises(checking.Stopped):
        approve_post(post_id=post.pk, by=room.approver)
    with pytest.raises(checking.Stopped):
        submit_post(post_id=room.draft(SPOKEN).pk, by=room.writer, reason="It is urgent.")


def test_the_words_are_read_by_where_the_case_stands(room: Newsroom) -> None:
    post = room.draft(GUILTY)
    assert found(room, post, "guilt-language")
    matters.say_stage(subject=post.subject, stage="convicted", by=room.writer)
    assert not found(room, post, "guilt-language")


def test_a_post_that_links_to_an_appeal_takes_its_case(room: Newsroom) -> None:
    page = "https://appeals.port-ellery.example/appeals/PE-1/"
    post = room.draft(GUILTY, link=page)
    assert found(room, post, "guilt-language")
    matters.say_stage(subject="appeal:1", stage="convicted", by=room.writer, page=page)
    assert not found(room, post, "guilt-language")


def test_a_name_that_was_cleared_may_be_said(room: Newsroom) -> None:
    post = room.draft("Mira Osei, 14, was charged with theft and is due in youth court on Monday.")
    assert [item.level for item in found(room, post, "minor-identified")] == ["stop"]
    words = {"names": ["Mira Osei"], "why": "The court lifted the restriction, order 4 of 20 November."}
    matters.clear_names(subject=post.subject, by=room.approver, **words)  # type: ignore[arg-type]
    assert found(room, post, "minor-identified") == []


def test_an_address_is_tried_after_the_draft_is_kept_and_unknown_until_then(room: Newsroom) -> None:
    link = "https://www.port.org/ferries"
    post = room.draft("The timetable stands here.", link=link)
    row = TriedAddress.objects.get()
    agency = room.desk.agency
    assert (row.address, row.due_at is not None) == (link, True)
    assert found(room, post, "bad-link") == []
    [line] = known_of(agency, [post]).lines(said_in(post))
    assert "not known whether" in line
    TriedAddress.objects.update(found="nothing", said="404", due_at=None, tried_at=clock.now())
    [item] = found(room, post, "bad-link")
    assert (item.level, item.found) == ("warn", item.found)
    assert "gave no page" in item.sentence
    assert known_of(agency, [post]).lines(said_in(post)) == []
    TriedAddress.objects.update(found="unknown")
    assert found(room, post, "bad-link") == []
    assert "open it yourself" in known_of(agency, [post]).lines(said_in(post))[0]


# --- rights of pictures -----------------------------------------------------------------------------


def pictured(room: Newsroom, **more: object) -> tuple[Post, Asset]:
    """A draft with a picture whose rights can be stated."""
    about = {"digest": "0" * 64, "kind": "jpeg", "size": 1, "width": 1, "height": 1, "file_name": "pier.jpg"}
    agency = room.desk.agency
    row = Asset.objects.create(agency=agency, added_at=clock.now(), added_by=room.writer.ref, **about)
    size = {"width": 1, "height": 1, "digest": "0" * 64, "size": 1}
    Rendition.objects.create(agency=agency, asset=row, format="jpeg", public_name=f"{row.pk}.jpg", **size)
    post = room.draft("The pier on Sunday.", **more)
    return bring_picture(post_id=post.pk, asset_id=row.pk, alt="The pier in the rain", by=room.writer), row


def state(room: Newsroom, row: Asset, **more: object) -> Rights:
    given = {"owner": "own", "people": "none", "minors": "none", **more}
    return state_rights(what=f"asset:{row.pk}", statement=Statement(**given), by=room.writer)  # type: ignore[arg-type]


def test_a_picture_of_which_nothing_is_stated_is_asked_about_as_before(room: Newsroom) -> None:
    post, row = pictured(room)
    [item] = found(room, post, "picture-rights")
    assert (item.level, item.about) == ("warn", f"asset:{row.pk}")
    state(room, row)
    assert found(room, post, "picture-rights") == []


@pytest.mark.parametrize("said", [{"owner": "missing"}, {"people": "missing"}, {"minors": "missing"}])
def test_publishing_is_refused_where_a_needed_right_is_missing(room: Newsroom, said: dict[str, str]) -> None:
    post, row = pictured(room)
    state(room, row, **said)
    [item] = found(room, post, "picture-rights")
    assert item.level == "stop"
    with pytest.raises(checking.Stopped):
        submit_post(post_id=post.pk, by=room.writer, reason="It is only once.")


def test_a_planned_post_whose_right_ran_out_is_its_authors_again(room: Newsroom) -> None:
    at = clock.now() + timedelta(days=3)
    post, row = pictured(room, scheduled_at=at, zone="Europe/London")
    state(room, row, expires_on=date(2026, 11, 23))
    submit_post(post_id=post.pk, by=room.writer)
    approve_post(post_id=post.pk, by=room.approver)
    room.desk.clock.pass_(timedelta(days=3, minutes=1))
    assert tasks.release_due() == 0
    post.refresh_from_db()
    assert post.status == Post.Status.DRAFT
    assert "It did not go out at its time" in post.return_note
    assert not Delivery.objects.exists()


def test_a_post_planned_before_its_matter_was_held_does_not_go(room: Newsroom) -> None:
    post = room.submitted(SPOKEN, scheduled_at=clock.now() + timedelta(hours=2), zone="Europe/London")
    approve_post(post_id=post.pk, by=room.approver)
    hold(room, blind=True)
    room.desk.clock.pass_(timedelta(hours=2, minutes=1))
    assert tasks.release_due() == 0
    post.refresh_from_db()
    assert post.status == Post.Status.DRAFT
    assert "Harbour" not in post.return_note


def test_a_delivery_waits_while_its_picture_may_not_be_shown_and_goes_once_it_may(room: Newsroom) -> None:
    post, row = pictured(room)
    state(room, row)
    submit_post(post_id=post.pk, by=room.writer)
    approve_post(post_id=post.pk, by=room.approver)
    state(room, row, people="missing")
    room.desk.clock.pass_(timedelta(minutes=1))
    tasks.deliver_due()
    delivery = Delivery.objects.get()
    assert delivery.status == Delivery.Status.HELD
    assert "has not agreed" in delivery.last_error
    state(room, row, people="agreed")
    tasks.let_go_of_held()
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.QUEUED


def test_a_post_is_not_shown_again_once_its_matter_is_forbidden(room: Newsroom) -> None:
    sent = room.sent(SPOKEN)
    again = draft_post(content=room.content(SPOKEN), by=room.writer, repost_of=sent.pk)
    assert found(room, again, "held-matter") == []
    hold(room, forbidden=True)
    assert [item.level for item in found(room, again, "held-matter")] == ["stop"]
