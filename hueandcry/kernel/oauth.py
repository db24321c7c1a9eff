"""The parts of OAuth 2 (RFC 6749) and PKCE (RFC 7636) that every network shares. No state, no table."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from hueandcry.kernel.http import Answer, Http

FORM = "application/x-www-form-urlencoded"


def new_verifier() -> str:
    """A PKCE verifier of 64 characters."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def address(server: str, path: str, **query: str) -> str:
    """An address with its query, for a browser."""
    return f"{server.rstrip('/')}{path}?{urlencode(query)}"


def ask(http: Http, path: str, form: Mapping[str, str], *, client: tuple[str, str] | None = None) -> Answer:
    """One request to a token endpoint. client: id and secret by HTTP Basic, for a server that wants them so.

    Raises NotSent or MayHaveArrived.
    """
    headers = {"Content-Type": FORM}
    if client:
        pair = f"{quote(client[0], safe='')}:{quote(client[1], safe='')}"  # RFC 6749, 2.3.1
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return http.call("POST", path, headers=headers, body=urlencode(form).encode())
