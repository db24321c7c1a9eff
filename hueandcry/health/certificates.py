"""When a TLS certificate ends: read from a file, or asked of a server. The certificate's own dates, nothing else."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

SECONDS = 5.0  # for asking a server
_SEQUENCE, _UTC_TIME, _LATER_TIME, _VERSION = 0x30, 0x17, 0x18, 0xA0


class Unreadable(ValueError):  # noqa: N818 - said of the certificate
    """There is no certificate to be read; the text says why."""


def ends_at(place: str) -> datetime:
    """The end of the first certificate in a file, or of what `host` or `host:port` shows.

    A chain that browsers would refuse is Unreadable too, for a server: then nobody comes in.
    """
    if "/" in place:
        try:
            text = Path(place).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(f"{place} cannot be read") from error
        begin, end = text.find("-----BEGIN CERTIFICATE-----"), text.find("-----END CERTIFICATE-----")
        if begin < 0 or end < begin:
            raise Unreadable(f"{place} holds no certificate")
        return not_after(ssl.PEM_cert_to_DER_cert(text[begin : end + 25]))
    return not_after(_shown_by(place))


def _shown_by(place: str) -> bytes:
    host, _colon, port = place.partition(":")
    try:
        with (
            socket.create_connection((host, int(port or 443)), timeout=SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as talk,
        ):
            return talk.getpeercert(binary_form=True) or b""
    except ssl.SSLCertVerificationError as error:
        raise Unreadable(f"browsers refuse the certificate of {place}: {error.verify_message}") from error
    except (OSError, ValueError) as error:
        raise Unreadable(f"{place} does not answer with a certificate") from error


def not_after(der: bytes) -> datetime:
    """The end of validity of an X.509 certificate (RFC 5280, 4.1). Raises Unreadable."""
    try:
        _tag, whole, _rest = _part(der)
        _tag, body, _rest = _part(whole)
        tag, _value, rest = _part(body)
        if tag == _VERSION:  # absent in version 1
            _tag, _value, rest = _part(rest)
        _tag, _algorithm, rest = _part(rest)
        _tag, _issuer, rest = _part(rest)
        tag, validity, _rest = _part(rest)
        if tag != _SEQUENCE:
            raise Unreadable("this is not a certificate")
        _tag, _begin, rest = _part(validity)
        tag, end, _rest = _part(rest)
        text = end.decode("ascii")
        if tag not in {_UTC_TIME, _LATER_TIME}:
            raise Unreadable("this is not a certificate")
        if tag == _UTC_TIME:  # two digits of the year; 50 and more mean 19..
            text = ("19" if text[:2] >= "50" else "20") + text
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except (IndexError, UnicodeDecodeError, ValueError) as error:
        raise Unreadable("this is not a certificate") from error


def _part(der: bytes) -> tuple[int, bytes, bytes]:
    """Tag, content and what follows of the first value in DER."""
    tag, size, begin = der[0], der[1], 2
    if size & 0x80:
        count = size & 0x7F
        size, begin = int.from_bytes(der[2 : 2 + count]), 2 + count
    if begin + size > len(der):
        raise IndexError
    return tag, der[begin : begin + size], der[begin + size :]
