"""The list of a year's tips, and the count beside it on every page, are read from an index in its order."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.tips import queries

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
OFFICER = Actor(ref="person:1", name="Pat Doe", agency_id=1, permissions=frozenset({Permission.TIP_READ}))


def plan_of_first(captured: CaptureQueriesContext) -> str:
    sql = next(query["sql"] for query in captured.captured_queries if 'FROM "tips_tip"' in query["sql"])
    with connections["tips"].cursor() as cursor:
        if (
            connections["tips"].vendor == "postgresql"
        ):  # which chooses by what the tables hold, and these are empty
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("status", "index"), [("", "tip_by_hour"), ("new", "tip_by_status"), ("closed", "tip_by_status")]
)
def test_no_list_of_tips_is_sorted_anew(status: str, index: str) -> None:
    with CaptureQueriesContext(connections["tips"]) as captured:
        queries.tip_lines(actor=OFFICER, status=status, page=3)
    plan = plan_of_first(captured)
    assert index in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan


def test_unread_tips_are_counted_without_reading_the_others() -> None:
    with CaptureQueriesContext(connections["tips"]) as captured:
        queries.unread(actor=OFFICER)
    assert "tip_unread" in plan_of_first(captured)
