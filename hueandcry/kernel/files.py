"""What a file really is, by its content. Its name and the type a browser claims are never asked.

Pure: bytes in, an answer out. Signatures: the formats' own specifications, and the WHATWG MIME Sniffing
Standard (read 2026-11-22).
"""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    """A kind of file that can be told by its first bytes. `OTHER` is anything else."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"
    HEIC = "heic"
    TIFF = "tiff"
    BMP = "bmp"
    ICO = "ico"
    PSD = "psd"
    SVG = "svg"
    HTML = "html"
    PDF = "pdf"
    POSTSCRIPT = "postscript"
    ZIP = "zip"
    VIDEO = "video"
    PROGRAM = "program"
    EMPTY = "empty"
    OTHER = "other"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.AVIF, Kind.GIF})
MIME = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.AVIF: "image/avif",
    Kind.GIF: "image/gif",
}

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"II+\0", Kind.TIFF),
    (b"MM\0+", Kind.TIFF),
    (b"BM", Kind.BMP),
    (b"\0\0\1\0", Kind.ICO),
    (b"8BPS", Kind.PSD),
    (b"%PDF-", Kind.PDF),
    (b"%!PS", Kind.POSTSCRIPT),
    (b"PK\3\4", Kind.ZIP),
    (b"PK\5\6", Kind.ZIP),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (b"\x7fELF", Kind.PROGRAM),
    (b"MZ", Kind.PROGRAM),
    (b"#!", Kind.PROGRAM),
)
_BRANDS = {
    b"avif": Kind.AVIF,
    b"avis": Kind.AVIF,
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), Kind.HEIC),
}
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"\A\s*<(!doctype html|html|head|body|script|!--)", re.IGNORECASE)
_MARKUP = re.compile(rb"<script|<\?php|<!doctype\s|<html[\s>]|<svg[\s>]\s*xmlns|javascript:", re.IGNORECASE)
_ZIP_END = b"PK\5\6"
_ZIP_END_SIZE = 22
_LONGEST_ZIP_COMMENT = 65_535
_PDF_MAY_START = 1024  # readers look for the PDF header in the first 1,024 bytes


def kind_of(data: bytes) -> Kind:
    """The kind of file these bytes are by their beginning."""
    if not data:
        return Kind.EMPTY
    if data[4:8] == b"ftyp":
        return _brand(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    return next((kind for start, kind in _STARTS if data.startswith(start)), None) or _markup(data)


def _markup(data: bytes) -> Kind:
    head = data[:4096].lstrip(b"\xef\xbb\xbf")
    if _SVG.search(head):
        return Kind.SVG
    if _HTML.match(head):
        return Kind.HTML
    return Kind.OTHER


def _brand(data: bytes) -> Kind:
    """Kind of an ISO base media file: its major brand, then the compatible ones (ISO/IEC 14496-12)."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size, 4))]
    if b"avif" in brands or b"avis" in brands:
        return Kind.AVIF
    return _BRANDS.get(brands[0], Kind.VIDEO)


def also_is(data: bytes) -> Kind | None:
    """The second thing a picture is at the same time (a polyglot), or None.

    Such files are made to pass one check and be run by another program. A video after the picture
    (the "motion photo" of telephones) is none: every telephone makes them.
    """
    if b"%PDF-" in data[:_PDF_MAY_START]:
        return Kind.PDF
    if _MARKUP.search(data):
        return Kind.HTML
    at = data.rfind(_ZIP_END, max(0, len(data) - _LONGEST_ZIP_COMMENT - _ZIP_END_SIZE))
    if at >= 0 and int.from_bytes(data[at + 20 : at + 22], "little") <= len(data) - at - _ZIP_END_SIZE:
        return Kind.ZIP
    return None
