"""Pure: what is written in an appeal, as one value, and what still has to be written before approval."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid

LONGEST = {
    "title": 120,
    "what_happened": 4000,
    "we_ask": 2000,
    "what_to_do": 300,
    "place": 160,
    "announcement": 2000,
    "purpose": 1000,
    "necessity": 1000,
    "proportionality": 1000,
}
YEARS = range(1900, 2200)  # in which something can have happened; what lies far outside fits no column


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that is written in an appeal except its pictures. Times are aware; days are the agency's.

    announcement: what is said on the networks; empty for the heading and what we ask. purpose, necessity,
    proportionality: why it is published, why nothing milder would do, why the harm is in proportion
    (ACPO/CPS guidance on images, 2009; product/PRACTICE.md 2.3).
    """

    kind: str
    title: str
    what_happened: str = ""
    we_ask: str = ""
    what_to_do: str = ""
    place: str = ""
    announcement: str = ""
    happened_from: datetime | None = None
    happened_to: datetime | None = None
    shows_people: bool = True
    purpose: str = ""
    necessity: str = ""
    proportionality: str = ""
    review_on: date | None = None

    def fields(self) -> dict[str, object]:
        """The fields as the table names them, text without spaces around it."""
        return {name: v.strip() if isinstance(v, str) else v for name, v in asdict(self).items()}

    def for_record(self) -> dict[str, str | int | None]:
        """The fields as the record takes them: text, whole numbers or None."""
        return {name: _plain(value) for name, value in self.fields().items()}


def _plain(value: object) -> str | int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def check(content: Content) -> None:
    """Raises Invalid, naming the field, if the content cannot even be kept as a draft."""
    if not content.title.strip():
        raise Invalid(_("Give the appeal a heading."), field="title")
    for name, most in LONGEST.items():
        size = len(getattr(content, name).strip())
        if size > most:
            sentence = _("This has %(size)d characters; %(most)d are possible.") % {
                "size": size,
                "most": most,
            }
            raise Invalid(sentence, field=name)
    for name in ("happened_from", "happened_to"):
        moment = getattr(content, name)
        if moment is not None and moment.year not in YEARS:
            raise Invalid(_("Look at the year: %d.") % moment.year, field=name)
    if content.happened_to and not content.happened_from:
        raise Invalid(_("Say when it began, or leave both times empty."), field="happened_from")
    if content.happened_from and content.happened_to and content.happened_to < content.happened_from:
        raise Invalid(_("The end must be after the beginning."), field="happened_to")


def missing(content: Content, *, today: date) -> dict[str, str]:
    """What must be there before somebody can approve it: field name → sentence. Empty when it is ready."""
    sentences = {
        "what_happened": _("Say what happened."),
        "we_ask": _("Say what you ask of the public."),
        "purpose": _("Say what the appeal is for."),
        "necessity": _("Say why it is necessary."),
        "proportionality": _("Say why it is in proportion."),
    }
    lacking = {name: text for name, text in sentences.items() if not getattr(content, name).strip()}
    if content.review_on is None:
        lacking["review_on"] = _("Set the day on which somebody looks at it again.")
    elif content.review_on <= today:
        lacking["review_on"] = _("The review date has passed. Set a later one.")
    return lacking
