"""Which pages exist and what each shows. Nothing is written here."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import agencies
from hueandcry.answers.published import gone_paths
from hueandcry.appeals import queries as appeals
from hueandcry.appeals.addresses import appeal_path, public_url, tip_path
from hueandcry.appeals.models import Appeal
from hueandcry.appeals.queries import NO_APPEAL, PublicAppeal
from hueandcry.kernel.text import shorten
from hueandcry.lists.queries import open_media
from hueandcry.posts.news import standing
from hueandcry.publicsite import card_tags, directory, feeds, portraits, story
from hueandcry.publicsite.alerting import Alerts, gone_messages
from hueandcry.publicsite.answered import Answered
from hueandcry.publicsite.helping import Helping
from hueandcry.publicsite.news import Newsroom
from hueandcry.publicsite.picturing import shown
from hueandcry.publicsite.sites import Site
from hueandcry.records.queries import published_seals
from hueandcry.ui import css, qr

LATEST = 6  # appeals on the home page
LATEST_NEWS = 4  # posts on the home page
# Appeals shown with a picture in the list; the others stand there as a line, so that the page stays light.
WITH_PICTURE = 24
CLOSED = 10  # resolved appeals named in the list
SINCE = 5  # updates on the home page
TO_DO = 2  # appeals whose "what you should do" stands above the home page
# Up to a sign that ends a sentence. A full stop does so only before a space and no small letter, and not after a
# single letter or a short form ("4.30 p.m. she", "St. Anne's"); those of Chinese and Japanese need no space.
SENTENCE = re.compile(
    r".+?(?:[?!؟।]+(?=\s|$)|[。！？]|(?<!\b\w)(?<!\b(?:Dr|Mr|Ms|No|Nr|St))(?<!\bMrs)\.(?=\s+(?![a-z])|$))"
)


def all_sites() -> list[Site]:
    """The site of every force of this installation. Tip programmes have none of their own yet."""
    return [site_of(agency) for agency in agencies() if agency.kind == Agency.Kind.AGENCY]


def site_of(agency: Agency) -> Site:
    """Everything on one agency's public site, in its first language."""
    language = agency.languages[0] if agency.languages else "en"
    with translation.override(language):
        public = appeals.published(agency.pk)
        closed = appeals.resolved(agency.pk)
        gone = appeals.gone(agency.pk)
        alerts = Alerts(agency)
        news = Newsroom(agency, never=gone.pictures, alerts=alerts)
        voices, answered = directory.Directory(agency, news=news), Answered(agency)
        helping = Helping(agency)
        texts = {
            **_pages(
                agency,
                public,
                closed,
                {
                    "account_count": voices.total,
                    "answer_count": len(answered.answers),
                    "helpers": bool(helping.partners),
                    "stations": bool(voices.units),
                    "news": news.latest(LATEST_NEWS),
                    "news_on": news.on,
                    "alerts": alerts.lines(news.items),
                },
            ),
            **voices.files(),
            **answered.files(),
            **helping.files(),
            **news.files(),
            **(alerts.files(news.items) if news.on else {}),
            **_feeds(agency, public, closed, news),
            **_signs(agency, public, [*answered.paths(), *helping.paths(), *voices.paths(), *news.paths()]),
            **_assets(agency),
        }
        texts = {name: _with_tags(agency, name, data) for name, data in texts.items()}
    media = news.media() | voices.media()
    media |= {
        copy.public_name: copy.digest
        for item in public
        for picture in item.pictures
        for copy in picture.renditions
    }
    over = (*gone.references, *(appeal.reference for appeal in closed), *news.gone)
    down = tuple(
        each for each in gone_addresses(agency.pk, news=news) if each.removeprefix("/media/") not in media
    )
    return Site(agency.slug, agency.public_host, texts, media, down, tuple(sorted(over)))


def _with_tags(agency: Agency, name: str, data: bytes) -> bytes:
    """A file as it stands; a page with what it says of itself for cards."""
    if not card_tags.is_shown(name):
        return data
    address = public_url(agency, f"/{name.removesuffix('index.html')}")
    return card_tags.with_tags(data, address=address, site=agency.name)


def gone_addresses(agency_id: int, *, news: Newsroom | None = None) -> list[str]:
    """Every address of an agency's site that was taken down: pages of what was withdrawn, pictures no longer shown."""
    gone = appeals.gone(agency_id)
    posts = news or standing(agency_id)
    items = posts.items if isinstance(posts, Newsroom) else posts.shown if posts.on else ()
    over = [*gone.references, *(appeal.reference for appeal in appeals.resolved(agency_id))]
    return sorted(
        [
            *map(appeal_path, gone.references),
            *map(qr_path, over),
            *(
                f"/media/{name}"
                for name in {*gone.pictures, *posts.gone_pictures, *portraits.gone(agency_id)}
            ),
            *posts.gone,
            *gone_messages(agency_id, items),
            *gone_paths(agency_id),
        ]
    )


def qr_path(reference: str) -> str:
    """Path of the square code that leads to an appeal's page."""
    return f"{appeal_path(reference)}qr.png"


def _assets(agency: Agency) -> dict[str, bytes]:
    """Files whose name carries their digest: the style sheet in the agency's colour, the icon, the story's pictures.

    The plain sheet goes along: a page of refusal has no agency, so no colour.
    """
    sheets = [css.sheet("public"), css.themed(agency.brand_colour)]
    return {f"assets/{each.name}": each.data for each in (*sheets, css.icon(), *story.pictures())}


# --- pages ------------------------------------------------------------------------------------------


def _pages(
    agency: Agency,
    public: list[PublicAppeal],
    closed: list[Appeal],
    beside: dict[str, Any],
) -> dict[str, bytes]:
    """beside: what the home page says of what stands elsewhere on the site."""
    cards = [card(item) for item in public]
    people = any(item.appeal.shows_people and item.pictures for item in public)
    shared = {"people": people, "tip_path": tip_path(NO_APPEAL), "programme": agency.tip_programme}
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "index.html": (
            "home",
            {
                **_home(agency, public, cards),
                **shared,
                **beside,
            },
        ),
        "appeals/index.html": (
            "appeals",
            {
                "cards": cards[:WITH_PICTURE],
                "others": cards[WITH_PICTURE:],
                "others_count": len(cards[WITH_PICTURE:]),
                "closed": closed[:CLOSED],
                "section": "appeals",
                **shared,
            },
        ),
        "tell/index.html": ("tell", {"section": "tell", **shared}),
        "tips/how-it-works/index.html": ("how", {"steps": story.steps(), **shared}),
        "record/index.html": ("record", {"seals": [_seal(seal) for seal in published_seals()]}),
        "_404/index.html": ("missing", {}),
        "_410/index.html": ("gone", {}),
        "_down/index.html": ("down", shared),
    }
    for item in public:
        pages[f"appeals/{item.appeal.reference}/index.html"] = ("appeal", appeal_context(agency, item))
    for appeal in closed:
        pages[f"appeals/{appeal.reference}/index.html"] = (
            "resolved",
            {"appeal": appeal, "section": "appeals"},
        )
    return {name: _render(template, agency, context) for name, (template, context) in pages.items()}


def _home(agency: Agency, public: list[PublicAppeal], cards: list[dict[str, Any]]) -> dict[str, Any]:
    """What the home page shows of the open appeals: the newest, what to do now, the last lines added."""
    lines = sorted(
        ((line.at, line.pk, line, item.appeal) for item in public for line in item.updates), reverse=True
    )
    return {
        "cards": cards[:LATEST],
        "more": len(cards) > LATEST,
        "open_count": len(cards),
        "to_do": [each for each in cards if each["appeal"].what_to_do][:TO_DO],
        "latest": [
            {
                "update": line,
                "path": appeal_path(appeal.reference),
                "title": appeal.title,
                "text": first_sentence(line.text),
            }
            for _at, _pk, line, appeal in lines[:SINCE]
        ],
        "address": public_url(agency, "/"),
        "lists_open": bool(open_media(agency.pk)),
    }


def _render(template: str, agency: Agency, context: dict[str, Any]) -> bytes:
    return render_to_string(f"publicsite/{template}.html", {"agency": agency, **context}).lstrip().encode()


def appeal_context(agency: Agency, item: PublicAppeal) -> dict[str, Any]:
    """What the page of one appeal shows; also used by the desk to show it before it is public."""
    appeal = item.appeal
    pictures = [shown(picture) for picture in item.pictures]
    return {
        "appeal": appeal,
        "happened": paragraphs(appeal.what_happened),
        "asked": paragraphs(appeal.we_ask),
        "pictures": pictures,
        "updates": item.updates,
        "newest": first_sentence(item.updates[0].text) if item.updates else "",
        "until": until(agency, appeal),
        "review_is_due": appeal.review_on is not None and appeal.review_asked_on == appeal.review_on,
        "tip_path": tip_path(appeal.landing_code) if agency.tip_programme_id else "",
        "programme": agency.tip_programme,
        "address": public_url(agency, appeal_path(appeal.reference)),
        "card_picture": _card_picture(agency, appeal, pictures),
        "qr": qr_path(appeal.reference) if appeal.published_at else "",
        "section": "appeals",
    }


def _card_picture(agency: Agency, appeal: Appeal, pictures: list[dict[str, Any]]) -> str:
    """The picture that other sites may show beside a link; "" if people are in it.

    Whoever builds such a card keeps a copy that we cannot take down, so no face goes there (ADR 0023).
    """
    return public_url(agency, pictures[0]["src"]) if pictures and not appeal.shows_people else ""


def card(item: PublicAppeal) -> dict[str, Any]:
    """An appeal in a list: heading, first sentence, first picture."""
    return {
        "appeal": item.appeal,
        "path": appeal_path(item.appeal.reference),
        "summary": first_sentence(item.appeal.we_ask),
        "picture": shown(item.pictures[0]) if item.pictures else None,
    }


def until(agency: Agency, appeal: Appeal) -> str:
    """The end of the time asked about in words: only the hour if it is the same day; empty if there is no end."""
    if appeal.happened_from is None or appeal.happened_to is None:
        return ""
    zone = ZoneInfo(agency.time_zone)
    begin, end = appeal.happened_from.astimezone(zone), appeal.happened_to.astimezone(zone)
    words = format_date(end, "H:i" if begin.date() == end.date() else _("j F Y, H:i"))
    # Across a change of the clock "01:30 to 01:30" needs the name of the zone to be true.
    return words if begin.utcoffset() == end.utcoffset() else f"{words} {end.tzname()}"


def paragraphs(text: str) -> list[str]:
    """A text cut at its empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def first_sentence(text: str, *, most: int = 160) -> str:
    """The first sentence of a text, in any script, cut at a space if it is longer than `most` characters."""
    line = " ".join(text.split())
    found = SENTENCE.match(line)
    line = found[0] if found else line
    return shorten(line, characters=most)


def _seal(seal: dict[str, Any]) -> dict[str, Any]:
    names = {"main": _("The agency's record"), "tips": _("The record beside the tips")}
    return {
        **seal,
        "name": names.get(str(seal["ledger"]), seal["ledger"]),
        "number": f"{int(seal['size']):,}",
        "at": datetime.fromisoformat(str(seal["signed_at"])),
    }


# --- feeds and signs --------------------------------------------------------------------------------


def _feeds(
    agency: Agency, public: list[PublicAppeal], closed: list[Appeal], news: Newsroom
) -> dict[str, bytes]:
    entries = [*feeds.entries(agency, public, closed), *news.entries()]
    withdrawn = [appeal.withdrawn_at for appeal in appeals.withdrawn_last(agency.pk) if appeal.withdrawn_at]
    changed = max(
        [
            *(entry.updated for entry in entries),
            *withdrawn,
            *([news.changed_at] if news.changed_at else []),
        ],
        default=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return feeds.build(agency, entries, changed=changed)


def _signs(agency: Agency, public: list[PublicAppeal], listed: list[str]) -> dict[str, bytes]:
    seals = {f"record/{seal['ledger']}.txt": str(seal["text"]).encode() for seal in published_seals()}
    paths = [
        "/",
        "/appeals/",
        *(appeal_path(item.appeal.reference) for item in public),
        "/tell/",
        *listed,
        "/tips/how-it-works/",
        "/record/",
    ]
    codes = {
        qr_path(item.appeal.reference).lstrip("/"): qr.png(
            public_url(agency, appeal_path(item.appeal.reference))
        )
        for item in public
    }
    return {
        **seals,
        **codes,
        "sitemap.xml": feeds.sitemap([public_url(agency, path) for path in paths]),
        "robots.txt": feeds.robots(public_url(agency, "/sitemap.xml")),
        ".well-known/security.txt": feeds.security_txt(
            contact=public_url(agency, "/tell/"), canonical=public_url(agency, "/.well-known/security.txt")
        ),
    }
