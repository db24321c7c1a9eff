"""The appeal pages: from draft to taken down, by two people, without a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from hueandcry.agencies.roles import Role
from hueandcry.appeals import queries
from hueandcry.appeals.models import Appeal, ProposedUpdate
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person, make_programme
from tests.factories_appeals import Team, picture

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]

TYPED = {
    "kind": "identify",
    "title": "Do you know this person?",
    "what_happened": "A bench was set on fire.",
    "we_ask": "Tell us who this is.",
    "place": "Harbour Square",
    "happened_from": "2026-06-14T18:40",
    "happened_to": "2026-06-14T20:10",
    "what_to_do": "",
    "shows_people": "on",
    "announcement": "",
    "purpose": "To find a witness.",
    "necessity": "Nobody knows them.",
    "proportionality": "One picture, two weeks.",
    "review_on": "2030-01-31",
}


class Desk:
    """Two people of one agency in two browsers."""

    def __init__(self) -> None:
        self.agency = make_agency()
        make_programme(agency=self.agency)
        self.author = at_desk(make_person(self.agency, Role.AUTHOR, name="Nora Vance"))
        self.approver = at_desk(make_person(self.agency, Role.APPROVER, name="Ife Okafor"))

    def drafted(self, **changes: str) -> Appeal:
        answer = self.author.post("/desk/appeals/new/", {**TYPED, **changes})
        assert answer.status_code == 302, text_of(answer)
        return Appeal.objects.get(reference=answer["Location"].split("/")[3])

    def step(self, client: Client, appeal: Appeal, step: str, **data: object) -> str:
        """Post one step and return the notice or the page."""
        answer = client.post(f"/desk/appeals/{appeal.reference}/{step}/", data)
        assert answer.status_code == 302, text_of(answer)
        appeal.refresh_from_db()
        return text_of(client.get(answer["Location"]))

    def add_picture(self, appeal: Appeal, **data: str) -> str:
        file = SimpleUploadedFile("camera.jpg", picture(), content_type="text/plain")
        return self.step(self.author, appeal, "pictures", picture=file, alt="A drawn figure", **data)

    def approved(self) -> Appeal:
        appeal = self.drafted()
        self.add_picture(appeal, caption="Dock Street")
        self.step(self.author, appeal, "submit", revision=appeal.revision)
        self.step(self.approver, appeal, "approve", revision=appeal.revision)
        return appeal


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_from_draft_to_taken_down(own_site: Path) -> None:
    desk = Desk()
    appeal = desk.drafted(reference="PE-2418")
    assert appeal.reference == "PE-2418"
    assert appeal.happened_from is not None
    assert appeal.happened_from.isoformat() == "2026-06-14T17:40:00+00:00"  # the agency's summer time

    page = desk.add_picture(appeal, caption="Dock Street, 18:52")
    assert "The picture was added." in page
    assert "Submitted." in desk.step(desk.author, appeal, "submit", revision=appeal.revision)
    assert "Approved." in desk.step(desk.approver, appeal, "approve", revision=appeal.revision)
    page = desk.step(desk.author, appeal, "publish")
    assert "The page is public" in page
    public = own_site / "current" / desk.agency.slug / "appeals/PE-2418/index.html"
    assert "Do you know this person?" in public.read_text()

    page = desk.step(
        desk.author, appeal, "update", **{"update-kind": "correction", "update-text": "The coat was blue."}
    )
    assert "Somebody else must let it out." in page
    assert "The coat was blue." not in public.read_text()
    line = ProposedUpdate.objects.get()
    page = desk.step(desk.approver, appeal, f"lines/{line.pk}/approve")
    assert "The coat was blue." in page
    assert "The coat was blue." in public.read_text()

    page = desk.step(desk.approver, appeal, "withdraw", reason="She was found.")
    assert "It was taken down" in page
    assert "She was found." in page
    proof = page[page.index('id="proof"') :]
    assert "Not yet" not in proof
    assert proof.count("removed; the address answers") == 1 + 1
    assert not (own_site / "current" / desk.agency.slug / "appeals/PE-2418").exists()


def test_errors_keep_what_was_typed() -> None:
    desk = Desk()
    answer = desk.author.post(
        "/desk/appeals/new/", {**TYPED, "title": "", "what_happened": "Only “this” <b>once</b>."}
    )
    page = text_of(answer)
    assert answer.status_code == 422
    assert escape("Only “this” <b>once</b>.") in page
    assert 'href="#id_title"' in page
    assert 'value="2026-06-14T18:40"' in page
    answer = desk.author.post("/desk/appeals/new/", {**TYPED, "happened_to": "2026-06-14T17:00"})
    assert "The end must be after the beginning." in text_of(answer)
    answer = desk.author.post("/desk/appeals/new/", {**TYPED, "reference": "nonsense"})
    assert "A reference looks like PE-2418." in text_of(answer)
    assert Appeal.objects.count() == 0


def test_a_draft_may_lack_what_only_the_approver_needs() -> None:
    desk = Desk()
    empty = dict.fromkeys(
        ["what_happened", "we_ask", "purpose", "necessity", "proportionality", "review_on"], ""
    )
    appeal = desk.drafted(**empty)
    answer = desk.author.post(f"/desk/appeals/{appeal.reference}/submit/", {"revision": appeal.revision})
    page = text_of(answer)
    assert answer.status_code == 422
    for sentence in ("Say what happened.", "Say what the appeal is for.", "Set the day on which"):
        assert sentence in page
    appeal.refresh_from_db()
    assert appeal.status == "draft"


def test_a_refused_picture_says_why_and_keeps_the_words() -> None:
    desk = Desk()
    appeal = desk.drafted()
    file = SimpleUploadedFile(
        "photo.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", content_type="image/jpeg"
    )
    answer = desk.author.post(
        f"/desk/appeals/{appeal.reference}/pictures/",
        {"picture": file, "alt": "A man in a coat", "caption": "Quay"},
    )
    page = text_of(answer)
    assert answer.status_code == 422
    assert "This is a drawing in SVG" in page
    assert "A man in a coat" in page
    assert 'value="Quay"' in page
    assert appeal.pictures.count() == 0
    answer = desk.author.post(f"/desk/appeals/{appeal.reference}/pictures/", {"alt": "No file"})
    assert "Missing: Picture" in text_of(answer)


def test_a_picture_too_large_to_take_in_is_refused_with_a_sentence() -> None:
    desk = Desk()
    appeal = desk.drafted()
    file = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff" + b"\0" * 41 * 2**20, content_type="image/jpeg")
    answer = desk.author.post(
        f"/desk/appeals/{appeal.reference}/pictures/", {"picture": file, "alt": "A quay"}
    )
    assert answer.status_code == 422
    assert "more than 40 megabytes" in text_of(answer)
    assert "A quay" in text_of(answer)


def test_the_author_sees_no_approve_button_and_cannot_approve() -> None:
    desk = Desk()
    appeal = desk.drafted()
    desk.step(desk.author, appeal, "submit")
    page = text_of(desk.author.get(f"/desk/appeals/{appeal.reference}/"))
    assert "/approve/" not in page
    assert desk.author.post(f"/desk/appeals/{appeal.reference}/approve/").status_code == 403


def test_an_approver_who_wrote_a_part_of_it_cannot_approve() -> None:
    desk = Desk()
    appeal = desk.drafted()
    answer = desk.approver.post(
        f"/desk/appeals/{appeal.reference}/edit/", {**TYPED, "place": "Old Town", "revision": appeal.revision}
    )
    assert answer.status_code == 302
    desk.step(desk.author, appeal, "submit")
    answer = desk.approver.post(f"/desk/appeals/{appeal.reference}/approve/")
    assert answer.status_code == 403
    assert "You wrote a part of this appeal" in text_of(answer)


def test_what_changed_after_the_page_was_opened_is_not_approved() -> None:
    desk = Desk()
    appeal = desk.drafted()
    desk.step(desk.author, appeal, "submit")
    seen = appeal.revision
    desk.author.post(
        f"/desk/appeals/{appeal.reference}/edit/", {**TYPED, "title": "Another heading", "revision": seen}
    )
    desk.step(desk.author, appeal, "submit")
    answer = desk.approver.post(f"/desk/appeals/{appeal.reference}/approve/", {"revision": seen})
    assert answer.status_code == 409
    appeal.refresh_from_db()
    assert appeal.status == "submitted"


def test_two_people_who_write_at_once_do_not_overwrite_each_other() -> None:
    desk = Desk()
    appeal = desk.drafted()
    seen = appeal.revision
    address = f"/desk/appeals/{appeal.reference}/edit/"
    assert desk.author.post(address, {**TYPED, "place": "First", "revision": seen}).status_code == 302
    answer = desk.approver.post(address, {**TYPED, "place": "Second", "revision": seen})
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Nora Vance changed this" in page
    assert "First" in page
    assert 'value="Second"' in page
    appeal.refresh_from_db()
    assert appeal.place == "First"
    again = re.search(r'name="revision" value="(\d+)"', page)
    assert again
    assert desk.approver.post(address, {**TYPED, "place": "Second", "revision": again[1]}).status_code == 302
    appeal.refresh_from_db()
    assert appeal.place == "Second"


def test_a_returned_appeal_shows_the_note_to_its_author() -> None:
    desk = Desk()
    appeal = desk.drafted()
    desk.step(desk.author, appeal, "submit")
    answer = desk.approver.post(f"/desk/appeals/{appeal.reference}/return/", {"note": ""})
    assert answer.status_code == 422
    desk.step(desk.approver, appeal, "return", note="Leave out the number plate.")
    page = text_of(desk.author.get(f"/desk/appeals/{appeal.reference}/"))
    assert "Leave out the number plate." in page


def test_pictures_are_described_moved_and_taken_out() -> None:
    desk = Desk()
    appeal = desk.drafted()
    desk.add_picture(appeal, caption="First")
    desk.add_picture(appeal, caption="Second")
    first, second = queries.pictures_of(appeal)
    base = f"pictures/{second.id}"
    desk.step(desk.author, appeal, f"{base}/move", to="earlier")
    assert [p.caption for p in queries.pictures_of(appeal)] == ["Second", "First"]
    name = f"picture-{first.id}"
    desk.step(
        desk.author,
        appeal,
        f"pictures/{first.id}",
        **{f"{name}-alt": "Other words", f"{name}-caption": "Changed"},
    )
    assert [(p.alt, p.caption) for p in queries.pictures_of(appeal)][1] == ("Other words", "Changed")
    desk.step(desk.author, appeal, f"{base}/remove")
    assert [p.caption for p in queries.pictures_of(appeal)] == ["Changed"]


def test_a_copy_is_shown_at_the_desk_and_to_no_other_agency() -> None:
    desk = Desk()
    appeal = desk.drafted()
    page = desk.add_picture(appeal)
    address = re.findall(r'src="(/desk/appeals/[^"]+/media/[^"]+)"', page)[0]
    answer = desk.approver.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert b"SECRET-PLACE" not in answer.content
    other = Desk()
    assert other.author.get(address).status_code == 404


@pytest.mark.parametrize(
    "step",
    [
        "",
        "edit/",
        "submit/",
        "approve/",
        "return/",
        "publish/",
        "update/",
        "resolve/",
        "withdraw/",
        "pictures/",
        "pictures/1/move/",
        "media/x.jpg",
        "deliveries/1/retry/",
        "deliveries/1/settle/",
    ],
)
def test_another_agencys_appeal_does_not_exist_here(step: str) -> None:
    theirs = Team().draft()
    desk = Desk()
    Appeal.objects.filter(pk=theirs.pk).update(reference="PE-9999")
    address = f"/desk/appeals/PE-9999/{step}"
    answers = {desk.approver.get(address).status_code, desk.approver.post(address).status_code}
    assert answers <= {404, 405}
    assert 404 in answers


def test_the_list_is_split_by_where_they_stand() -> None:
    desk = Desk()
    draft = desk.drafted(title="A draft of ours")
    other = desk.drafted(title="One that waits")
    desk.step(desk.author, other, "submit")
    everything = text_of(desk.author.get("/desk/appeals/"))
    assert draft.reference in everything
    assert other.reference in everything
    assert everything.index("One that waits") < everything.index("A draft of ours")
    desk.author.post(f"/desk/appeals/{draft.reference}/edit/", {**TYPED, "title": "A draft of ours"})
    everything = text_of(desk.author.get("/desk/appeals/"))
    assert everything.index("A draft of ours") < everything.index("One that waits")
    waiting = text_of(desk.author.get("/desk/appeals/?status=submitted"))
    assert "One that waits" in waiting
    assert "A draft of ours" not in waiting
    assert desk.author.get(f"/desk/appeals/{draft.reference.lower()}/").status_code == 302


def test_every_form_control_has_a_label_and_every_form_a_token() -> None:
    desk = Desk()
    appeal = desk.drafted()
    desk.add_picture(appeal)
    for address in (
        "/desk/appeals/new/",
        f"/desk/appeals/{appeal.reference}/",
        f"/desk/appeals/{appeal.reference}/edit/",
    ):
        page = text_of(desk.author.get(address))
        main = page[page.index("<main") : page.index("</main>")]
        assert main.count('method="post"') == main.count("csrfmiddlewaretoken")
        for control in re.findall(r"<(?:input|select|textarea)\b[^>]*>", main):
            if 'type="hidden"' in control:
                continue
            name = re.search(r'\bid="([^"]+)"', control)
            assert name, control
            assert f'for="{name[1]}"' in main, control


def test_a_file_system_that_refuses_is_told_honestly(own_site: Path) -> None:
    desk = Desk()
    appeal = desk.approved()
    (own_site / "releases").rmdir() if (own_site / "releases").exists() else None
    own_site.mkdir(exist_ok=True)
    (own_site / "releases").write_text("in the way")
    page = desk.step(desk.author, appeal, "publish")
    assert "has not confirmed it" in page
    assert appeal.status == "published"


def test_who_can_still_approve_is_not_offered_to_write() -> None:
    desk = Desk()
    appeal = desk.drafted()
    desk.step(desk.author, appeal, "submit")
    address = f"/desk/appeals/{appeal.reference}/"
    approver, author = text_of(desk.approver.get(address)), text_of(desk.author.get(address))
    assert "/approve/" in approver
    assert "/return/" in approver
    assert "/edit/" not in approver
    assert "/pictures/" not in approver
    assert "/edit/" in author


def test_pictures_are_changed_in_a_draft_only_and_the_page_says_how() -> None:
    desk = Desk()
    appeal = desk.drafted()
    desk.add_picture(appeal)
    address = f"/desk/appeals/{appeal.reference}/"
    assert "Save the words" in text_of(desk.author.get(address))
    desk.step(desk.author, appeal, "submit")
    for page in (text_of(desk.author.get(address)), text_of(desk.author.get(f"{address}edit/"))):
        assert "Save the words" not in page
        assert "Take it back to change its pictures." in page
    (first,) = queries.pictures_of(appeal)
    answer = desk.author.post(f"{address}pictures/{first.id}/remove/")
    assert answer.status_code == 409
    assert "Make it a draft again to change its pictures." in text_of(answer)
    assert queries.fresh(appeal).status == "submitted"
