"""Reads of the public site's files: is a thing up, is it gone, from every release that is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import escape
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import agencies, get_agency
from hueandcry.appeals import queries as appeals
from hueandcry.appeals.addresses import appeal_path, public_url
from hueandcry.kernel.actor import Actor
from hueandcry.publicsite import build, switch
from hueandcry.publicsite.sites import file_of, marker_of


@dataclass(frozen=True, slots=True)
class Proof:
    """One place of an appeal and whether it is clear of it now. label: what it is; address: whole, or empty."""

    label: str
    address: str
    gone: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Where an appeal stands for everybody. title: its heading; address: whole."""

    title: str
    address: str


def public_page(*, reference: str, programme_id: int) -> PublicPage | None:
    """The page of an appeal whose tips go to this programme; None if it is not public now. Nothing else is told."""
    for agency in agencies() if reference else []:
        if agency.tip_programme_id != programme_id:
            continue
        for item in appeals.published(agency.pk):
            if item.appeal.reference == reference:
                return PublicPage(item.appeal.title, public_url(agency, appeal_path(reference)))
    return None


def proof_of_removal(*, actor: Actor, appeal_id: int) -> list[Proof]:
    """For an appeal that is over: every place on this machine, looked at now. Raises NotAllowed, NotFound."""
    appeal = appeals.get_appeal(actor=actor, appeal_id=appeal_id)
    agency = get_agency(appeal.agency_id)
    served = build.current()
    folders = [release.folder / agency.slug for release in build.releases()]
    now = served.folder / agency.slug if served else None
    path = appeal_path(appeal.reference)
    lines = [_place(_("Own page"), path, public_url(agency, path), folders, now)]
    for picture in appeals.pictures_of(appeal):
        names = [f"/media/{copy.public_name}" for copy in picture.renditions]
        label = _("Picture %(place)d, its %(count)d files") % {"place": picture.place, "count": len(names)}
        each = [_place(label, name, "", folders, now) for name in names]
        lines.append(next((line for line in each if not line.gone), each[0]))
    for name in ("feed.atom", "feed.json", "sitemap.xml", "appeals/index.html", "index.html"):
        silent = now is not None and not _mentions(now / name, appeal.title)
        label = {"appeals/index.html": _("List of appeals"), "index.html": _("Home page")}.get(name, name)
        lines.append(Proof(label, "", silent, _("does not show it") if silent else _("still shows it")))
    lines.append(_server(served))
    return lines


def _place(label: str, path: str, address: str, folders: list[Path], now: Path | None) -> Proof:
    left = [folder for folder in folders if (folder / file_of(path)).exists()]
    marked = now is not None and (now / marker_of(path)).exists()
    if marked and not left:
        return Proof(label, address, True, _("removed; the address answers “gone” (410)"))
    if left and not marked:
        return Proof(label, address, False, _("still there"))
    return Proof(label, address, False, _("removed from the site, not yet from every kept release"))


def _mentions(place: Path, words: str) -> bool:
    """True if a file holds these words, plain or as HTML or JSON writes them."""
    try:
        data = place.read_text(encoding="utf-8")
    except OSError:
        return False
    return any(form in data for form in (words, escape(words), json.dumps(words, ensure_ascii=False)[1:-1]))


def _server(served: build.Release | None) -> Proof:
    says = switch.status()
    label = _("Web server")
    if says is None and switch.expected():
        return Proof(
            label,
            "",
            False,
            _("does not answer: either it is dead and shows nothing, or it must be looked at"),
        )
    if says is None:
        return Proof(label, "", True, _("none of ours runs here; another one reads the files as they are"))
    same = served is not None and says.get("release") == served.number
    sentence = _("serves release %s") % says.get("release")
    return Proof(label, "", same, sentence if same else _("has not loaded the newest release yet"))
