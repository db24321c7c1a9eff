"""The public directory as files: main accounts first, ways to narrow it, stations, people, lists for programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from hueandcry.agencies.actions import end_membership
from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.agencies.unit_actions import add_unit
from hueandcry.channels import register_actions as verbs
from hueandcry.channels.actions import register_account
from hueandcry.channels.handover_actions import hand_over
from hueandcry.channels.models import Account
from hueandcry.channels.voice_actions import hide_page, write_own_page
from hueandcry.kernel.actor import Actor
from hueandcry.publicsite import pages
from hueandcry.publicsite.directory import Directory
from tests.factories import make_actor, make_agency, make_person

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


@pytest.fixture
def agency() -> Agency:
    return make_agency(host="ellery.example")


@pytest.fixture
def admin(agency: Agency) -> Actor:
    return make_actor(agency, Role.ADMINISTRATOR)


def connect(by: Actor, handle: str, **facts: object) -> Account:
    account = register_account(
        channel="simulated",
        handle=handle,
        label=handle.replace("-", " ").title(),
        server_url="http://127.0.0.1:8002",
        secret={"secret": "invented"},
        by=by,
    )
    return verbs.change_account(account_id=account.pk, by=by, **facts) if facts else account


def files(agency: Agency) -> dict[str, str]:
    return {name: data.decode() for name, data in pages.site_of(agency).texts.items() if b"\x00" not in data}


def test_the_few_main_accounts_stand_first_in_a_long_directory(agency: Agency, admin: Actor) -> None:
    for number in range(20):
        connect(admin, f"aa-station-{number}", kind="unit")
    connect(admin, "zz-main", is_main=True)
    page = files(agency)["accounts/index.html"]
    assert page.index("Our main accounts") < page.index("Zz Main") < page.index("Aa Station 0")
    assert page.count("<h3>Zz Main</h3>") == 2


def test_topics_networks_and_languages_are_pages_where_there_is_a_choice(
    agency: Agency, admin: Actor
) -> None:
    connect(admin, "traffic", topics=["Road safety"], languages=["en"])
    connect(admin, "dogs", topics=["dogs"], languages=["en", "cy"])
    found = files(agency)
    assert "Traffic" in found["accounts/topic/road-safety/index.html"]
    assert "Dogs" not in found["accounts/topic/road-safety/index.html"]
    assert "Dogs" in found["accounts/language/cy/index.html"]
    assert not any(name.startswith("accounts/network/") for name in found)  # one network is no choice
    assert 'href="/accounts/topic/dogs/"' in found["accounts/index.html"]
    assert "/accounts/topic/dogs/" in found["sitemap.xml"]


def test_a_station_shows_where_it_is_and_the_accounts_of_its_parts(agency: Agency, admin: Actor) -> None:
    station = add_unit(
        kind="station", name="Harbour", area="Quays, PE1", phone="555 0111", hours="08:00 to 20:00", by=admin
    )
    unit = add_unit(kind="unit", name="Marine Unit", parent_id=station.pk, by=admin)
    add_unit(kind="unit", name="Inner Office", is_public=False, by=admin)
    connect(admin, "pe-marine", unit_id=unit.pk)
    found = files(agency)
    page = found["stations/harbour/index.html"]
    for words in ("Quays, PE1", "555 0111", "08:00 to 20:00", "Pe Marine", 'href="/stations/marine-unit/"'):
        assert words in page
    assert "stations/inner-office/index.html" not in found
    assert "Inner Office" not in found["stations/index.html"]


def test_a_station_is_found_by_its_name_its_district_and_the_beginning_of_a_postcode(
    agency: Agency, admin: Actor
) -> None:
    harbour = add_unit(kind="station", name="Harbour", area="Quays, Old Town; PE10", by=admin)
    add_unit(kind="station", name="Mill Lane", area="old town,  PE2", languages=["cy", "zz"], by=admin)
    marine = add_unit(kind="unit", name="Marine Unit", parent_id=harbour.pk, by=admin)
    connect(admin, "pe-marine", unit_id=marine.pk)
    found = files(agency)
    page = found["stations/index.html"]
    index, _all, tree = page.partition('id="h-all"')
    links = '<a class="govuk-link" href="/stations/{0}/">{1}</a>'.format
    both = f"Old Town: {links('harbour', 'Harbour')}, {links('mill-lane', 'Mill Lane')}"
    assert f"<li>{both}</li>" in index
    assert f"<li>{links('harbour', 'Harbour')}</li>" in index
    assert index.index("PE2: ") < index.index("PE10: ") < index.index("Quays: ")
    assert "hc-letters" not in index
    assert "<script" not in page
    assert tree.index("1 account") < tree.index("marine-unit") < tree.index("Mill Lane")
    assert links("harbour", "Harbour") in found["stations/marine-unit/index.html"]
    mill = found["stations/mill-lane/index.html"]
    assert '<span lang="cy">Cymraeg</span>, <span lang="zz">zz</span>' in mill
    assert "Languages" not in found["stations/harbour/index.html"]


def test_a_long_index_has_letters_to_jump_to(agency: Agency, admin: Actor) -> None:
    areas = ", ".join(f"{letter}ford" for letter in "ABCDEFGHIJKLMNOPQRST")
    add_unit(kind="station", name="Harbour", area=f"{areas}, 9th Ward, Évreux Way", by=admin)
    page = files(agency)["stations/index.html"]
    assert page.count('<a class="govuk-link" href="#letter-') == 20
    assert 'href="#other">0 to 9</a>' in page
    assert page.index("Eford") < page.index("Évreux Way") < page.index("Fford")


def test_a_person_has_a_page_only_while_they_want_one(agency: Agency, admin: Actor) -> None:
    ruth = make_actor(agency, Role.STEWARD, name="Ruth Abara")
    number = int(ruth.ref.partition(":")[2])
    account = connect(admin, "caring-ruth", face="Ruth Abara", title="Coordinator")
    verbs.add_holder(account_id=account.pk, person_id=number, by=admin)
    assert not any(name.startswith("people/") for name in files(agency))
    write_own_page(title="Coordinator", about="I listen.", reach="Ring 555 0101", by=ruth)
    found = files(agency)
    page = found["people/ruth-abara/index.html"]
    for words in ("Works for Port Ellery Police", "I listen.", "@caring-ruth", "Ring 555 0101", "call 999"):
        assert words in page
    assert 'href="/people/ruth-abara/">Ruth Abara</a>' in found["accounts/index.html"]
    hide_page(person_id=number, by=ruth)
    assert not any(name.startswith("people/") for name in files(agency))


def test_who_left_has_no_page_any_more(agency: Agency, admin: Actor) -> None:
    ruth = make_actor(agency, Role.STEWARD, name="Ruth Abara")
    number = int(ruth.ref.partition(":")[2])
    account = connect(admin, "caring-ruth", face="Ruth Abara", title="Coordinator")
    verbs.add_holder(account_id=account.pk, person_id=number, by=admin)
    write_own_page(title="Coordinator", about="I listen.", reach="Ring 555 0101", by=ruth)
    end_membership(person_id=number, by=admin)
    found = files(agency)
    assert not any(name.startswith("people/") for name in found)
    assert "/people/ruth-abara/" not in found["accounts/index.html"]


def test_the_page_says_who_is_new(agency: Agency, admin: Actor) -> None:
    luis, mina = (make_person(agency, Role.STEWARD, name=name) for name in ("Luis Amaro", "Mina Falk"))
    account = connect(admin, "harbour", face="Cst. Luis Amaro")
    verbs.add_holder(account_id=account.pk, person_id=luis.pk, by=admin)
    hand_over(from_id=luis.pk, to_id=mina.pk, note="Secret note.", by=admin)
    page = files(agency)["accounts/index.html"]
    assert "Mina Falk" in page
    assert "New here" in page
    assert "Luis" not in page
    assert "Secret note" not in "".join(files(agency).values())


def test_programs_are_told_the_same_and_what_was_ours(agency: Agency, admin: Actor) -> None:
    unit = add_unit(kind="station", name="Harbour", by=admin)
    connect(admin, "harbour", unit_id=unit.pk, topics=["ferries"], face="=HYPERLINK(1)")
    old, staff = connect(admin, "old"), connect(admin, "staff")
    verbs.retire_account(account_id=old.pk, reason="Closed.", by=admin)
    verbs.change_account(account_id=staff.pk, audience="staff", by=admin)
    found = files(agency)
    listed = json.loads(found["accounts.json"])
    assert listed["checker"] == "http://ellery.example:8000/accounts/verify/"
    assert [(each["handle"], each["status"], each["unit"]) for each in listed["accounts"]] == [
        ("harbour", "in use", "Harbour"),
        ("old", "retired", ""),
    ]
    rows = list(csv.DictReader(io.StringIO(found["accounts.csv"].removeprefix("\ufeff"))))
    assert [row["handle"] for row in rows] == ["harbour", "old"]
    assert rows[0]["face"] == "'=HYPERLINK(1)"
    assert "old" not in found["accounts/verify/index.html"].partition("All")[2].lower().split("@")


def test_every_page_of_the_directory_works_without_a_script_and_has_one_heading(
    agency: Agency, admin: Actor
) -> None:
    add_unit(kind="station", name="Harbour", by=admin)
    connect(admin, "a", topics=["x"])
    connect(admin, "b", topics=["y"])
    for path in Directory(agency).paths():
        page = files(agency)[f"{path.strip('/')}/index.html"]
        assert "<script" not in page
        assert page.count("<h1") == 1
    assert "hide before we delete" in files(agency)["policy/comments/index.html"]


def test_an_unchanged_directory_is_not_rendered_again(agency: Agency, admin: Actor) -> None:
    for number in range(30):
        connect(admin, f"account-{number}", topics=[f"topic {number}"])
    first = Directory(agency).files()
    assert Directory(agency).files() is first
    connect(admin, "one-more")
    assert Directory(agency).files() is not first
