"""Pictures change in a draft only, and never stand against the words that the same person types."""

from __future__ import annotations

from typing import Any

import pytest

from hueandcry.appeals import actions, picture_actions, queries, word_actions
from hueandcry.kernel.errors import Conflict
from tests.factories_appeals import Team, picture

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_what_waits_or_is_approved_keeps_its_pictures_as_they_are(status: str) -> None:
    team = Team()
    appeal = team.approved(pictures=2)
    if status == "submitted":
        actions.take_back_approval(appeal_id=appeal.pk, by=team.approver)
    first, second = (item.id for item in queries.pictures_of(appeal))
    about: dict[str, Any] = {"appeal_id": appeal.pk, "by": team.author}
    with pytest.raises(Conflict, match="Make it a draft again"):
        picture_actions.describe_picture(picture_id=first, alt="Other", caption="", **about)
    with pytest.raises(Conflict):
        picture_actions.move_picture(picture_id=first, earlier=False, **about)
    with pytest.raises(Conflict):
        picture_actions.remove_picture(picture_id=first, **about)
    with pytest.raises(Conflict):
        picture_actions.order_pictures(picture_ids=[second, first], **about)
    with pytest.raises(Conflict):
        picture_actions.add_picture(data=picture(), file_name="x.jpg", alt="", **about)
    now = queries.fresh(appeal)
    assert now.status == status
    assert [item.id for item in queries.pictures_of(appeal)] == [first, second]


def test_ones_own_pictures_never_stand_against_ones_own_words() -> None:
    team = Team()
    appeal = team.draft(pictures=2)
    own: dict[str, Any] = {"appeal_id": appeal.pk, "words": {"title": "Half"}, "revision": appeal.revision}
    word_actions.keep_words(**own, by=team.author)
    word_actions.keep_words(**own, by=team.approver)
    first = queries.pictures_of(appeal)[0].id
    picture_actions.move_picture(appeal_id=appeal.pk, picture_id=first, earlier=False, by=team.author)
    mine, theirs = (
        queries.working_copy(actor=actor, appeal=appeal) for actor in (team.author, team.approver)
    )
    assert mine is not None
    assert theirs is not None
    assert mine.revision == queries.fresh(appeal).revision
    assert theirs.revision == appeal.revision
    picture_actions.move_picture(appeal_id=appeal.pk, picture_id=first, earlier=True, by=team.approver)
    picture_actions.move_picture(appeal_id=appeal.pk, picture_id=first, earlier=False, by=team.author)
    mine.refresh_from_db()
    assert mine.revision < queries.fresh(appeal).revision
