"""What is looked at before an appeal, or a line of one, goes out: the seam between an appeal and the pre-flight check.

The rules are those of posts: a stop closes the button, a warning asks for a reason, which is kept on the record, a hint
is said. Of a picture whose rights nobody stated nothing is known; an appeal may show it, as it always could, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import get_agency
from hueandcry.appeals import queries
from hueandcry.appeals.addresses import appeal_path, public_url
from hueandcry.appeals.content import Content
from hueandcry.appeals.models import Appeal
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.ids import ref
from hueandcry.matters import actions as matters
from hueandcry.matters.models import Answered
from hueandcry.matters.queries import answered
from hueandcry.posts import finding
from hueandcry.posts.finding import HINT, STOP, WARN, Finding, NeedsReason, Stopped, as_shown
from hueandcry.posts.knowing import Known, Said, addresses_in, ask_for_links, picture_facts
from hueandcry.preflight import checks, packs

__all__ = ["HINT", "STOP", "WARN", "Finding", "NeedsReason", "Stopped"]
UNKNOWN_TILL_NAMED = {
    "identify",
    "witness",
}  # kinds that ask who or what it was: nobody is known before it is said
# Rules about how a network post is written, not about a page of ours that has its own parts for it.
NOT_HERE = {"hard-to-read", "no-emergency-note"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What the check says of an appeal. lines: what is known and what is not yet, one sentence each."""

    findings: list[Finding]
    open: list[Finding]
    lines: list[str]
    answered: list[Answered]

    @property
    def stops(self) -> list[Finding]:
        """What may not go out as it is."""
        return [item for item in self.findings if item.level == STOP]


def look(
    appeal: Appeal,
    *,
    reader: Actor,
    agency: Agency | None = None,
    pictures: list[queries.PictureView] | None = None,
) -> Looked:
    """What the check finds in an appeal as it stands, with its pictures; stops first.

    agency, pictures: the appeal's, where they are at hand.
    """
    agency = agency or get_agency(appeal.agency_id)
    if pictures is None:
        pictures = queries.pictures_of(appeal)
    texts = _texts(queries.content_of(appeal))
    said = Said(
        subject_of(appeal),
        addresses_in(*texts.values(), *(item.caption for item in pictures)),
        tuple(("asset", item.asset_id) for item in pictures),
    )
    known = Known(agency, [said])
    names = {item.id: f"{item.place} · {item.file_name}" for item in pictures}
    facts = [
        picture_facts(
            {"alt": item.alt}, names[item.id], known.rights_of(("asset", item.asset_id)), unstated="own"
        )
        for item in pictures
    ]
    own = {name: text for name, text in texts.items() if name != "what_happened"}
    own |= {f"caption {item.place}": item.caption for item in pictures if item.caption}
    title = own.pop("title")
    draft = _draft(appeal, agency, known, said, reader, text=texts["what_happened"], title=title, own=own)
    things = {names[item.id]: ref("asset", item.asset_id) for item in pictures}
    found = _found(draft, facts, agency, things)
    found += [
        _unstated(item.place, ref("asset", item.asset_id))
        for item in pictures
        if known.rights_of(("asset", item.asset_id)) is None
    ]
    return _told(appeal, finding.stops_first(found), known.lines(said))


def look_at_line(appeal: Appeal, text: str, *, reader: Actor, agency: Agency | None = None) -> Looked:
    """The same for a line of a public appeal."""
    agency = agency or get_agency(appeal.agency_id)
    said = Said(subject_of(appeal), addresses_in(text))
    known = Known(agency, [said])
    draft = _draft(appeal, agency, known, said, reader, text=text, title="", own={})
    found = finding.stops_first(_found(draft, [], agency, {}))
    return _told(appeal, found, known.lines(said))


def require_clear(appeal: Appeal, *, by: Actor, reason: str) -> None:
    """Raises Stopped, or NeedsReason for warnings without a reason; the reason is kept."""
    _require(look(appeal, reader=by), appeal, by=by, reason=reason, field="reason")


def require_no_stop(appeal: Appeal, *, by: Actor) -> None:
    """Raises Stopped for what may not go out, whoever answers for it."""
    _require_no_stop(look(appeal, reader=by))


def require_line_clear(appeal: Appeal, text: str, *, by: Actor, reason: str) -> None:
    """The same for a line that is handed in."""
    _require(look_at_line(appeal, text, reader=by), appeal, by=by, reason=reason, field="proceed")


def require_line_without_stop(appeal: Appeal, text: str, *, by: Actor) -> None:
    """Raises Stopped for a line that may not go out."""
    _require_no_stop(look_at_line(appeal, text, reader=by))


def ask_for_links_of(content: Content, *, by: Actor) -> None:
    """Let the worker try the addresses that stand in an appeal."""
    ask_for_links(*_texts(content).values(), agency_id=by.agency_id)


def subject_of(appeal: Appeal) -> str:
    """What the record calls it; "" while it is not kept."""
    return ref("appeal", appeal.pk) if appeal.pk else ""


def page_of(appeal: Appeal, agency: Agency) -> str:
    """Its public address, by which a post that links to it is known to speak of the same case."""
    return public_url(agency, appeal_path(appeal.reference))


def _texts(content: Content) -> dict[str, str]:
    names = ("title", "what_happened", "we_ask", "what_to_do", "place", "announcement")
    return {name: getattr(content, name) for name in names}


def _draft(
    appeal: Appeal,
    agency: Agency,
    known: Known,
    said: Said,
    reader: Actor,
    *,
    text: str,
    title: str,
    own: dict[str, str],
) -> checks.Draft:
    facts = known.facts(said)
    contacts = {agency.phone, agency.public_host, agency.emergency_number}
    return checks.Draft(
        text=text,
        title=title,
        own_texts={name: words for name, words in own.items() if words.strip()},
        account_audiences=("public",),
        kind=appeal.kind,
        language=agency.languages[0] if agency.languages else "",
        names_cleared=facts.names,
        stage=facts.stage or ("unknown" if appeal.kind in UNKNOWN_TILL_NAMED else ""),
        held_matters=known.matters_for(reader),
        dead_links=known.dead(said),
        own_contacts=frozenset(contacts - {""}),
        today=known.day,
    )


def _found(
    draft: checks.Draft, pictures: list[checks.PictureFacts], agency: Agency, things: dict[str, str]
) -> list[Finding]:
    whole = replace(draft, pictures=tuple(pictures))
    looked = checks.check(whole, packs.load(agency.law_pack))
    return [as_shown(item, whole, things) for item in looked if item.topic not in NOT_HERE]


def _unstated(place: int, thing: str) -> Finding:
    return Finding(
        rule="picture-rights",
        level=HINT,
        sentence=_("Nobody has said who made picture %d and who in it has agreed.") % place,
        cure=_("Say it once, and it is known wherever the picture is used."),
        part=thing,
        found=thing,
        about=thing,
    )


def _told(appeal: Appeal, found: list[Finding], lines: list[str]) -> Looked:
    """With the warnings that nobody has answered for, and the answers that were given."""
    given = answered(agency_id=appeal.agency_id, subject=subject_of(appeal)) if appeal.pk else []
    return Looked(found, finding.unanswered(found, [(row.rule, row.found) for row in given]), lines, given)


def _require(looked: Looked, appeal: Appeal, *, by: Actor, reason: str, field: str) -> None:
    _require_no_stop(looked)
    if not looked.open:
        return
    if not reason.strip():
        said = " ".join(item.sentence for item in looked.open[:3])
        raise NeedsReason(
            f"{said} " + _("Put it right, or say why it may go out like this: the reason is kept."),
            field=field,
        )
    warnings = [(item.rule, item.found) for item in looked.open]
    matters.answer_warnings(subject=subject_of(appeal), warnings=warnings, reason=reason, by=by)


def _require_no_stop(looked: Looked) -> None:
    if looked.stops:
        raise Stopped(" ".join(item.sentence for item in looked.stops[:3]))
