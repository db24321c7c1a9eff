"""The public pages speak every language that is offered, with every word; see locale/README.md."""

from __future__ import annotations

import ast
import gettext
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings as house
from django.test import Client
from django.utils.translation.template import templatize
from pytest_django import Settings

from hueandcry.agencies.models import Agency
from hueandcry.publicsite.pages import site_of
from hueandcry.settings import public
from tests.factories import make_agency
from tests.factories_appeals import Team

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "hueandcry"
OFFERED = [tag for tag, _name in house.LANGUAGES if tag != "en"]
PAGES = (
    *(HOUSE / "publicsite/templates").rglob("*.html"),
    *(HOUSE / "public/templates").rglob("*.html"),
    *(HOUSE / "ui/templates").rglob("*.html"),
)
CODE = (
    *(
        path for path in (HOUSE / "publicsite").glob("*.py") if path.name != "queries.py"
    ),  # what the desk reads
    *(HOUSE / "public").rglob("*.py"),
    *(HOUSE / "ui").rglob("*.py"),
    HOUSE / "lists/choices.py",
    HOUSE / "lists/intake.py",
    HOUSE / "lists/words.py",
    HOUSE / "tips/codes.py",
    HOUSE / "tips/intake.py",
)
GAP = re.compile(r"%(?:\(\w+\))?[sd]")
MARKED = re.compile(r"""gettext\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
NAMES = {"_", "_lazy", "gettext", "gettext_lazy", "ngettext"}


def said(path: Path) -> set[str]:
    """Every text for people in a file, as it stands in the code."""
    code = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return {ast.literal_eval(found) for found in MARKED.findall(templatize(code))}
    return {
        call.args[0].value
        for call in ast.walk(ast.parse(code))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in NAMES
        if call.args and isinstance(call.args[0], ast.Constant)
    }


def written(tag: str) -> dict[str, str]:
    """The texts of a .po file; of plurals the one and the many, by what msgfmt keeps them under."""
    found: dict[str, str] = {}
    key = ""
    for line in (ROOT / f"locale/{tag}/LC_MESSAGES/django.po").read_text(encoding="utf-8").splitlines():
        name, _space, text = line.partition(" ")
        if name == "msgid":
            key = ast.literal_eval(text)
        elif name.startswith("msgstr"):
            found[f"{key}{name.removeprefix('msgstr')}"] = ast.literal_eval(text)
    return found


@cache
def compiled(tag: str) -> gettext.GNUTranslations:
    with (ROOT / f"locale/{tag}/LC_MESSAGES/django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.mark.parametrize("tag", OFFERED)
def test_every_word_of_the_public_pages_is_there(tag: str) -> None:
    po = written(tag)
    known = {key.removesuffix("[0]") for key, text in po.items() if text}
    missing = {text: path.name for path in (*PAGES, *CODE) for text in said(path) if text not in known}
    assert not missing, f"add to locale/{tag}/LC_MESSAGES/django.po: {missing}"


@pytest.mark.parametrize("tag", OFFERED)
def test_gaps_are_kept_and_nothing_waits_to_be_compiled(tag: str) -> None:
    for key, text in written(tag).items():
        plain, number = re.fullmatch(r"(.*?)(?:\[(\d)\])?", key, re.DOTALL).groups()  # type: ignore[union-attr]
        if not plain:
            continue  # the head of the file
        assert set(GAP.findall(text)) - {"%(number)s", "%(n)s"} == set(GAP.findall(plain)) - {
            "%(number)s",
            "%(n)s",
        }, key
        made = compiled(tag)
        assert (made.gettext(plain) if number is None else made._catalog[plain, int(number)]) == text, (  # type: ignore[attr-defined]
            f"compile locale/{tag}/LC_MESSAGES/django.po (locale/README.md)"
        )


@pytest.mark.django_db(databases=["default", "tips"])
@pytest.mark.usefixtures("own_site")
@pytest.mark.parametrize(
    ("tag", "words", "form"),
    [
        ("fr", ("Ce que nous demandons", "Aller au contenu"), "Nos listes ne sont pas ouvertes"),
        ("es", ("Qué pedimos", "Ir al contenido"), "Nuestras listas no están abiertas"),
    ],
)
def test_the_site_and_the_public_door_speak_the_agencys_first_language(
    settings: Settings, tag: str, words: tuple[str, ...], form: str
) -> None:
    agency = make_agency(host="port-ellery.example")
    Agency.objects.filter(pk=agency.pk).update(languages=[tag, "en"])
    agency.refresh_from_db()
    Team(agency).published(reference="PE-9")
    page = site_of(agency).texts["appeals/PE-9/index.html"].decode()
    assert f'<html lang="{tag}"' in page
    for word in words:
        assert word in page
    assert "What we ask" not in page
    settings.ROOT_URLCONF, settings.MIDDLEWARE = public.ROOT_URLCONF, public.MIDDLEWARE
    asked = Client(headers={"host": agency.public_host}).get("/subscribe/").content.decode()
    assert f'<html lang="{tag}"' in asked
    assert form in asked
