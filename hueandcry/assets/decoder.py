"""The decoder: reads one picture on stdin, writes its renditions on stdout, and can do nothing else.

Run as a program of its own by `assets.preparing` (ADR 0009), never imported by the house:
`decoder.py <empty folder> <largest input in bytes> <most pixels> [<left> <top> <width> <height> [<across> <down>]]`:
four numbers are the part of the picture to be shown, two more the point around which the largest square of it is cut,
for a person's photograph; all in ten thousandths of its sides as it was held. Before the first hostile byte is read it gives up memory, time, files and, where the kernel allows it, the network
and the file system. Imports the standard library and Pillow, nothing of ours.

Answer: one line of JSON, then the bytes of the renditions one after the other.
  {"ok": true, "walls": ["network", "files"], "width": 4000, "height": 3000,
   "renditions": [{"format": "avif", "width": 640, "height": 480, "bytes": 31022}, …]}
  {"ok": false, "reason": "too-many-pixels" | "broken" | "no-memory"}
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageFile, ImageOps

MEGABYTE = 1024 * 1024
MEMORY = 1024 * MEGABYTE  # address space, of which the interpreter and the codecs take about 200 MB
CPU_SECONDS = 20
LONGEST_SIDE = 30_000
WIDTHS = (320, 640, 1280)
PORTRAITS = (96, 320)  # widths of the square: beside a name, and on the person's page
BUDGETS = {96: 4_000, 320: 20_000, 640: 40_000, 1280: 120_000}  # bytes; product/DESIGN.md: 40 KB a picture
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
QUALITIES = {
    "avif": (58, 50, 42, 34, 26),
    "webp": (78, 68, 58, 46, 34),
    "jpeg": (80, 70, 60, 48, 36),
}
WHOLE = (0, 0, 10_000, 10_000)
NEAREST = 3  # a part is read this much finer at most, which bounds the memory it takes
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
NO_NEW_PRIVILEGES = 38  # prctl PR_SET_NO_NEW_PRIVS


class TooManyPixels(Exception):  # noqa: N818 - it says what it is
    """The picture is larger than we decode."""


def main() -> int:
    """Build the walls, decode, answer. Returns the exit code: 0 also for a picture refused."""
    Image.init()
    walls = leave_network()  # before the codecs start a thread, which the kernel would not let move
    warm_up()
    empty, largest_input, most_pixels = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    part = [int(word) for word in sys.argv[4:8]] or WHOLE
    around = tuple(int(word) for word in sys.argv[8:10])
    walls += leave_files(empty)
    set_limits()
    try:
        data = sys.stdin.buffer.read(largest_input + 1)
        head, parts = decode(data, most_pixels, (part[0], part[1], part[2], part[3]), around)
    except TooManyPixels:
        head, parts = {"ok": False, "reason": "too-many-pixels"}, []
    except MemoryError:
        head, parts = {"ok": False, "reason": "no-memory"}, []
    except Exception:  # noqa: BLE001 - whatever a codec raises for a bad file, the answer is the same
        head, parts = {"ok": False, "reason": "broken"}, []
    out = sys.stdout.buffer
    out.write(json.dumps({**head, "walls": walls}).encode() + b"\n")
    for copy in parts:
        out.write(copy)
    out.flush()
    return 0


# --- the walls --------------------------------------------------------------------------------------


def leave_network() -> list[str]:
    """Move into namespaces of our own: no network but an unconnected loopback. Needs Linux and leave to do so."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if not sys.platform.startswith("linux"):
        return []
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0:
        return ["network"]
    return []


def leave_files(empty: str) -> list[str]:
    """Make the empty folder our root. Works inside a user namespace of our own, or as root."""
    try:
        os.chroot(empty)
        os.chdir("/")
    except OSError:
        return []
    return ["files"]


def warm_up() -> None:
    """Use every codec once, so that nothing is left to import when there is no file system any more."""
    small = Image.new("RGB", (16, 16))
    for name in FORMATS:
        buffer = io.BytesIO()
        small.save(buffer, name)
        with Image.open(io.BytesIO(buffer.getvalue()), formats=FORMATS) as again:
            again.load()
    encode(small, "avif", 320), encode(small, "webp", 320), encode(small, "jpeg", 320)
    ImageCms.createProfile("sRGB")


def set_limits() -> None:
    """Memory, time, no file of any size, no further open files, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


# --- the work ---------------------------------------------------------------------------------------


def decode(
    data: bytes,
    most_pixels: int,
    part: tuple[int, int, int, int] = WHOLE,
    around: tuple[int, ...] = (),
) -> tuple[dict[str, Any], list[bytes]]:
    """The head of the answer and the renditions' bytes. Raises what Pillow raises for a bad file."""
    needed = 2 * WIDTHS[-1] * min(NEAREST, -(-WHOLE[2] // max(1, min(part[2:]))))  # pixels of the longer side
    Image.MAX_IMAGE_PIXELS = None  # checked below, before a pixel is decoded
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    with Image.open(io.BytesIO(data), formats=FORMATS) as source:
        width, height = source.size
        if width * height > most_pixels or max(width, height) > LONGEST_SIDE:
            raise TooManyPixels
        orientation = source.getexif().get(0x0112, 1)
        source.draft("RGB", (needed, needed))
        source.load()
        picture = to_srgb(source, max(source.size) // needed)
    picture.thumbnail((needed, needed), Image.Resampling.LANCZOS)
    picture = upright(picture, orientation)
    if orientation in {5, 6, 7, 8}:
        width, height = height, width
    if tuple(part) != WHOLE:
        picture = cut(picture, part)
        width, height = (
            max(1, side * share // WHOLE[2]) for side, share in zip((width, height), part[2:], strict=True)
        )
    if around:
        picture = square(picture, around[0], around[1])
    lines, parts = [], []
    for limit, copy in sizes(picture, PORTRAITS if around else WIDTHS):
        for kind in QUALITIES:
            file = encode(copy, kind, limit)
            lines.append({"format": kind, "width": copy.width, "height": copy.height, "bytes": len(file)})
            parts.append(file)
    return {"ok": True, "width": width, "height": height, "renditions": lines}, parts


def to_srgb(source: Image.Image, shrink: int) -> Image.Image:
    """An RGB copy in sRGB, laid on white where it was transparent, without any metadata.

    shrink: the whole number by which a picture far larger than needed is made smaller first.
    """
    profile, mode = source.info.get("icc_profile"), source.mode
    if shrink > 1 and mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        info = source.info
        source = source.reduce(shrink)
        source.info = info
    if source.mode in {"RGBA", "LA", "PA"} or "transparency" in source.info:
        layer = source.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    elif source.mode in {"I;16", "I;16B", "I;16L", "I"}:
        picture = source.point(lambda value: value / 256).convert("L").convert("RGB")
    else:
        picture = source.convert("RGB")
    if profile and mode == "RGB":
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            picture = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB")) or picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile: the plain numbers are shown
    picture.info.clear()
    return picture


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture as it was held, by the EXIF orientation (1 to 8)."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.info["exif"] = exif.tobytes()
    turned = ImageOps.exif_transpose(picture) or picture
    turned.info.clear()
    return turned


def cut(picture: Image.Image, part: tuple[int, int, int, int]) -> Image.Image:
    """A part of the picture: left, top, width and height in ten thousandths of its sides."""
    wide, high = picture.size
    left, top = part[0] * wide // WHOLE[2], part[1] * high // WHOLE[3]
    right = min(wide, max(left + 1, (part[0] + part[2]) * wide // WHOLE[2]))
    bottom = min(high, max(top + 1, (part[1] + part[3]) * high // WHOLE[3]))
    return picture.crop((min(left, wide - 1), min(top, high - 1), right, bottom))


def square(picture: Image.Image, across: int, down: int) -> Image.Image:
    """The largest square of the picture whose middle is as near to this point as it can be, in ten thousandths."""
    side = min(picture.size)
    left = min(max(across * picture.width // WHOLE[2] - side // 2, 0), picture.width - side)
    top = min(max(down * picture.height // WHOLE[2] - side // 2, 0), picture.height - side)
    return picture.crop((left, top, left + side, top + side))


def sizes(picture: Image.Image, widths: tuple[int, ...] = WIDTHS) -> list[tuple[int, Image.Image]]:
    """Copies at most 320, 640 and 1280 wide and twice as high, never larger than the picture itself."""
    copies: list[tuple[int, Image.Image]] = []
    for limit in widths:
        copy = picture.copy()
        copy.thumbnail((limit, limit * 2), Image.Resampling.LANCZOS)
        if not copies or copy.width > copies[-1][1].width:
            copies.append((limit, copy))
    return copies


def encode(picture: Image.Image, kind: str, limit: int) -> bytes:
    """The picture in one format: the best quality that keeps to the budget of its size, else the lowest."""
    data = b""
    for quality in QUALITIES[kind]:
        buffer = io.BytesIO()
        if kind == "avif":
            picture.save(buffer, "AVIF", quality=quality, speed=7 if limit < WIDTHS[-1] else 9, max_threads=1)
        elif kind == "webp":
            picture.save(buffer, "WEBP", quality=quality, method=4)
        else:
            picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        data = buffer.getvalue()
        if len(data) <= BUDGETS[limit]:
            break
    return data


if __name__ == "__main__":
    sys.exit(main())
