"""Help in the community: listed, approved by a second person, lapsing, read by everybody, named in a post (R35)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.answers import partner_actions as actions
from hueandcry.answers import partners as queries
from hueandcry.answers.actions import Lapsed, OwnWords
from hueandcry.answers.models import Partner
from hueandcry.channels.scope import NotYourStation
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.posts.kinds import kind_named
from hueandcry.publicsite import pages
from hueandcry.records.models import Entry
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency
from tests.factories_library import make_partner, partner_facts
from tests.factories_rules import number_of

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


@pytest.fixture
def agency() -> Agency:
    return make_agency(host="ellery.example")


@pytest.fixture
def writer(agency: Agency) -> Actor:
    return make_actor(agency, Role.AUTHOR)


@pytest.fixture
def decider(agency: Agency) -> Actor:
    return make_actor(agency, Role.APPROVER, name="Ines Moreau")


def shown(agency: Agency) -> str:
    return pages.site_of(agency).texts.get("help/index.html", b"").decode()


def states(by: Actor) -> list[str]:
    return [line.state for line in queries.partners(actor=by)]


def test_everybody_reads_it_once_somebody_else_has_approved_it(
    agency: Agency, writer: Actor, decider: Actor
) -> None:
    row = make_partner(writer)
    assert (shown(agency), states(writer)) == ("", ["waiting"])
    seen = row.written_at.isoformat()
    with pytest.raises(NotAllowed):
        actions.approve_partner(partner_id=row.pk, seen=seen, by=writer)
    with pytest.raises(Conflict):
        actions.approve_partner(partner_id=row.pk, seen="", by=decider)
    actions.approve_partner(partner_id=row.pk, seen=seen, by=decider)
    page = shown(agency)
    for words in (
        "Harbour Listening Line",
        'href="tel:5550177"',
        'href="https://listening.harbour.example/"',
        '<span lang="fr">français</span>',
        "Checked on",
    ):
        assert words in page
    assert "<script" not in page
    texts = pages.site_of(agency).texts
    assert "/help/" in texts["sitemap.xml"].decode()
    assert 'href="/help/"' in texts["index.html"].decode()
    verbs = Entry.objects.filter(subject=f"partner:{row.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["partner.add", "partner.approve"]
    own = make_partner(decider, name="Own")
    with pytest.raises(OwnWords):
        actions.approve_partner(partner_id=own.pk, seen=own.written_at.isoformat(), by=decider)


def test_who_looks_again_moves_its_day_and_other_words_wait(
    agency: Agency, writer: Actor, decider: Actor
) -> None:
    row = make_partner(writer, decider)
    later = actions.change_partner(partner_id=row.pk, facts=partner_facts(writer, days=200), by=writer)
    assert later.approved_at == row.approved_at
    assert states(writer) == ["shown"]
    other = actions.change_partner(
        partner_id=row.pk, facts=partner_facts(writer, phone="555 0178"), by=decider
    )
    assert (other.approved_at, shown(agency)) == (None, "")
    with pytest.raises(OwnWords):
        actions.approve_partner(partner_id=row.pk, seen=other.written_at.isoformat(), by=decider)


def test_it_lapses_by_itself_after_its_day(agency: Agency, writer: Actor, decider: Actor) -> None:
    row, late = make_partner(writer, decider), make_partner(writer, name="Late", days=0)
    Partner.objects.update(review_on=late.review_on - timedelta(days=2))
    assert (shown(agency), states(writer)) == ("", ["lapsed", "waiting"])
    with pytest.raises(Conflict):
        queries.words_of(actor=writer, partner_id=row.pk)
    with pytest.raises(Lapsed):
        actions.approve_partner(partner_id=late.pk, seen=late.written_at.isoformat(), by=decider)


def test_taken_out_it_comes_back_as_it_was_for_a_day_and_waits_after_that(
    agency: Agency, writer: Actor, decider: Actor
) -> None:
    row = make_partner(writer, decider)
    actions.retire_partner(partner_id=row.pk, by=writer)
    assert (shown(agency), states(writer)) == ("", ["retired"])
    with pytest.raises(Conflict):
        actions.change_partner(partner_id=row.pk, facts=partner_facts(writer), by=writer)
    assert actions.restore_partner(partner_id=row.pk, by=writer).approved_at is not None
    actions.retire_partner(partner_id=row.pk, by=writer)
    Partner.objects.filter(pk=row.pk).update(retired_at=clock.now() - timedelta(days=2))
    assert actions.restore_partner(partner_id=row.pk, by=writer).approved_at is None
    actions.retire_partner(partner_id=row.pk, by=writer)
    make_partner(writer)
    with pytest.raises(Conflict, match="listed already"):
        actions.restore_partner(partner_id=row.pk, by=writer)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"purpose": "x" * 401}, "purpose"),
        ({"phone": "", "web": ""}, "phone"),
        ({"web": "javascript:alert(1)"}, "web"),
        ({"languages": ('en">',)}, "languages"),
        ({"days": 400}, "review_on"),
        ({"days": -1}, "review_on"),
    ],
)
def test_what_cannot_be_listed_says_why(writer: Actor, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_partner(writer, **wrong)
    assert refused.value.field == field


def test_a_steward_of_a_station_names_them_and_lists_none(
    agency: Agency, writer: Actor, decider: Actor
) -> None:
    row, steward = make_partner(writer, decider), make_actor(agency, Role.STEWARD, name="Luis Amaro")
    for act in (
        lambda: make_partner(steward, name="Mine"),
        lambda: actions.retire_partner(partner_id=row.pk, by=steward),
        lambda: actions.change_partner(partner_id=row.pk, facts=partner_facts(writer), by=steward),
    ):
        with pytest.raises(NotYourStation):
            act()
    said = queries.words_of(actor=steward, partner_id=row.pk)
    assert said == (
        "Harbour Listening Line: For anybody who was robbed or hurt and wants to talk. 555 0177"
        " https://listening.harbour.example/"
    )


def test_the_pages_of_the_desk_list_change_and_name_it(agency: Agency, writer: Actor, decider: Actor) -> None:
    desk, other = (at_desk(Person.objects.get(pk=number_of(each))) for each in (writer, decider))
    given = {
        "name": "Mill Lane Food Bank",
        "purpose": "Food for a week",
        "phone": "555 0179",
        "review_on": (partner_facts(writer).review_on).isoformat(),
    }
    assert desk.post("/desk/answers/help/new/", {**given, "phone": ""}).status_code == 422
    assert desk.post("/desk/answers/help/new/", given).status_code == 302
    row = Partner.objects.get()
    listed = other.get("/desk/answers/help/").content.decode()
    assert "Waits for approval" in listed
    assert 'name="seen"' not in desk.get("/desk/answers/help/").content.decode()
    here = f"/desk/answers/help/{row.pk}/"
    assert other.post(f"{here}approve/", {"seen": row.written_at.isoformat()}).status_code == 302
    assert "555 0179" in shown(agency)
    assert "Mill Lane Food Bank" in desk.get("/desk/answers/find/?q=food").content.decode()
    assert "Mill Lane" not in desk.get("/desk/answers/find/").content.decode()
    assert desk.post(f"{here}use/").json() == {"text": "Mill Lane Food Bank: Food for a week. 555 0179"}
    assert desk.post(here, {**given, "phone": "555 0180"}).status_code == 302
    assert desk.post(f"{here}use/").status_code == 409
    assert desk.post(f"{here}retire/").status_code == 302
    assert desk.post(f"{here}restore/").status_code == 302


def test_notes_of_a_meeting_have_a_template() -> None:
    assert "Next meeting" in kind_named("meeting").template
