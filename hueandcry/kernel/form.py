"""A form with files (multipart/form-data, RFC 7578), as a network's server wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from secrets import token_hex

from hueandcry.kernel.http import Streamed


@dataclass(frozen=True, slots=True)
class File:
    """A file of a form. name: as the other side is told; no quotes or line breaks in it."""

    name: str
    mime: str
    data: bytes


def write_form(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[str, bytes]:
    """The Content-Type and the body of a form. Names of fields hold no quotes or line breaks."""
    boundary = f"form-{token_hex(16)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, file in files.items():
        disposition = f'form-data; name="{name}"; filename="{file.name}"'
        head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {file.mime}\r\n\r\n"
        parts.append(head.encode() + file.data + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join([*parts, f"--{boundary}--\r\n".encode()])


def stream_form(
    fields: Mapping[str, str], name: str, mime: str, size: int, pieces: Callable[[], Iterator[bytes]]
) -> tuple[str, Streamed]:
    """The same with one file, of so many bytes, that is never in memory as a whole. pieces: its bytes from the beginning."""
    mark = token_hex(16)
    kind, empty = write_form(fields, {name: File(name, mime, mark.encode())})
    start, end = empty.split(mark.encode(), 1)

    def parts() -> Iterator[bytes]:
        yield start
        yield from pieces()
        yield end

    return kind, Streamed(len(start) + size + len(end), parts)
