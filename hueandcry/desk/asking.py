"""What a question to an expert can be about: a post, a request or an answer, with its words."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.answers import queries as answers
from hueandcry.desk.guard import DeskRequest
from hueandcry.kernel.errors import Refusal
from hueandcry.posts import reading
from hueandcry.requests import queries as requests


@dataclass(frozen=True, slots=True)
class Thing:
    """What a question is about. ref: "post:12"; words: what it says now; topics: what it is about, in short words."""

    ref: str
    label: str
    address: str
    words: str
    topics: tuple[str, ...] = ()


def thing(request: DeskRequest, about: str) -> Thing | None:
    """The thing, if this person may see it; None for anything else."""
    kind, _colon, number = about.partition(":")
    if not number.isdecimal() or len(number) > 15:  # noqa: PLR2004 - fits a column
        return None
    look = {"post": _post, "request": _request, "answer": _answer}.get(kind)
    try:
        return look(request, int(number)) if look else None
    except Refusal:
        return None


def _post(request: DeskRequest, number: int) -> Thing:
    row = reading.get_post(actor=request.actor, post_id=number)
    address = reverse("post", args=[row.pk])
    words = "\n\n".join([row.text, *row.thread]).strip()
    return Thing(row.subject, row.heading or _("A post without words"), address, words, tuple(row.topics))


def _request(request: DeskRequest, number: int) -> Thing:
    row = requests.get_request(actor=request.actor, request_id=number)
    return Thing(f"request:{row.pk}", row.title, reverse("request", args=[row.pk]), row.text)


def _answer(request: DeskRequest, number: int) -> Thing:
    row = answers.get_answer(actor=request.actor, answer_id=number)
    version = answers.version_in_force(row) or answers.waiting_version(row)
    words = version.conversational if version else ""
    return Thing(f"answer:{row.pk}", row.question, reverse("answer", args=[row.pk]), words, (row.topic,))
