"""A steward sees, and states the rights of, the pictures of their own station's posts and what they added themselves."""

from __future__ import annotations

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.assets.models import Asset, Rendition, Rights, Video
from hueandcry.assets.rights import Statement
from hueandcry.assets.rights_actions import state_rights
from hueandcry.channels.models import Holder
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotFound
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import bring_picture
from tests.desk_client import at_desk
from tests.factories import make_actor, make_person
from tests.factories_rules import number_of
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

pytestmark = pytest.mark.django_db
FINE = Statement(owner="own", people="none", minors="none")
MISSING = {"owner": "missing", "people": "none", "minors": "none"}


def asset(by: Actor, **more: object) -> Asset:
    """A picture that is known, without its bytes."""
    about = {"digest": "0" * 64, "kind": "jpeg", "size": 1, "width": 1, "height": 1, **more}
    row = Asset.objects.create(agency_id=by.agency_id, added_at=clock.now(), added_by=by.ref, **about)
    copy = {"format": "jpeg", "width": 1, "height": 1, "digest": "0" * 64, "size": 1}
    Rendition.objects.create(agency_id=by.agency_id, asset=row, public_name=f"{row.pk}.jpg", **copy)
    return row


def test_a_steward_decides_the_rights_of_their_stations_pictures_and_of_no_others(desk: Desk) -> None:
    room = Newsroom.of(desk)
    person = make_person(desk.agency, Role.STEWARD)
    client = at_desk(person)
    Holder.objects.create(agency=desk.agency, account=desk.accounts[0], person=person, begun_at=clock.now())
    evidence = asset(room.writer)  # of a case: in no post of theirs
    ours, whole, far = asset(room.writer), asset(room.writer), asset(room.writer)
    part = asset(room.writer, part_of=whole)
    for row, account in ((ours, 0), (part, 0), (far, 1)):
        post = room.draft(accounts=[desk.accounts[account].pk])
        bring_picture(post_id=post.pk, asset_id=row.pk, alt="The pier", by=room.writer)
    film = Video.objects.create(
        agency=desk.agency, added_at=clock.now(), added_by=room.writer.ref, size=1, file_name="film.mp4"
    )
    seen = {
        what: client.get(f"/desk/rights/{what}/").status_code
        for what in [*(f"asset:{row.pk}" for row in (evidence, ours, whole, part, far)), f"video:{film.pk}"]
    }
    assert list(seen.values()) == [404, 200, 200, 200, 404, 404]
    assert client.get(f"/desk/rights/asset:{evidence.pk}/small.jpg").status_code == 404
    assert client.post(f"/desk/rights/asset:{evidence.pk}/", MISSING).status_code == 404
    assert client.post(f"/desk/rights/asset:{part.pk}/", MISSING).status_code == 302
    assert Rights.objects.get().asset_id == whole.pk
    Video.objects.update(added_by=f"person:{person.pk}")
    assert client.get(f"/desk/rights/video:{film.pk}/").status_code == 200


def test_a_picture_of_a_case_comes_into_no_draft_of_a_steward(desk: Desk) -> None:
    room = Newsroom.of(desk)
    steward = make_actor(desk.agency, Role.STEWARD, name="Ruth Abara")
    number = number_of(steward)
    Holder.objects.create(
        agency=desk.agency, account=desk.accounts[0], person_id=number, begun_at=clock.now()
    )
    evidence = asset(room.writer)
    post = room.draft()
    with pytest.raises(NotFound):
        state_rights(what=f"asset:{evidence.pk}", statement=FINE, by=steward)
    with pytest.raises(NotFound):
        bring_picture(post_id=post.pk, asset_id=evidence.pk, alt="A face", by=steward)
    assert Post.objects.get().pictures == []
    bring_picture(post_id=post.pk, asset_id=asset(steward).pk, alt="The pier", by=steward)
