"""Forms with files: what is written is read again, byte for byte."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP

from hueandcry.kernel.form import File, write_form


def parts(kind: str, body: bytes) -> list[EmailMessage]:
    """The form as the standard library reads it."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    return list(message.iter_parts())  # type: ignore[attr-defined]


def test_a_form_is_read_as_it_was_written() -> None:
    data = b"\xff\xd8\r\n--form-\r\n\x00 end"
    text = "Café & “more”\r\nsecond line"
    one, two, three = parts(
        *write_form({"alt": text, "empty": ""}, {"source": File("picture", "image/jpeg", data)})
    )
    assert [part["Content-Disposition"].params["name"] for part in (one, two, three)] == [
        "alt",
        "empty",
        "source",
    ]
    assert one.get_payload(decode=True).decode() == text  # type: ignore[union-attr]
    assert two.get_payload(decode=True) == b""
    assert (three.get_filename(), three.get_content_type()) == ("picture", "image/jpeg")
    assert three.get_payload(decode=True) == data


def test_no_two_forms_have_the_same_boundary() -> None:
    assert write_form({"a": "b"}, {})[0] != write_form({"a": "b"}, {})[0]
