"""Tests with a desk on threads of their own share a database in memory: a lock is waited for there too."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest
from django.db import connections, transaction

pytestmark = pytest.mark.django_db(databases=["default", "tips"], transaction=True)


def test_a_lock_of_another_connection_is_waited_for() -> None:
    connection = connections["tips"]
    if connection.vendor != "sqlite":
        return  # PostgreSQL has a lock_timeout of its own
    connection.ensure_connection()
    other = sqlite3.connect(
        connection.settings_dict["NAME"], uri=True, check_same_thread=False, isolation_level=None
    )
    other.execute("BEGIN IMMEDIATE")
    freed = threading.Timer(0.3, other.rollback)
    begun = time.monotonic()
    freed.start()
    with transaction.atomic(using="tips"):
        took = time.monotonic() - begun
    freed.join()
    other.close()
    assert took >= 0.2
