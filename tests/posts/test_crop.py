"""Showing only a part of a picture: made from the original in the limited process, taken back at will."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from hueandcry.agencies.models import Person
from hueandcry.assets.models import Asset
from hueandcry.connectors.simulated import LIMITS
from hueandcry.desk.crop import NOWHERE, share_of
from hueandcry.kernel import blobs
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.posts.approval_actions import submit_post
from hueandcry.posts.crop_actions import crop_picture, focus_picture, uncrop_picture
from hueandcry.posts.models import Post
from hueandcry.posts.pictures import copy_for
from hueandcry.posts.writing_actions import add_picture
from hueandcry.records.models import Entry
from tests.desk_client import at_desk
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import TEXT, Newsroom

pytestmark = [pytest.mark.django_db(databases=["default", "tips"])]


def quarters() -> bytes:
    """A picture held on its side: red, lime over blue, white once it is upright, 400 wide and 200 high."""
    picture = Image.new("RGB", (400, 200))
    for place, colour in {(0, 0): "red", (200, 0): "lime", (0, 100): "blue", (200, 100): "white"}.items():
        picture.paste(colour, (*place, place[0] + 200, place[1] + 100))
    exif = Image.Exif()
    exif[0x0112] = 8  # turned a quarter: shown upright it is what was drawn
    out = io.BytesIO()
    picture.transpose(Image.Transpose.ROTATE_270).save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def colours(post: Post) -> list[str]:
    """What the largest copy shows at its four quarters."""
    copy = post.pictures[0]["copies"][-1]
    picture = Image.open(io.BytesIO(blobs.read(copy["digest"]))).convert("RGB")
    places = [(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]
    return [nearest(picture.getpixel((int(x * picture.width), int(y * picture.height)))) for x, y in places]


def nearest(pixel: Any) -> str:
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    away = {
        name: sum(abs(a - b) for a, b in zip(colour, pixel, strict=True)) for name, colour in names.items()
    }
    return min(away, key=lambda name: away[name])


@pytest.mark.slow
def test_a_part_is_shown_and_the_whole_comes_back(desk: Desk) -> None:  # noqa: F811
    room = Newsroom.of(desk)
    post = add_picture(
        post_id=room.draft().pk,
        data=quarters(),
        file_name="lane.jpg",
        by=room.writer,
        alt="Four fields in colours",
        ours=True,
    )
    (whole,) = post.pictures
    assert colours(post) == ["red", "lime", "blue", "white"]

    post = crop_picture(post_id=post.pk, asset_id=whole["asset"], part=(5000, 0, 5000, 5000), by=room.writer)
    (cut,) = post.pictures
    assert set(colours(post)) == {"lime"}
    assert (cut["asset"], cut["alt"], cut["ours"]) == (whole["asset"], "Four fields in colours", True)
    part = Asset.objects.get(pk=cut["crop"]["asset"])
    assert (part.part_of_id, part.width, part.height) == (whole["asset"], 200, 100)

    client, number = at_desk(Person.objects.get(name="Rosa Lindqvist")), whole["asset"]
    form = {"kind": "news", "audience": "public", "text": TEXT, "urgency": "2", "accounts": post.account_ids}
    sides = {"left": "0", "top": "50", "width": "50", "height": "50,0"}
    typed = {f"crop-{number}-{side}": share for side, share in sides.items()}
    answer = client.post(f"/desk/compose/{post.pk}/", {**form, **typed, "do": f"crop:{number}"})
    assert "said=post-picture-cropped" in answer["Location"]
    post.refresh_from_db()
    assert set(colours(post)) == {"blue"}  # of the whole picture, not of the part before
    page = client.get(f"/desk/compose/{post.pk}/").content.decode()
    for copies in (post.pictures[0]["copies"], whole["copies"]):  # what is shown, and what it is chosen on
        assert client.get(f"/desk/posts/{post.pk}/media/{copies[-1]['name']}").status_code == 200
        assert copies[-1]["name"] in page
    point = {f"focus-{number}-left": "25", f"focus-{number}-top": "12,5"}
    answer = client.post(f"/desk/compose/{post.pk}/", {**form, **point, "do": f"focus:{number}"})
    assert "said=post-picture-focus" in answer["Location"]
    post.refresh_from_db()
    assert copy_for(post.pictures[0], LIMITS).focus == "2500,1250"
    client.post(f"/desk/compose/{post.pk}/", {**form, "do": f"whole:{number}"})
    post.refresh_from_db()
    assert post.pictures == [whole]  # the point was one of the part


@pytest.mark.slow
def test_a_part_that_is_none_is_refused_and_a_cut_makes_a_submitted_post_a_draft_again(desk: Desk) -> None:  # noqa: F811
    room = Newsroom.of(desk)
    post = add_picture(
        post_id=room.draft().pk,
        data=quarters(),
        file_name="lane.jpg",
        by=room.writer,
        alt="Four fields in colours",
        ours=True,
    )
    number = post.pictures[0]["asset"]
    for part in ((-1, 0, 5000, 5000), (0, 0, 400, 5000), (6000, 0, 5000, 5000), (0, 0, 10_000, 10_001)):
        with pytest.raises(Invalid):
            crop_picture(post_id=post.pk, asset_id=number, part=part, by=room.writer)
    with pytest.raises(Invalid):
        focus_picture(post_id=post.pk, asset_id=number, point=(10_001, 0), by=room.writer)
    focus_picture(post_id=post.pk, asset_id=number, point=(5000, 0), by=room.writer)
    focus_picture(post_id=post.pk, asset_id=number, point=(5000, 0), by=room.writer)
    assert Entry.objects.filter(verb="post.focus-picture").count() == 1
    focus_picture(post_id=post.pk, asset_id=number, point=(5000, 5000), by=room.writer)
    post.refresh_from_db()
    assert "focus" not in post.pictures[0]  # the middle is what networks take anyway
    with pytest.raises(NotFound):
        crop_picture(post_id=post.pk, asset_id=number + 1, part=(0, 0, 5000, 5000), by=room.writer)
    submit_post(post_id=post.pk, by=room.writer)
    crop_picture(post_id=post.pk, asset_id=number, part=(0, 0, 5000, 5000), by=room.writer)
    assert Post.objects.get().status == "draft"
    Post.objects.update(status="announced")
    with pytest.raises(Conflict):
        uncrop_picture(post_id=post.pk, asset_id=number, by=room.writer)


def test_percent_are_read_as_people_write_them() -> None:
    assert [share_of(typed) for typed in ("0", " 12.5", "33,33", "100")] == [0, 1250, 3333, 10_000]
    assert {share_of(typed) for typed in ("", "x", "-1", "101", "nan", "inf")} == {NOWHERE}
