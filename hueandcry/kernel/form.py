"""A form with files (multipart/form-data, RFC 7578), as a network's server wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex


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
