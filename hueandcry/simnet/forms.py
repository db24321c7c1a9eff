"""What a request carries, however it is written: JSON, a form, or a form with files."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from hueandcry.simnet.api import Request

TIME = re.compile(r"(\d\d:\d\d:\d\d),(\d{3})")


@dataclass
class Form:
    """fields: every value by name, lists under the name without `[]`; files: (MIME type, bytes) by name; names: of files."""

    fields: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value, "" if there is none."""
        value = next(iter(self.fields.get(name, [])), "")
        return "" if value is None else str(value)

    def __contains__(self, name: str) -> bool:
        return name in self.fields


def read(request: Request) -> Form:
    """The body of a request as a form; one that cannot be read is empty."""
    mime = request.headers.get("content-type", "")
    if mime.startswith("multipart/form-data"):
        return _multipart(mime, request.body)
    if mime.startswith("application/json"):
        try:
            data = json.loads(request.body or b"{}")
        except ValueError:
            data = {}
        pairs = list(data.items()) if isinstance(data, dict) else []
    else:
        pairs = list(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
    form = Form()
    for name, value in pairs:
        many = value if isinstance(value, list) else [value]
        form.fields.setdefault(name.removesuffix("[]"), []).extend(many)
    return form


def webvtt(subrip: bytes) -> str:
    """Captions that came as SubRip, as a browser takes them."""
    return "WEBVTT\n\n" + TIME.sub(r"\1.\2", subrip.decode(errors="replace"))


def _multipart(mime: str, body: bytes) -> Form:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + mime.encode() + b"\r\n\r\n" + body)
    form = Form()
    for part in message.iter_parts() if message.is_multipart() else ():
        name = str(part.get_param("name", "", header="content-disposition"))
        if not name:
            continue
        data = part.get_payload(decode=True)
        kept = data if isinstance(data, bytes) else b""
        if part.get_filename() is not None:
            form.files[name] = (part.get_content_type(), kept)
            form.names[name] = str(part.get_filename())
        else:
            form.fields.setdefault(name.removesuffix("[]"), []).append(kept.decode(errors="replace"))
    return form
