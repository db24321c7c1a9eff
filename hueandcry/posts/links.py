"""Links of ours that are counted: `/l/<code>/` before the path says which delivery brought a reader, and nothing else.

Pure but for settings. The code is the number of the delivery, turned round so that neighbours do not look alike: it is
no secret, and is the same at every try. A link of anybody else's is never touched. ADR 0028.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read as something else
LENGTH = 7
SPACE: int = len(ALPHABET) ** LENGTH
_TURN = 15_485_863  # prime, and no divisor of SPACE
_BACK: int = pow(_TURN, -1, SPACE)
PLAIN = re.compile(r"(?:/[A-Za-z0-9._~-]+)+/?\Z")
NEVER = ("/t/", "/subscribe/", "/l/")  # who goes there is not even counted
EXAMPLE = 0  # a delivery that there is not, where only the length of its link matters


def code_of(delivery_id: int) -> str:
    """Seven signs for a delivery. Raises ValueError beyond 27,512,614,111 of them."""
    if not 0 <= delivery_id < SPACE:
        raise ValueError("there is no code for this delivery")
    number, signs = delivery_id * _TURN % SPACE, ""
    for _place in range(LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs += ALPHABET[sign]
    return signs


def delivery_of(code: str) -> int | None:
    """Whose code it is; None for what is no code."""
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        return None
    number = 0
    for sign in reversed(code):
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return number * _BACK % SPACE


def counted_link(link: str, *, home: str, delivery_id: int) -> str:
    """The link with the delivery's code, if it leads to a page below `home` (the agency's public site); else as it is.

    A link with a question behind it is left alone too, and one to the tip pages or to joining a list.
    """
    if not settings.HUE_COUNT_LINKS or not link.startswith(home):
        return link
    parts = urlsplit(link)
    if parts.query or not PLAIN.match(parts.path) or f"{parts.path}/".replace("//", "/").startswith(NEVER):
        return link
    return f"{home}l/{code_of(delivery_id)}{link[len(home) - 1 :]}"


def is_counted(link: str) -> bool:
    """True for a link that carries a code."""
    pieces = urlsplit(link).path.split("/")
    return len(pieces) > 3 and pieces[1] == "l" and delivery_of(pieces[2]) is not None  # noqa: PLR2004
