"""Publishing with a look before it, results as they come in, lines by two people, and what can be taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions, queries, word_actions
from hueandcry.appeals.models import Appeal, ProposedUpdate, WorkingCopy
from hueandcry.channels.models import Account
from hueandcry.posts.models import Delivery
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.factories_appeals import Team

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


class Two:
    """An author and an approver, each with a browser, and one account on the simulated network."""

    def __init__(self) -> None:
        self.team = team = Team()
        team.account()
        author = make_person(team.agency, Role.AUTHOR, name="Nora Vance")
        approver = make_person(team.agency, Role.APPROVER, name="Ife Okafor")
        team.author = actor_for(person_id=author.pk, agency_id=team.agency.pk)
        team.approver = actor_for(person_id=approver.pk, agency_id=team.agency.pk)
        self.author, self.approver = at_desk(author), at_desk(approver)

    def published(self) -> Appeal:
        """Published through the sheet, with its one post waiting to leave."""
        appeal = self.team.approved()
        page = get(self.author, f"/desk/appeals/{appeal.reference}/publish/")
        account = page.split('name="accounts" value="')[1].split('"')[0]
        answer = self.author.post(f"/desk/appeals/{appeal.reference}/publish/", {"accounts": [account]})
        assert answer.status_code == 302
        appeal.refresh_from_db()
        return appeal


def get(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def post(client: Client, path: str, **data: str) -> str:
    answer = client.post(path, data, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_before_it_is_public_one_sees_where_it_goes() -> None:
    two = Two()
    appeal = two.team.approved()
    page = get(two.author, f"/desk/appeals/{appeal.reference}/publish/")
    assert 'on <b id="ticked">1</b> of 1 account<' in page
    assert "Main account" in page
    assert "/500" in page
    assert "Ife Okafor" in page
    appeal.refresh_from_db()
    assert appeal.status == "approved"
    draft = two.team.draft()
    assert two.author.get(f"/desk/appeals/{draft.reference}/publish/").status_code == 302
    assert two.author.post(f"/desk/appeals/{draft.reference}/publish/").status_code == 409


def test_the_agencys_own_accounts_are_ticked_and_one_text_is_shown_once() -> None:
    two = Two()
    Account.objects.update(label="Port Ellery Police", handle="police")
    for number in range(4):
        two.team.account()
        Account.objects.filter(label="Main account").update(
            label=f"Unit {number}", handle=f"unit-{number}", kind=Account.Kind.UNIT
        )
    appeal = two.team.approved()
    page = get(two.author, f"/desk/appeals/{appeal.reference}/publish/")
    assert 'on <b id="ticked">1</b> of 5 accounts<' in page
    assert page.count(" checked>") == 1
    assert page.count('class="hc-post"') == 1
    assert "the same on each of 5 accounts" in page
    assert "Port Ellery Police, Unit 0, Unit 1" in page


def test_nothing_is_wrong_with_a_text_before_a_word_is_typed() -> None:
    page = get(Two().author, "/desk/appeals/new/")
    assert "The post has no text" not in page
    assert "as soon as there are words" in page
    look = get(Two().author, "/desk/appeals/new/preview/")
    assert "PE-…" in look
    assert "appeals/0/" not in look


def test_what_has_not_left_yet_can_be_stopped_and_the_page_looks_again_until_all_is_settled() -> None:
    two = Two()
    appeal = two.published()
    (delivery,) = Delivery.objects.all()
    assert delivery.due_at
    assert delivery.due_at > timezone.now()
    page = get(two.author, f"/desk/appeals/{appeal.reference}/")
    assert "goes out within ten seconds" in page
    assert 'data-refresh="2"' in page
    assert "Stop 1 post that was not sent yet" in page
    page = post(two.author, f"/desk/appeals/{appeal.reference}/stop/")
    assert "Cancelled" in page
    assert "data-refresh" not in page.split('id="results"')[1]
    assert two.author.post(f"/desk/appeals/{appeal.reference}/stop/").status_code == 409
    assert queries.get_appeal(actor=two.team.author, appeal_id=appeal.pk).status == "published"


def test_results_are_a_part_of_the_page_with_a_way_on_for_each() -> None:
    two = Two()
    appeal = two.published()
    Delivery.objects.update(status="failed", last_error="The network says: too many pictures.")
    page = get(two.author, f"/desk/appeals/{appeal.reference}/results/")
    assert page.lstrip().startswith('<div id="results"')
    assert "too many pictures" in page
    assert "Try again" in page
    Delivery.objects.update(status="removing", last_error="Please look, and delete it by hand.")
    (delivery,) = Delivery.objects.all()
    page = get(two.author, f"/desk/appeals/{appeal.reference}/results/")
    assert "I have looked: it is not there" in page
    page = post(two.author, f"/desk/appeals/{appeal.reference}/deliveries/{delivery.pk}/removed/")
    assert "Removed" in page


def test_a_line_waits_for_the_second_person_on_their_today_and_in_their_list() -> None:
    two = Two()
    appeal = two.published()
    address = f"/desk/appeals/{appeal.reference}/"
    page = post(two.author, f"{address}update/", **{"update-kind": "update", "update-text": "Blue coat."})
    assert "Take it back" in page
    assert "Let it out" not in page
    assert "line for a public appeal waits for you" in get(two.approver, "/desk/")
    assert "a line waits for you" in get(two.approver, "/desk/appeals/")
    other_author = at_desk(make_person(two.team.agency, Role.AUTHOR, name="Pat Doe"))
    assert "a line waits for you" not in get(other_author, "/desk/appeals/")  # they could not decide on it
    line = ProposedUpdate.objects.get()
    page = get(two.approver, address)
    assert "Let it out" in page
    answer = two.approver.post(f"{address}lines/{line.pk}/return/", {f"line-{line.pk}-note": ""})
    assert answer.status_code == 422
    page = post(two.approver, f"{address}lines/{line.pk}/return/", **{f"line-{line.pk}-note": "Which day?"})
    assert "Returned by Ife Okafor" in page
    other = two.published()
    assert two.approver.post(f"/desk/appeals/{other.reference}/lines/{line.pk}/approve/").status_code == 404


def test_a_danger_is_corrected_at_once_and_read_afterwards() -> None:
    two = Two()
    appeal = two.published()
    address = f"/desk/appeals/{appeal.reference}/"
    answer = two.author.post(f"{address}update/now/", {"once-text": "Do not approach.", "once-reason": ""})
    assert answer.status_code == 422
    page = post(
        two.author,
        f"{address}update/now/",
        **{"once-text": "Do not approach.", "once-reason": "He is armed."},
    )
    assert "The public page shows it." in page
    page = get(two.approver, address)
    assert "He is armed." in page
    line = ProposedUpdate.objects.get()
    page = post(two.approver, f"{address}lines/{line.pk}/seen/")
    assert "He is armed." not in page.split("<main")[1]


def test_submission_and_approval_are_undone_by_a_button_after_them() -> None:
    two = Two()
    appeal = two.team.draft()
    address = f"/desk/appeals/{appeal.reference}/"
    page = post(two.author, f"{address}submit/", revision=str(appeal.revision))
    assert f'action="{address}take-back/"' in page.split('id="toasts"')[1].split("<h1")[0]
    assert "It is a draft again." in post(two.author, f"{address}take-back/")
    actions.submit_appeal(appeal_id=appeal.pk, by=two.team.author)
    page = post(two.approver, f"{address}approve/")
    assert f'action="{address}approve/take-back/"' in page
    assert "It waits for approval again." in post(two.approver, f"{address}approve/take-back/")


def test_the_approver_sees_word_by_word_what_changed_since_it_was_returned() -> None:
    two = Two()
    appeal = two.team.draft(place="Quay")
    address = f"/desk/appeals/{appeal.reference}/"
    post(two.author, f"{address}submit/")
    page = get(two.approver, address)
    assert "What changed since" not in page
    assert "Before you decide" in page
    post(two.approver, f"{address}return/", note="Which quay?")
    content = queries.content_of(queries.fresh(appeal)).fields() | {"place": "North Quay"}
    actions.edit_appeal(
        appeal_id=appeal.pk, content=type(queries.content_of(appeal))(**content), by=two.team.author
    )
    post(two.author, f"{address}submit/")
    page = get(two.approver, address)
    assert "What changed since Ife Okafor returned it" in page
    assert "Which quay?" in page
    assert "North" in page.split('class="hc-diff"')[1].split("<ins>")[1].split("</ins>")[0]


# --- words as they are typed ------------------------------------------------------------------------


def test_words_are_kept_apart_from_the_appeal_and_for_their_writer_only() -> None:
    two = Two()
    appeal = two.team.draft()
    address = f"/desk/appeals/{appeal.reference}/"
    told = two.author.post(
        f"{address}words/", {"title": "Half a heading", "revision": appeal.revision, "nonsense": "x"}
    ).json()
    assert set(told) == {"kept"}
    kept = WorkingCopy.objects.get()
    assert kept.words["title"] == "Half a heading"
    assert "nonsense" not in kept.words
    assert 'value="Half a heading"' in get(two.author, f"{address}edit/")
    assert "Half a heading" not in get(two.approver, f"{address}edit/")
    appeal.refresh_from_db()
    assert appeal.title != "Half a heading"
    assert "Half a heading" in get(two.author, f"{address}preview/?mine=1")
    assert "Half a heading" not in get(two.author, f"{address}preview/")
    post(two.author, f"{address}words/discard/")
    assert WorkingCopy.objects.count() == 0


def test_the_editor_hears_that_somebody_else_saved_and_shows_both_texts() -> None:
    two = Two()
    appeal = two.team.draft(place="Quay")
    address = f"/desk/appeals/{appeal.reference}/"
    seen = appeal.revision
    content = queries.content_of(appeal).fields() | {"place": "Old Town"}
    actions.edit_appeal(
        appeal_id=appeal.pk, content=type(queries.content_of(appeal))(**content), by=two.team.approver
    )
    told = two.author.post(f"{address}words/", {"place": "Mill Lane", "revision": seen}).json()
    assert told["changed"].startswith("Ife Okafor changed this ")
    assert told["revision"] == seen + 1
    answer = two.author.get(f"{address}edit/")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Old Town" in page
    assert "Mill Lane" in page


def test_words_kept_in_the_middle_of_ones_own_act_on_the_pictures_go_along_with_it() -> None:
    """The words arrive after the act and before its page: the page still says which revision was before the act."""
    two = Two()
    appeal = two.team.draft(pictures=2)
    address = f"/desk/appeals/{appeal.reference}/"
    first = appeal.pictures.order_by("place")[0]
    acted = two.author.post(f"{address}pictures/{first.pk}/move/", {"from": "editor", "to": "later"})
    two.author.post(f"{address}words/", {"place": "Mill Lane", "revision": appeal.revision})
    page = two.author.get(acted["Location"].partition("#")[0]).content.decode()
    assert f'data-before="{appeal.revision}"' in page


def test_a_new_appeal_is_kept_while_it_is_written_and_the_copy_goes_when_it_is_saved() -> None:
    two = Two()
    two.author.post("/desk/appeals/new/words/", {"title": "Who saw this?"})
    assert 'value="Who saw this?"' in get(two.author, "/desk/appeals/new/")
    assert "Who saw this?" in get(two.author, "/desk/appeals/new/preview/")
    answer = two.author.post("/desk/appeals/new/", {"title": "Who saw this?", "kind": "witness"})
    assert answer.status_code == 302
    assert answer["Location"].partition("?")[0].endswith("/edit/")
    assert WorkingCopy.objects.count() == 0


def test_the_preview_is_the_public_page_and_stands_in_our_frame_only() -> None:
    two = Two()
    appeal = two.team.draft(pictures=1, title="Do you know him? <script>")
    answer = two.author.get(f"/desk/appeals/{appeal.reference}/preview/?frame=1")
    page = answer.content.decode()
    assert "Do you know him? &lt;script&gt;" in page
    assert "<script" not in page
    assert f"/desk/appeals/{appeal.reference}/media/" in page
    assert 'src="/media/' not in page
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    other = two.author.get("/desk/appeals/")
    assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
    assert b".hc-appeal" in two.author.get("/desk/appeals/preview.css").content


def test_a_sign_that_a_database_cannot_keep_is_left_out_of_what_is_typed() -> None:
    two = Two()
    path = f"/desk/appeals/{two.team.draft().reference}/words/"
    assert two.author.post(path, {"title": "a bench\0 burnt", "revision": "1"}).status_code == 200
    assert WorkingCopy.objects.get().words["title"] == "a bench burnt"


def test_endless_words_are_cut_and_unknown_revisions_do_no_harm() -> None:
    two = Two()
    appeal = two.team.draft()
    word_actions.keep_words(
        appeal_id=appeal.pk, words={"title": "x" * 10_000}, revision=0, by=two.team.author
    )
    assert len(WorkingCopy.objects.get().words["title"]) == 480
    answer = two.author.post(f"/desk/appeals/{appeal.reference}/words/", {"revision": "9" * 40})
    assert answer.status_code == 200
