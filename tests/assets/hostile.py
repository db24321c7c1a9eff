"""Files made to hurt whoever opens them, or that only look like pictures. Each is generated here."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image

MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0" * 400


def image(kind: str, size: tuple[int, int] = (300, 200)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 2, body: bytes = b"", extra: bytes = b""
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + extra
        + chunk(b"IDAT", zlib.compress(body, 9))
        + chunk(b"IEND", b"")
    )


def zeros_png(width: int, height: int, *, depth: int, colour: int, bytes_per_pixel: int) -> bytes:
    """A PNG of nothing but zeros: some kilobytes that become hundreds of megabytes. Made from one block, repeated."""
    packer, lines = zlib.compressobj(9), 100
    block = b"\0" * (1 + width * bytes_per_pixel) * lines
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    body = first + again * (height // lines)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.sh", "echo harm")
    return out.getvalue()


def jpeg_comment(words: bytes) -> bytes:
    data = image("JPEG")
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(words) + 2) + words + data[2:]


def broken_crc() -> bytes:
    data = bytearray(image("PNG"))
    at = data.index(b"IDAT") + 40
    data[at] ^= 0xFF
    return bytes(data)


def jpeg_with_size(width: int, height: int) -> bytes:
    data = bytearray(image("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def noise(start: bytes, size: int = 20_000) -> bytes:
    return start + random.Random(7).randbytes(size)  # the same bytes in every run


def bomb_in_profile() -> bytes:
    packed = zlib.compress(b"\0" * 300_000_000, 9)
    return png(8, 8, body=(b"\0" * 25) * 8, extra=chunk(b"iCCP", b"x\0\0" + packed)[:-4] + b"\0\0\0\0")


KINDS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "plain text": lambda: b"Hello, I am a picture." * 50,
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg after a declaration": lambda: (
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg width="9"></svg>'
    ),
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "pdf": lambda: b"%PDF-1.7\n1 0 obj\n",
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run",
    "archive": archive,
    "linux program": lambda: b"\x7fELF\2\1\1" + b"\0" * 200,
    "windows program": lambda: b"MZ\x90" + b"\0" * 200,
    "shell script": lambda: b"#!/bin/sh\necho harm\n",
    "video": lambda: MP4,
    "matroska": lambda: b"\x1aE\xdf\xa3" + b"\0" * 300,
    "heic": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 300,
    "tiff": lambda: image("TIFF"),
    "bmp": lambda: image("BMP"),
    "icon": lambda: image("ICO", (64, 64)),
    "photoshop": lambda: b"8BPS\0\1" + b"\0" * 300,
    "gif that is a script": lambda: b"GIF89a/*" + image("GIF")[8:] + b"*/=1;<script>alert(1)</script>",
    "jpeg that is an archive": lambda: image("JPEG") + archive(),
    "png that is an archive": lambda: image("PNG") + archive(),
    "jpeg that is a pdf": lambda: jpeg_comment(b"%PDF-1.4 1 0 obj"),
    "jpeg with php": lambda: jpeg_comment(b"<?php system($_GET[0]); ?>"),
    "png with html": lambda: png(
        8, 8, body=(b"\0" * 25) * 8, extra=chunk(b"tEXt", b"c\0<script>alert(1)</script>")
    ),
    "png of 400 million pixels": lambda: png(20_000, 20_000, depth=1, colour=0, body=b"\0" * 100),
    "png of the largest size": lambda: png(2**31 - 1, 2**31 - 1, body=b""),
    "png of no size": lambda: png(0, 0, body=b""),
    "gif of 65,535 squared": lambda: b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + image("GIF")[10:],
    "gif without a picture": lambda: b"GIF89a\x01\0\x01\0\0\0\0;",
    "jpeg of 65,500 squared": lambda: jpeg_with_size(65_500, 65_500),
    "jpeg cut in half": lambda: image("JPEG")[:4_000],
    "jpeg start only": lambda: b"\xff\xd8\xff\xe0",
    "jpeg of noise": lambda: noise(b"\xff\xd8\xff\xe0"),
    "png cut in half": lambda: image("PNG")[:9_000],
    "png with a broken sum": broken_crc,
    "png of noise": lambda: noise(b"\x89PNG\r\n\x1a\n"),
    "png with a bomb for a profile": bomb_in_profile,
    "webp cut in half": lambda: image("WEBP")[:2_000],
    "webp that lies about its size": lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8 \xff\xff\xff\x7f" + b"\0" * 500,
    "avif cut in half": lambda: image("AVIF")[:1_500],
    "avif without content": lambda: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
}


@cache
def hostile(kind: str) -> bytes:
    """The bytes of one kind."""
    return KINDS[kind]()
