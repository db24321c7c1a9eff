"""The sentence after an act, with a way back: `?said=<word>` in the address, shown as a toast by base.html.

A room names its sentences once with `add`, and answers its acts with `redirect_saying`. What an Undo button
does is kept in the session, never in the address: nobody can make a page of ours offer an act by a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise

from hueandcry.kernel import clock

UNDO = "undo"  # key of the session
LASTS = 60  # seconds in which the page after an act offers Undo; the toast itself goes after 10


@dataclass(frozen=True, slots=True)
class Notice:
    """What a toast shows. tone: ok or amber; undo: the address of the Undo form, with `fields` as its values."""

    text: str
    tone: str = "ok"
    undo: str = ""
    fields: tuple[tuple[str, str], ...] = ()


_SAID: dict[str, tuple[str, str | Promise]] = {}  # word → tone, sentence


class Said(HttpResponseRedirect):
    """A redirect that may carry what undoes the act; `desk.guard` puts it into the session."""

    undo: dict[str, str | float] | None = None


def add(sentences: Mapping[str, str | Promise], *, tone: str = "ok") -> None:
    """Name sentences by words, at import. Raises ValueError if a word already means something else."""
    for word, sentence in sentences.items():
        if word in _SAID and str(_SAID[word][1]) != str(sentence):
            raise ValueError(f"the notice {word!r} has a sentence already")
        _SAID[word] = (tone, sentence)


def redirect_saying(url: str, word: str, *, undo: str = "") -> Said:
    """Redirect to `url` with the notice `word`. undo: address that takes POST; its query becomes form fields.

    Raises ValueError for a word that nobody has named, or an `undo` outside this desk.
    """
    if word not in _SAID:
        raise ValueError(f"no sentence is named {word!r}")
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "said"]
    asked = urlencode([*query, ("said", word)])
    answer = Said(urlunsplit((parts.scheme, parts.netloc, parts.path, asked, parts.fragment)))
    if undo:
        if not undo.startswith("/desk/"):
            raise ValueError("undo must be an address of the desk")
        answer.undo = {"word": word, "to": undo, "at": clock.now().timestamp()}
    return answer


def keep_undo(request: HttpRequest, response: HttpResponse) -> None:
    """Remember in the session what the answer can be undone with; an answer without forgets the last one."""
    if isinstance(response, Said):
        if response.undo:
            request.session[UNDO] = response.undo
        else:
            request.session.pop(UNDO, None)


def notice_of(request: HttpRequest) -> Notice | None:
    """The notice of the page asked for, or None. Undo is offered only by the session in which the act was done."""
    word = request.GET.get("said", "")
    if word not in _SAID:
        return None
    tone, text = _SAID[word]
    kept = request.session.get(UNDO) or {}
    if kept.get("word") != word or clock.now().timestamp() - kept["at"] > LASTS:
        return Notice(str(text), tone)
    parts = urlsplit(kept["to"])
    return Notice(str(text), tone, parts.path, tuple(parse_qsl(parts.query)))
