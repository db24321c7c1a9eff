"""Forms of writing a post and of deciding on one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label
from hueandcry.desk.forms.alert import alert_from, fields_for, initial_from, not_needed_yet
from hueandcry.desk.forms.appeals import LocalMoment, ManyFiles
from hueandcry.desk.forms.staff import head_starts
from hueandcry.jobs.sweep import Urgency
from hueandcry.lists.queries import areas
from hueandcry.posts.alerts import NO_ALERT, Alert
from hueandcry.posts.content import LONGEST, Content
from hueandcry.posts.kinds import KINDS
from hueandcry.posts.models import Post
from hueandcry.posts.times import PLACES, in_words

URGENCIES = [
    (Urgency.ROUTINE.value, _("Routine")),
    (Urgency.URGENT.value, _("Urgent: before what is routine")),
    (Urgency.EMERGENCY.value, _("Emergency: before everything, without the ten seconds to stop it")),
]
NEXT_PART = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)
ON_SITE, OFF_SITE = "yes", "no"
PARTED = "\n---\n"


def link_field() -> forms.CharField:
    """The address that a post leads to."""
    return forms.CharField(
        label=_("Link"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )


def topics_field() -> forms.CharField:
    """What a post is about, for the lanes of accounts."""
    return forms.CharField(
        label=_("Topics"),
        help_text=_("A few words with commas between, such as: traffic, harbour."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _area(label: Any, rows: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ComposeForm(forms.Form):
    """A post as it is written. accounts: those in use; own texts: one field for each network that the agency has.

    news: the agency shows posts on its site, so that one can be kept off it; places: where an alert can hold (lists'
    areas), where they were asked for already; kept: the post, once what was sent is kept.
    """

    kept: Post | None = None

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.name, kind.label) for kind in KINDS.values()])
    audience = forms.ChoiceField(label=_("For"), choices=Account.Audience.choices)
    text = _area(_("Text"), 5, _("Written once. A line of --- begins the next part of a thread."))
    link = link_field()
    no_card = forms.BooleanField(
        label=_("No card for the link"),
        help_text=_(
            "Where we make the card (Bluesky), the link then stands in the text. Other networks make their cards themselves."
        ),
        required=False,
    )
    picture = forms.FileField(
        label=_("Pictures"),
        help_text=_(
            "Take one, or choose: JPEG, PNG, WebP, AVIF or GIF. Where it was taken and other hidden data is removed."
        ),
        required=False,
        widget=ManyFiles(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif", "multiple": True}
        ),
    )
    accounts = forms.MultipleChoiceField(
        label=_("Accounts"), required=False, widget=forms.CheckboxSelectMultiple
    )
    topics = topics_field()
    title = forms.CharField(
        label=_("Title"), help_text=_("For e-mail and cards."), required=False, max_length=300
    )
    urgency = forms.TypedChoiceField(label=_("Urgency"), choices=URGENCIES, coerce=int)
    scheduled_at = LocalMoment(
        label=_("Not before"), help_text=_("Empty: now. Day and time where the agency is."), required=False
    )
    if_asked = _area(
        _("What to say if asked"),
        2,
        _(
            "For colleagues: on the staff feed, and in staff notices that carry the words of posts. It never goes out with the post."
        ),
    )
    staff_minutes = forms.TypedChoiceField(
        label=_("Colleagues read it"),
        help_text=_("An emergency never waits."),
        choices=lambda: [("", _("As the agency has it")), *head_starts()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    on_site = forms.ChoiceField(
        label=_("On our own site"),
        help_text=_("Only what everybody may read is ever shown there."),
        choices=[(ON_SITE, _("Among the news, once it went out")), (OFF_SITE, _("Not on our site"))],
        required=False,
    )
    reason = forms.CharField(
        label=_("Why it may go out in spite of the warnings"),
        help_text=_("Needed only if the check warns. The reason is kept on the record."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    say_at = LocalMoment(
        label=_("A time to write into the text"),
        help_text=_("Day and time where the agency is."),
        required=False,
    )
    say_minutes = forms.IntegerField(label=_("Minutes it lasts"), min_value=0, max_value=1440, required=False)
    say_zones = forms.MultipleChoiceField(
        label=_("As these places have it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        agency: Agency,
        accounts: list[Account],
        news: bool = False,
        places: list[tuple[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        if not news:
            del self.fields["on_site"]
        self.agency, self.zone = agency, agency.time_zone
        self.places = areas(agency.pk) if places is None else places
        self.fields.update(fields_for(agency, self.places))
        self.language = agency.languages[0] if agency.languages else "en"
        self.known = accounts
        for name in ("scheduled_at", "say_at"):
            self.fields[name].zone = ZoneInfo(agency.time_zone)  # type: ignore[attr-defined]
        self.fields["say_zones"].choices = [  # type: ignore[attr-defined]
            place for place in PLACES if place[0] != agency.time_zone
        ]
        chosen = set(map(str, self._chosen()))
        ordered = sorted(accounts, key=lambda row: (str(row.pk) not in chosen, row.label.lower(), row.pk))
        self.fields["accounts"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), f"{row.label} · {channel_label(row.channel)}") for row in ordered
        ]
        for channel in sorted({row.channel for row in accounts}):
            self.fields[own_name(channel)] = _area(_("Own text for %s") % channel_label(channel), 3)

    def full_clean(self) -> None:
        """As ever, but the text may be empty while it is a draft."""
        with not_needed_yet(self, "text"):
            super().full_clean()

    def _chosen(self) -> Iterable[Any]:
        if self.is_bound:
            return self.data.getlist("accounts") if hasattr(self.data, "getlist") else ()
        return self.initial.get("accounts") or ()

    def own_fields(self) -> list[tuple[str, forms.BoundField]]:
        """The fields for own texts, each with its network."""
        channels = sorted({row.channel for row in self.known})
        return [(channel, self[own_name(channel)]) for channel in channels]

    def other_languages(self) -> list[forms.BoundField]:
        """The fields for the words of an alert in further languages."""
        return [self[name] for name in self.fields if name.startswith(("alert_text_", "alert_todo_"))]

    def said_time(self) -> str:
        """The time to be written into the text, as each chosen place has it; "" if none is asked for."""
        given = getattr(self, "cleaned_data", {})
        at = given.get("say_at")
        if not at:
            return ""
        zones = [self.zone, *given.get("say_zones", [])]
        return in_words(at, minutes=given.get("say_minutes") or 0, zones=zones)

    def content(self) -> Content:
        """What was typed, as one value; what cannot be read yet is left out."""
        given = getattr(self, "cleaned_data", {})
        first, *parts = NEXT_PART.split((given.get("text") or "").replace("\r\n", "\n"))
        own = tuple(
            (channel, given.get(own_name(channel), "").strip())
            for channel in sorted({row.channel for row in self.known})
            if given.get(own_name(channel), "").strip()
        )
        at: datetime | None = given.get("scheduled_at")
        return Content(
            text=first.strip() if parts else first,
            title=given.get("title", ""),
            link=given.get("link", ""),
            kind=given.get("kind") or "news",
            audience=given.get("audience") or "public",
            language=self.language,
            topics=tuple(word.strip() for word in given.get("topics", "").split(",") if word.strip()),
            own_texts=own,
            thread=tuple(part.strip() for part in parts if part.strip()),
            account_ids=tuple(int(number) for number in given.get("accounts", [])),
            urgency=given.get("urgency", Urgency.ROUTINE.value),
            scheduled_at=at,
            zone=self.zone if at else "",
            if_asked=given.get("if_asked", ""),
            staff_minutes=given.get("staff_minutes"),
            on_site=given.get("on_site", self.initial.get("on_site")) != OFF_SITE,
            no_card=bool(given.get("no_card")),
            alert=alert_from(given, self.agency, begin=at),
        )

    def clean_topics(self) -> str:
        """Without the sign that people put before a topic."""
        return str(self.cleaned_data["topics"]).replace("#", "")


def own_name(channel: str) -> str:
    """The name of the field for the own text of a network, or of an account ("account:12")."""
    return f"own-{channel.replace(':', '-')}"


def initial_of(post: Post) -> dict[str, Any]:
    """A post as the form shows it."""
    own = {own_name(name): text for name, text in post.own_texts.items()}
    return {
        "kind": post.kind or "news",
        "audience": post.audience,
        "text": PARTED.join([post.text, *post.thread]),
        "link": post.link,
        "accounts": [str(number) for number in post.account_ids],
        "topics": ", ".join(post.topics),
        "title": post.title,
        "urgency": post.urgency,
        "scheduled_at": post.scheduled_at,
        "revision": post.revision,
        "if_asked": post.if_asked,
        "staff_minutes": "" if post.staff_minutes is None else post.staff_minutes,
        "on_site": ON_SITE if post.on_site else OFF_SITE,
        "no_card": post.no_card,
        **initial_from(post.alert),
        **own,
    }


class ChangeForm(forms.Form):
    """Other words for a post that is out. own: texts of networks and accounts, each with whose it is.

    agency: given for an alert only, whose place, end and the like can be changed too.
    """

    text = forms.CharField(
        label=_("Text"), max_length=LONGEST, strip=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    reason = forms.CharField(
        label=_("Why it may go out in spite of the warnings"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        own: Iterable[tuple[str, str]] = (),
        agency: Agency | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        if agency is not None:
            self.fields.update(fields_for(agency, areas(agency.pk)))
        self.own = [name for name, _label in own]
        for name, label in own:
            self.fields[own_name(name)] = _area(_("Own text for %s") % label, 3)

    def full_clean(self) -> None:
        """As ever, but it is the check that says what an alert lacks."""
        with not_needed_yet(self):
            super().full_clean()

    def own_fields(self) -> list[forms.BoundField]:
        """The fields for own texts."""
        return [self[own_name(name)] for name in self.own]

    def own_texts(self) -> tuple[tuple[str, str], ...]:
        """What was typed for single networks and accounts; an empty one falls back to the text for all.

        What a page did not offer stays as it is.
        """
        texts = {
            name: self.cleaned_data[own_name(name)]
            if self.add_prefix(own_name(name)) in self.data
            else self.initial.get(own_name(name), "")
            for name in self.own
        }
        return tuple((name, text.strip()) for name, text in texts.items() if text.strip())

    def alert(self) -> Alert:
        """What belongs to it, if it is an alert."""
        return alert_from(self.cleaned_data, self.agency) if self.agency is not None else NO_ALERT

    def alert_fields(self) -> list[forms.BoundField]:
        """The fields of that."""
        return [self[name] for name in self.fields if name.startswith("alert_")]

    def texts(self) -> tuple[str, tuple[str, ...]]:
        """The first part, and those after it."""
        first, *parts = NEXT_PART.split(self.cleaned_data["text"].replace("\r\n", "\n"))
        return first.strip(), tuple(part.strip() for part in parts)


class RecallForm(forms.Form):
    """Why a post is taken down."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept on the record and not shown to the public."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PlanForm(forms.Form):
    """Another time."""

    scheduled_at = LocalMoment(label=_("Move to"), required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheduled_at"].zone = ZoneInfo(agency.time_zone)  # type: ignore[attr-defined]


class RepostForm(forms.Form):
    """Which accounts show it again."""

    accounts = forms.MultipleChoiceField(label=_("Show it again on"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), f"{row.label} · {channel_label(row.channel)}") for row in accounts
        ]
