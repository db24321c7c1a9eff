"""What every test shares: both databases migrated once, tables emptied past the record's triggers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker, Settings

from hueandcry.assets import preparing
from tests.servers import tables

# On a busy machine a slow example is no fault; how fast something is belongs into `bench`.
# The examples are the same in every run; HUE_RANDOM_EXAMPLES=1 takes new ones, and what they find becomes a test.
hypothesis_settings.register_profile(
    "house", deadline=None, derandomize="HUE_RANDOM_EXAMPLES" not in os.environ
)
hypothesis_settings.load_profile("house")
pytest_plugins = ["tests.servers.fixtures", "tests.walks.watching"]
BOTH = ["default", "tips"]
# Django's flush truncates: on PostgreSQL new files for every table and index, most of them empty. No trigger is asked here.
EMPTY = """DO $$ DECLARE one record; BEGIN
SET LOCAL session_replication_role = replica;
FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
EXECUTE format('DELETE FROM %I', one.tablename); END LOOP; END $$"""
LONG = ("tests/walks/", "tests/faults/", "tests/demo/")
# What never meets a database is run once, on the embedded default, not again on PostgreSQL.
NO_DATABASE = (
    "tests/assets/test_captions.py", "tests/assets/test_filming.py", "tests/assets/test_hostile_pictures.py", "tests/assets/test_preparing.py",
    "tests/connectors/test_bluesky_alike.py", "tests/connectors/test_contract.py", "tests/connectors/test_facebook.py",
    "tests/connectors/test_faults.py", "tests/connectors/test_matrix.py", "tests/connectors/test_mastodon.py", "tests/connectors/test_mastodon_video.py",
    "tests/connectors/test_published.py", "tests/connectors/test_simulated.py", "tests/connectors/test_webhook.py", "tests/connectors/test_x.py",
    "tests/connectors/test_youtube_answers.py", "tests/front/", "tests/guard/test_actions.py", "tests/guard/test_docs.py",
    "tests/guard/test_names.py", "tests/guard/test_sizes.py", "tests/guard/test_templates.py", "tests/kernel/",
    "tests/lists/test_choices.py", "tests/lists/test_reports.py", "tests/preflight/", "tests/security/test_audit.py",
    "tests/security/test_browser_watch.py", "tests/staff/test_speaking.py", "tests/ui/",
)  # fmt: skip
# Nor is what a browser draws or computes, a web server adds or a broken machine shows any different on PostgreSQL: the
# pages, verbs and laws behind it are tested on both.
ALIKE = (
    "tests/deploy/test_score.py", "tests/deploy/test_web_servers.py", "tests/desk/test_answers_browser.py",
    "tests/desk/test_appeals_browser.py", "tests/desk/test_connect_browser.py", "tests/desk/test_keys_browser.py",
    "tests/desk/test_lost_connection_browser.py", "tests/desk/test_passkeys_browser.py", "tests/desk/test_post_video_browser.py",
    "tests/desk/test_rules_browser.py", "tests/desk/test_tip_desk_browser.py", "tests/desk/test_tips_browser.py",
    "tests/faults/test_clock.py", "tests/faults/test_disk.py", "tests/lists/test_push_firefox.py",
    "tests/publicsite/test_public_browser.py", "tests/security/test_observatory.py",
)  # fmt: skip


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The tables are copied from those that were made once (tests/servers/tables.py).

    SQLite's lie in files, as in production: in memory all threads would share one connection, and with it one
    transaction, so that two requests at one instant see each other's halves.
    """
    url = os.environ.get("HUE_DATABASE_URL")
    for place, alias in enumerate(BOTH):
        test = connections[alias].settings_dict["TEST"]
        own = {"MIGRATE": False, "NAME": str(Path(os.environ["HUE_HOME"]) / f"test-{alias}.sqlite3")}
        test.update({"TEMPLATE": tables.templates(url)[place]} if url else own)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """On SQLite Django made tables without triggers; the copy takes their place."""
    if not os.environ.get("HUE_DATABASE_URL"):
        with django_db_blocker.unblock():
            for name, alias in (("main", "default"), ("tips", "tips")):
                settings = connections[alias].settings_dict
                if settings["NAME"] != settings["TEST"]["NAME"]:
                    continue  # no test asks for this one: it would be the installation's
                connections[alias].ensure_connection()
                tables.fill(connections[alias].connection, name=name)


@pytest.fixture(scope="session", autouse=True)
def _teardown_passes_the_triggers() -> Iterator[None]:
    """Emptying tables after a transactional test is the one change the record's triggers must let through."""
    original = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        if os.environ.get("HUE_DATABASE_URL"):
            for alias in case._databases_names(include_mirrors=False):
                with connections[alias].cursor() as cursor:
                    cursor.execute(EMPTY)
            return
        triggers = {alias: lift(alias) for alias in BOTH}
        try:
            original(case)
        finally:
            for alias, statements in triggers.items():
                restore(alias, statements)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def _answers_of_the_decoder() -> dict[tuple[object, ...], bytes]:
    return {}


@pytest.fixture(autouse=True)
def _decode_the_same_picture_once(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    _answers_of_the_decoder: dict[tuple[object, ...], bytes],
) -> None:
    """The same few pictures are decoded a thousand times otherwise. tests/assets tries the decoder itself."""
    if request.node.nodeid.startswith("tests/assets/"):
        return
    decode = preparing._run

    def remembered(*asked: Any) -> bytes:
        if asked not in _answers_of_the_decoder:
            answer = decode(*asked)
            if not answer:
                return answer
            _answers_of_the_decoder[asked] = answer
        return _answers_of_the_decoder[asked]

    monkeypatch.setattr(preparing, "_run", remembered)


@pytest.fixture
def own_site(tmp_path: Path, settings: Settings) -> Path:
    """A public site, files and run folder of the test's own; returns the site's folder, which is not there yet."""
    settings.HUE_SITE = tmp_path / "site"
    settings.HUE_FILES = tmp_path / "files"
    settings.HUE_RUN = tmp_path / "run"
    return tmp_path / "site"


def lift(alias: str) -> list[str]:
    """Take the record's triggers off; returns what puts them back."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'records_%'"
            )
            rows = cursor.fetchall()
            for name, _sql in rows:
                cursor.execute(f"DROP TRIGGER {name}")
            return [sql for _name, sql in rows]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # PostgreSQL alters no table with checks outstanding
        tables = [t for t in connection.introspection.table_names(cursor) if t.startswith("records_")]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]


def restore(alias: str, statements: list[str]) -> None:
    """Put the record's triggers back."""
    with connections[alias].cursor() as cursor:
        if connections[alias].vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long ones first, so that no worker is left alone with one at the end; nothing twice that is the same."""
    if os.environ.get("HUE_DATABASE_URL"):
        once = [item for item in items if item.nodeid.startswith(NO_DATABASE)]
        assert not any(item.get_closest_marker("django_db") for item in once)
        once += [
            item
            for item in items
            if item.nodeid.startswith(ALIKE) or "::test_the_machine_sees" in item.nodeid
        ]
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in set(once)]
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))  # stable: the order stays otherwise


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be skipped, a skip is a failure."""
    if os.environ.get("HUE_TEST_NOTHING_SKIPPED") != "1" or hasattr(session.config, "workerinput"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped"):
        for report in reporter.stats["skipped"]:
            reporter.write_line(f"skipped, and nothing may be: {report.nodeid} {report.longrepr}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
