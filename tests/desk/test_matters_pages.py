"""The pages of held matters, of a case and of a picture's rights, through the door."""

from __future__ import annotations

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.appeals.queries import pictures_of
from hueandcry.assets.models import Rights
from hueandcry.matters.models import Case, Matter
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.factories_appeals import Team

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
GUILTY = "On Saturday the burglar was caught by a neighbour and is off our streets."
CHILD = "Mira Osei, 14, was charged with theft and is due in youth court on Monday."
MATTER = {
    "title": "Mira Osei",
    "words": "Mira Osei\nthe girl of the pier",
    "reason": "Order 4",
    "blind": "on",
}


@pytest.fixture
def team() -> Team:
    team = Team()
    Agency.objects.filter(pk=team.agency.pk).update(law_pack="england-wales")
    return team


def test_who_may_holds_a_matter_and_lifts_it_and_the_others_read_whom_to_ask(team: Team) -> None:
    leader = at_desk(make_person(team.agency, Role.LEADER, name="Imogen Castellane"))
    author = at_desk(make_person(team.agency, Role.AUTHOR, name="Kit Roe"))
    assert leader.post("/desk/rules/matters/hold/", {**MATTER, "words": ""}).status_code == 422
    assert leader.post("/desk/rules/matters/hold/", MATTER).status_code == 302
    row = Matter.objects.get()
    assert row.words == ["Mira Osei", "the girl of the pier"]
    seen = leader.get("/desk/rules/matters/").content.decode()
    assert "Mira Osei" in seen
    told = author.get("/desk/rules/matters/").content.decode()
    assert "Mira" not in told
    assert "Ask Imogen Castellane." in told
    assert "Hold a matter" not in told
    lift = f"/desk/rules/matters/{row.pk}/lift/"
    assert author.post(lift, {f"matter-{row.pk}-lift": "x"}).status_code == 403
    assert leader.post(lift, {}).status_code == 422
    assert leader.post(lift, {f"matter-{row.pk}-lift": "The order ended."}).status_code == 302
    assert "Mira" not in author.get("/desk/rules/matters/").content.decode()


def test_an_author_says_the_stage_and_only_who_may_clears_a_name(team: Team) -> None:
    appeal = team.draft()
    address = f"/desk/cases/appeal:{appeal.pk}/"
    author = at_desk(make_person(team.agency, Role.AUTHOR, name="Kit Roe"))
    assert author.post(address, {"do": "stage", "stage": "charged"}).status_code == 302
    names = {"do": "names", "names": "Mira Osei", "why": "Order 4 of the court"}
    assert author.post(address, names).status_code == 403
    approver = at_desk(make_person(team.agency, Role.APPROVER, name="Femi Adeyemi"))
    assert approver.post(address, {**names, "why": ""}).status_code == 422
    assert approver.post(address, names).status_code == 302
    case = Case.objects.get()
    assert (case.stage, case.names) == ("charged", ["Mira Osei"])
    assert case.page.endswith(f"/appeals/{appeal.reference}/")
    assert author.get("/desk/cases/tip:1/").status_code == 404


def test_a_pictures_rights_are_stated_once_beside_it(team: Team) -> None:
    appeal = team.draft(pictures=1)
    what = f"asset:{pictures_of(appeal)[0].asset_id}"
    address = f"/desk/rights/{what}/"
    author = at_desk(make_person(team.agency, Role.AUTHOR, name="Kit Roe"))
    assert address in author.get(f"/desk/appeals/{appeal.reference}/edit/").content.decode()
    assert author.get(f"{address}small.jpg")["Content-Type"] == "image/jpeg"
    wrong = {"owner": "licensed", "people": "none", "minors": "none"}
    page = author.post(address, wrong)
    assert page.status_code == 422
    assert "on what terms" in page.content.decode()
    back = f"/desk/appeals/{appeal.reference}/edit/"
    answer = author.post(address, {**wrong, "licence": "Harbour Museum", "next": back})
    assert answer["Location"].startswith(back)
    assert Rights.objects.get().licence == "Harbour Museum"
    assert "Harbour Museum" in author.get(address).content.decode()


def test_an_appeals_page_shows_what_the_check_finds_and_asks_for_a_reason(team: Team) -> None:
    appeal = team.draft(what_happened=GUILTY)
    author = at_desk(make_person(team.agency, Role.AUTHOR, name="Kit Roe"))
    address = f"/desk/appeals/{appeal.reference}/"
    page = author.get(address).content.decode()
    assert "Think again:" in page
    assert f"/desk/cases/appeal:{appeal.pk}/" in page
    refused = author.post(f"{address}submit/", {"revision": appeal.revision})
    assert refused.status_code == 422
    assert "the reason is kept" in refused.content.decode()
    sent = author.post(f"{address}submit/", {"revision": appeal.revision, "reason": "He was convicted."})
    assert sent.status_code == 302
    approver = at_desk(make_person(team.agency, Role.APPROVER, name="Femi Adeyemi"))
    assert "He was convicted." in approver.get(address).content.decode()


def test_an_appeal_that_may_not_go_out_cannot_be_submitted_from_its_page(team: Team) -> None:
    appeal = team.draft(what_happened=CHILD)
    author = at_desk(make_person(team.agency, Role.AUTHOR, name="Kit Roe"))
    page = author.get(f"/desk/appeals/{appeal.reference}/").content.decode()
    assert "whoever presses the button" in page
    given = {"revision": appeal.revision, "reason": "Everybody knows her."}
    assert author.post(f"/desk/appeals/{appeal.reference}/submit/", given).status_code == 422
