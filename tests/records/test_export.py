"""A stranger checks a bundle with the checker that is in it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hueandcry.cli.main import main
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.records import actions, verifier
from hueandcry.records.entry import Ledger, record
from hueandcry.records.exports import export
from hueandcry.records.models import Node
from hueandcry.records.numbering import number_all
from hueandcry.records.seals import seal
from tests.conftest import lift, restore

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
BY = Actor("person:7", "Nora Vance", 1, frozenset({Permission.RECORD_ERASE}))


def write(count: int, subject: str = "appeal:12") -> None:
    with transaction.atomic():
        for number in range(count):
            record(
                by=BY,
                verb="appeal.update",
                subject=subject,
                body={"text": f"Line {number}: “ünïcode”\n and more"},
            )


def check(bundle: Path, *more: str) -> tuple[int, str]:
    """Run the bundle's own checker, alone: no site packages, no environment of ours."""
    folder = bundle.parent / "stranger"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(bundle) as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), str(bundle), *more],
        capture_output=True,
        text=True,
        check=False,
        env={},
        cwd=folder,
    )
    return done.returncode, done.stdout + done.stderr


def change(bundle: Path, name: str, old: str, new: str) -> Path:
    """The bundle with one file changed and its list of digests made to fit, as a forger would."""
    changed = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as archive:
        files = {item: archive.read(item) for item in archive.namelist()}
    assert old.encode() in files[name]
    files[name] = files[name].replace(old.encode(), new.encode(), 1)
    manifest = json.loads(files["manifest.json"])
    if name != "manifest.json":
        manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = verifier.list_text(manifest).encode()
    changed.write_bytes(verifier.pack(files))
    return changed


def test_a_whole_bundle_is_genuine(tmp_path: Path) -> None:
    write(9)
    export(out=tmp_path / "b.zip")
    code, said = check(tmp_path / "b.zip")
    assert code == 0, said
    assert "all 9 entries" in said
    assert said.endswith("GENUINE\n")


def test_a_text_with_every_sign_that_ends_a_line_somewhere_is_genuine(tmp_path: Path) -> None:
    with transaction.atomic():
        text = "one\u2028two\u2029three\u0085four\x0bfive\x0csix\x1cseven\r\neight"
        record(by=BY, verb="appeal.update", subject="appeal:12", body={"text": text})
    export(out=tmp_path / "b.zip")
    code, said = check(tmp_path / "b.zip")
    assert code == 0, said
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0


def test_a_bundle_about_one_thing_is_genuine_and_each_entry_is_proved(tmp_path: Path) -> None:
    write(3)
    write(2, "appeal:99")
    write(4)
    manifest = export(out=tmp_path / "b.zip", subject="appeal:99")
    assert (manifest["entries"], manifest["size"]) == (2, 9)
    code, said = check(tmp_path / "b.zip")
    assert code == 0, said


def test_a_bundle_with_bodies_withheld_or_erased_is_genuine(tmp_path: Path) -> None:
    write(3)
    export(out=tmp_path / "a.zip", redact=True)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert "Line 1" not in archive.read("entries.jsonl").decode()
    assert check(tmp_path / "a.zip")[0] == 0
    actions.erase_bodies(subject="appeal:12", reason="Retention ended", by=BY)
    export(out=tmp_path / "b.zip")
    assert check(tmp_path / "b.zip")[0] == 0


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("entries.jsonl", "Line 2", "Line 7"),
        ("entries.jsonl", "appeal.update", "appeal.delete"),
        ("entries.jsonl", '"position": 2', '"position": 5'),
        ("manifest.json", '"entries": 6', '"entries": 5'),
        ("manifest.json", '"ledger": "main"', '"ledger": "tips"'),
        ("manifest.json", "/main\\n6\\n", "/main\\n5\\n"),
    ],
)
def test_a_forged_bundle_is_not_genuine(tmp_path: Path, name: str, old: str, new: str) -> None:
    write(6)
    export(out=tmp_path / "b.zip")
    code, said = check(change(tmp_path / "b.zip", name, old, new))
    assert code == 1, said
    assert "NOT GENUINE" in said


def test_one_changed_byte_anywhere_in_the_file_is_noticed(tmp_path: Path) -> None:
    write(3)
    export(out=tmp_path / "b.zip")
    genuine = (tmp_path / "b.zip").read_bytes()
    places = random.Random(7).sample(range(len(genuine)), 300)
    for place in places:
        changed = bytearray(genuine)
        changed[place] = (changed[place] + 1) % 256
        (tmp_path / "one.zip").write_bytes(changed)
        with pytest.raises(
            (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
        ):
            verifier.check(str(tmp_path / "one.zip"))


def test_an_earlier_seal_shows_that_nothing_was_rewritten(tmp_path: Path) -> None:
    write(4)
    number_all(Ledger.MAIN)
    kept = seal(Ledger.MAIN)
    assert kept
    (tmp_path / "kept.txt").write_text(kept.note, encoding="utf-8")
    write(5)
    export(out=tmp_path / "b.zip")
    code, said = check(tmp_path / "b.zip", "--seal", str(tmp_path / "kept.txt"), "--key", kept.public_key)
    assert code == 0, said
    assert "The first 4 entries are those of the seal given." in said
    (tmp_path / "kept.txt").write_text(kept.note.replace("\n4\n", "\n3\n"), encoding="utf-8")
    assert check(tmp_path / "b.zip", "--seal", str(tmp_path / "kept.txt"))[0] == 1


def test_another_key_is_noticed(tmp_path: Path) -> None:
    write(1)
    export(out=tmp_path / "b.zip")
    assert check(tmp_path / "b.zip", "--key", "ab" * 32)[0] == 1


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="empty"):
        export(out=tmp_path / "b.zip")
    write(1)
    with pytest.raises(Invalid, match="no entry about"):
        export(out=tmp_path / "b.zip", subject="appeal:1")


def test_an_export_never_overwrites_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(1)
    out = tmp_path / "record.zip"
    out.write_bytes(b"an earlier one")
    assert main(["records", "export", "--out", str(out)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert out.read_bytes() == b"an earlier one"


@pytest.mark.django_db(databases=["default", "tips"], transaction=True)
def test_nobody_waits_while_a_bundle_is_written(tmp_path: Path) -> None:
    write(5)
    open_while_writing: list[bool] = []
    export(
        out=tmp_path / "b.zip",
        agency_id=1,
        progress=lambda _done, _total: open_while_writing.append(connection.in_atomic_block),
    )
    assert open_while_writing == [False]


def test_many_proofs_are_read_together(tmp_path: Path) -> None:
    write(300)
    write(300, "appeal:99")
    with CaptureQueriesContext(connection) as asked:
        export(out=tmp_path / "b.zip", subject="appeal:99")
    assert len(asked) < 100, "one question for each hash of each proof"
    code, said = check(tmp_path / "b.zip")
    assert code == 0, said


def test_a_tree_with_a_gap_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    write(8)
    number_all(Ledger.MAIN)
    triggers = lift("default")
    Node.objects.filter(level=2, index=0).delete()
    restore("default", triggers)
    with pytest.raises(Invalid, match="hue records verify"):
        export(out=tmp_path / "b.zip", agency_id=1)
    assert list(tmp_path.iterdir()) == []
