"""What audits of others found (field notes on tip systems, section 3), asked of this house.

Elsewhere already: codes of 80 bits (tests/tips/test_codes.py), ids of other agencies (tests/guard/test_routes.py),
codes that work once (tests/agencies/test_sign_in.py), unmarked views (tests/desk/test_guard.py), hostile pictures
(tests/assets). Here is what had no test of its own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hueandcry.agencies import auth
from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.appeals.models import Appeal
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import system
from hueandcry.publicsite import actions as site
from hueandcry.publicsite import sites
from hueandcry.tips import intake, keys, locks
from hueandcry.tips.models import KeyWrap, Tip
from tests.desk_client import at_desk
from tests.factories import PASSWORD, make_agency, make_person, totp_now
from tests.factories_appeals import Team
from tests.helpers_tips import make_ready_programme, send

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
ROOT = Path(__file__).resolve().parents[2]
TRICKS = "{{71919*81931}}{% load static %}${71919*81931}<%= 71919*81931 %>#{71919*81931}"
OUTSIDE = ["../outside", "..", "a/../../b", "/nowhere/at-all", "keys/../../tips.pepper", "\0", "."]


# --- timing: the same work whatever is right --------------------------------------------------------


def test_an_unknown_person_costs_the_same_work_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    nora = make_person(make_agency(), Role.AUTHOR)
    checked: list[bool] = []
    real = auth.check_password

    def counted(password: str, hashed: str) -> bool:
        checked.append(hashed.startswith("argon2$argon2id$"))
        return real(password, hashed)

    monkeypatch.setattr(auth, "check_password", counted)
    for email, password in (("nobody@port-ellery.example", "x"), (nora.email, "x"), (nora.email, PASSWORD)):
        checked.clear()
        with pytest.raises(auth.SignInRefused):
            auth.sign_in(email=email, password=password, code="000000", device="", source="192.0.2.1")
        assert checked == [True], email


def test_a_wrong_code_costs_the_same_whether_the_number_is_known_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programme = make_ready_programme()
    _tip, filed = send(programme)
    other = make_ready_programme(officer_name="Other")
    _other_tip, elsewhere = send(other)
    compared: list[tuple[int, int]] = []
    real = sealing.same

    def counted(one: bytes, two: bytes) -> bool:
        compared.append((len(one), len(two)))
        return real(one, two)

    monkeypatch.setattr(sealing, "same", counted)
    seen = []
    for number in (filed.number, elsewhere.number):
        compared.clear()
        with pytest.raises(intake.NoSuchTip) as refusal:
            intake.return_to_dialogue(programme_id=programme.agency.pk, number=number, code=elsewhere.groups)
        seen.append((list(compared), refusal.value.sentence))
    assert seen[0] == seen[1]
    assert seen[0][0] == [(keys.TAG, keys.TAG)]


def test_secrets_are_compared_in_constant_time_only() -> None:
    """`==` on what somebody might guess. Database look-ups by digest are no comparison of secrets."""
    suspicious = re.compile(
        r"(?:\b(?:code|tag|token|mac|secret|signature|digits)\b\s*[!=]=\s*[a-z_]*(?:code|tag|token|mac|secret|signature)\b)"
    )
    for path in (ROOT / "hueandcry").rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not suspicious.search(line), f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


# --- requests forged, replayed, or aimed at others --------------------------------------------------


def test_nobody_is_signed_out_by_a_link_or_by_a_page_of_somebody_else() -> None:
    nora = make_person(make_agency(), Role.AUTHOR)
    client = at_desk(nora)
    client.handler.enforce_csrf_checks = True  # type: ignore[attr-defined]
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).status_code == 403
    assert client.post(reverse("sign-out"), HTTP_ORIGIN="https://elsewhere.example").status_code == 403
    assert client.get(reverse("today")).status_code == 200


def test_a_code_that_let_somebody_in_lets_nobody_in_again_from_any_browser() -> None:
    nora = make_person(make_agency(), Role.AUTHOR)
    code = totp_now(nora)
    sent = {"email": nora.email, "password": PASSWORD, "code": code, "next": ""}
    assert Client(HTTP_HOST="desk.localhost").post(reverse("sign-in"), sent).status_code == 302
    for _ in range(2):
        assert Client(HTTP_HOST="desk.localhost").post(reverse("sign-in"), sent).status_code == 422


def test_the_secret_of_the_second_factor_is_shown_by_its_own_link_only() -> None:
    """SEC-01-001 elsewhere: a number in the address gave everybody's secret away."""
    agency = make_agency()
    nora, luis = make_person(agency, Role.AUTHOR), make_person(agency, Role.AUTHOR, name="Luis Amaro")
    sealed = bytes(luis.totp_sealed or b"")
    plain = auth.open_totp(sealed)
    client = at_desk(nora)
    for route in ("today", "people", "me"):
        body = client.get(reverse(route)).content.decode()
        assert plain not in body
        assert str(luis.password) not in body


# --- names from the database that become paths ------------------------------------------------------


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_from_the_database_never_leaves_the_public_site(name: str) -> None:
    if name.startswith("/"):
        assert not sites.file_of(name).startswith("/")
        return
    for make in (sites.file_of, sites.marker_of):
        with pytest.raises(ValueError, match="leave its folder"):
            make(f"/appeals/{name}/")
    with pytest.raises(ValueError, match="leave its folder"):
        sites.Site(name, "www.port-ellery.example", {}, {}, (), ())


def test_a_reference_changed_in_the_database_writes_and_removes_nothing_outside(own_site: Path) -> None:
    team = Team()
    appeal = team.published()
    site.rebuild(by=system("test", agency_id=team.agency.pk))
    victim = own_site.parent / "index.html"
    victim.write_text("kept")
    Appeal.objects.filter(pk=appeal.pk).update(reference="../../../../..")
    Agency.objects.filter(pk=team.agency.pk).update(slug="../..")
    with pytest.raises(ValueError, match="leave its folder"):
        site.rebuild(by=system("test", agency_id=team.agency.pk))
    assert victim.read_text() == "kept"


@pytest.mark.parametrize(
    "name", ["../keys/tips.pepper", "/nowhere/at-all", "..", "", "x" * 31, "../" + "a" * 29]
)
def test_a_name_from_the_database_never_leaves_the_folder_of_locks(
    name: str, settings: Any, tmp_path: Path
) -> None:
    settings.HUE_HOME = tmp_path
    (tmp_path / "keys").mkdir()
    pepper = tmp_path / "keys/tips.pepper"
    pepper.write_bytes(b"p" * 32)
    for act in (locks.lock_of, locks.destroy):
        with pytest.raises((ValueError, sealing.CannotOpen)):
            act(name)
    row = KeyWrap(agency_id=1, tip=Tip(id="x"), fingerprint=name, sealed=b"x" * 100, lock="y")
    with pytest.raises((ValueError, sealing.CannotOpen)):
        locks.open_wrap(row)
    assert pepper.read_bytes() == b"p" * 32


# --- text that a template might take for its own ----------------------------------------------------


def test_no_text_of_a_person_is_ever_a_template() -> None:
    for path in (ROOT / "hueandcry").rglob("*.py"):
        text = path.read_text()
        assert not re.search(r"\bfrom_string\(|(?<!\w)Template\(|mark_safe|\|\s*safe\b", text), path
    for path in (ROOT / "hueandcry").rglob("templates/**/*"):
        if path.is_file():
            assert not re.search(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq", path.read_text()), path


def test_a_text_full_of_template_signs_is_shown_as_it_was_typed(own_site: Path) -> None:
    team = Team()
    Agency.objects.filter(pk=team.agency.pk).update(name=f"Port {TRICKS}")
    appeal = team.published(title=TRICKS[:100], what_happened=TRICKS, we_ask=TRICKS)
    site.rebuild(by=system("test", agency_id=team.agency.pk))
    page = (own_site / f"current/{team.agency.slug}/appeals/{appeal.reference}/index.html").read_text()
    assert "{{71919*81931}}{% load static %}${71919*81931}&lt;%= 71919*81931 %&gt;#{71919*81931}" in page
    assert str(71919 * 81931) not in page
    person = Person.objects.get(pk=int(team.author.ref.partition(":")[2]))
    body = at_desk(person).get(reverse("appeal", args=[appeal.reference])).content.decode()
    assert "{{71919*81931}}" in body


# --- what travels packed ----------------------------------------------------------------------------


def test_no_page_with_a_secret_is_compressed() -> None:
    """BREACH (2013): with text of a stranger beside it, the length of a packed page tells the secret."""
    for settings_file in ("desk", "public", "base"):
        assert "GZip" not in (ROOT / f"hueandcry/settings/{settings_file}.py").read_text()
    programme = make_ready_programme(host="packed.example")
    send(programme)
    nora = make_person(make_agency(), Role.AUTHOR)
    answer = at_desk(nora).get(reverse("today"), HTTP_ACCEPT_ENCODING="gzip, br")
    assert not answer.has_header("Content-Encoding")


@pytest.mark.parametrize("path", sorted((ROOT / "deploy/nginx").glob("*.conf")), ids=lambda path: path.name)
def test_a_server_that_passes_pages_on_packs_none(path: Path) -> None:
    """Debian's own nginx.conf switches gzip on for every server that does not switch it off."""
    text = re.sub(r"#.*", "", path.read_text())
    shared = {"hueandcry-site.conf": "gzip off;" in (path.parent / "hueandcry-site.conf").read_text()}
    for block in re.split(r"(?m)^server \{", text)[1:]:
        if "proxy_pass" in block:
            assert "gzip off;" in block, path.name
        if "include /etc/nginx/hueandcry/hueandcry-site.conf" in block:
            assert shared["hueandcry-site.conf"]
