"""Whoever has no course in force writes for practice only (R15)."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.urls import reverse

from hueandcry.desk.guard import DeskRequest
from hueandcry.practice.queries import only_practice


def to_practice(request: DeskRequest) -> HttpResponseRedirect | None:
    """To where one practises, for a person who may only do that and asks for the page of writing; None for others.

    What somebody sends from a page they had open before their course ended is kept all the same: the actions refuse
    to let it go.
    """
    if request.method == "POST" or not request.agency.requires_training:
        return None
    return HttpResponseRedirect(reverse("practice-new")) if only_practice(actor=request.actor) else None
