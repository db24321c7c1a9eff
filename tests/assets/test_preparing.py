"""What comes out of the decoder: sizes, formats, orientation, colours, no metadata; and what it cannot do."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from hueandcry.assets import preparing
from hueandcry.assets.preparing import PictureRefused, prepare
from hueandcry.kernel.files import Kind
from tests.factories_appeals import picture

pytestmark = pytest.mark.slow


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_three_sizes_in_three_formats_and_never_larger_than_the_original() -> None:
    prepared = prepare(picture(2000, 1000))
    assert (prepared.width, prepared.height) == (2000, 1000)
    assert sorted({(copy.width, copy.height) for copy in prepared.copies}) == [
        (320, 160),
        (640, 320),
        (1280, 640),
    ]
    for copy in prepared.copies:
        image = opened(copy.data)
        assert (image.format or "").lower() == copy.kind.value
        assert image.size == (copy.width, copy.height)
    small = prepare(picture(200, 100))
    assert {copy.width for copy in small.copies} == {200}
    assert len(small.copies) == 3


def test_no_copy_carries_metadata() -> None:
    original = picture(900, 600)
    assert b"SECRET-PLACE" in original
    for copy in prepare(original).copies:
        image = opened(copy.data)
        assert b"SECRET-PLACE" not in copy.data
        assert dict(image.getexif()) == {}
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & {str(key) for key in image.info}


def test_a_picture_is_shown_as_it_was_held() -> None:
    image = Image.new("RGB", (400, 200), "blue")
    image.paste("red", (0, 0, 200, 200))  # left half red
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right to see it upright
    prepared = prepare(saved(image, "JPEG", exif=exif, quality=95))
    assert (prepared.width, prepared.height) == (200, 400)
    for copy in prepared.copies:
        upright = opened(copy.data).convert("RGB")
        assert upright.height > upright.width
        red, _green, blue = upright.getpixel((upright.width // 2, upright.height // 8))  # type: ignore[misc]
        assert red > 200 > blue


def test_what_was_transparent_is_white() -> None:
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    for copy in prepare(saved(image)).copies:
        assert min(opened(copy.data).convert("RGB").getpixel((150, 100))) > 250  # type: ignore[type-var]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_way_of_storing_a_png_comes_through(mode: str) -> None:
    image = Image.new("L", (300, 200), 90)
    given = Image.new("I;16", (300, 200), 30_000) if mode == "I;16" else image.convert(mode)
    assert len(prepare(saved(given)).copies) == 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_every_promised_kind_comes_through(kind: str) -> None:
    prepared = prepare(saved(Image.new("RGB", (700, 500), "#446688"), kind))
    assert prepared.kind.value == kind.lower()
    assert {copy.kind for copy in prepared.copies} == {Kind.AVIF, Kind.WEBP, Kind.JPEG}


def test_a_cmyk_jpeg_and_a_moving_gif_come_through() -> None:
    assert prepare(saved(Image.new("CMYK", (300, 200), (0, 90, 90, 0)), "JPEG")).width == 300
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue")]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    first = opened(prepare(moving).copies[-1].data).convert("RGB").getpixel((9, 9))
    assert first[0] > 200  # type: ignore[index]


def test_the_budget_is_kept_even_for_a_busy_picture() -> None:
    busy = Image.effect_noise((1600, 1200), 40).convert("RGB").resize((800, 600)).resize((1600, 1200))
    sizes = {(c.kind, c.width): len(c.data) for c in prepare(saved(busy, "JPEG", quality=90)).copies}
    assert sizes[Kind.AVIF, 640] <= 40_000, sizes
    assert sizes[Kind.AVIF, 320] <= 20_000, sizes


def test_a_very_tall_picture_stays_in_measure() -> None:
    for copy in prepare(saved(Image.new("RGB", (100, 9_000), "gray"))).copies:
        assert copy.width >= 1
        assert copy.height <= 2560


def test_the_motion_photo_of_a_telephone_is_taken_and_its_film_is_not_shown() -> None:
    film = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + b"FILM" * 500
    for copy in prepare(picture() + film).copies:
        assert b"FILM" not in copy.data


def test_a_file_over_the_limit_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "LARGEST_INPUT", 1_000)
    with pytest.raises(PictureRefused, match="megabytes"):
        prepare(picture())


WALLS = """
import json, os, runpy, socket, sys
decoder = runpy.run_path(sys.argv[2])
from PIL import Image
Image.init()
walls = decoder["leave_network"]()
decoder["warm_up"]()
walls += decoder["leave_files"](sys.argv[1])
decoder["set_limits"]()
can = {}
def attempt(name, what):
    try:
        what()
        can[name] = True
    except BaseException:
        can[name] = False
attempt("read a file", lambda: open("/etc/hostname").read())
attempt("write a file", lambda: open("/x", "w").write("x" * 100))
attempt("list the root", lambda: os.listdir("/work"))
attempt("reach the network", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 1))
attempt("take two gigabytes", lambda: bytearray(2 * 1024**3))
print(json.dumps({"walls": walls, "can": can, "env": sorted(os.environ)}))
"""


def test_inside_its_walls_the_decoder_can_do_nothing_but_compute(tmp_path: Path) -> None:
    import socket  # noqa: PLC0415 - a listener that must not be reached

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        command = [sys.executable, "-I", "-c", WALLS, str(tmp_path), str(preparing.DECODER), port]
        done = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["env"] in ([], ["LC_CTYPE"])  # Python sets this one itself
    assert not found["can"]["write a file"]
    assert not found["can"]["take two gigabytes"]
    assert not found["can"]["read a file"]  # three descriptors are all it may have
    assert not found["can"]["reach the network"]
    assert set(found["walls"]) <= {"network", "files"}
    assert set(found["walls"]) == set(prepare(picture()).walls)


def test_a_photograph_is_a_small_square_around_the_point_that_was_chosen() -> None:
    wide = Image.new("RGB", (900, 300), "#ffffff")
    wide.paste("#cc0000", (600, 0, 900, 300))
    for point, colour in ((0, 255), (10_000, 0)):
        copies = prepare(saved(wide), around=(point, 5_000)).copies
        assert {(c.width, c.height) for c in copies} == {(96, 96), (300, 300)}
        small = next(c for c in copies if c.kind == "jpeg" and c.width == 96)
        assert len(small.data) <= 4_000
        green = opened(small.data).convert("RGB").getpixel((48, 48))[1]  # type: ignore[index]
        assert abs(green - colour) < 30
