"""Tables of the record. They exist in both databases; every query names its database with .using().

Entry, Position, Node and Seal are insert-only: triggers in both databases refuse UPDATE, DELETE and
TRUNCATE (migration 0001). A Body may be deleted (erasure), never updated.
"""

from __future__ import annotations

from django.db import models

from hueandcry.jobs.due import Due


class Entry(models.Model):
    """One act: who, what, about which thing, when. `salts`: five times 16 bytes, in the order of STRUCTURE.

    body_marks: the commitments of the body's fields as lines of `name hex`, sorted by name.
    """

    agency_id = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    salts = models.BinaryField(max_length=80)
    body_marks = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "-id"], name="entry_by_agency"),
            models.Index(fields=["subject", "id"], name="entry_by_subject"),
        ]


class Body(models.Model):
    """The content of an entry, which may be erased. lines: one field line each; salts: 16 bytes each."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="body")
    lines = models.TextField()
    salts = models.BinaryField()


class Pending(models.Model):
    """An entry that has no position yet. Written with the entry, removed by the numbering sweep."""

    entry_id = models.BigIntegerField(primary_key=True)


class Position(models.Model):
    """An entry's place in the ledger (from 1), given after commit, and the hash of its leaf."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    leaf = models.BinaryField(max_length=32)


class Node(models.Model):
    """A complete subtree: level 1 and above (level 0 is Position.leaf), index from 0."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_node_per_place")]


class Seal(models.Model):
    """A signed root over the first `size` entries. note: the signed text as published."""

    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    note = models.TextField()
    public_key = models.CharField(max_length=64)


class Run(Due):
    """A check or an export that somebody asked for at the desk; the worker does it. Kept in the main database.

    agency_id: of who asked; an export holds the entries of that agency only. with_content: bodies too.
    done of total: entries so far. good: None until it is over; problems: sentences, at most MOST_PROBLEMS.
    file: name of the bundle in HUE_HOME/exports, empty once it is removed.
    """

    class Kind(models.TextChoices):
        CHECK = "check", "Check"
        EXPORT = "export", "Export"

    MOST_PROBLEMS = 50

    kind = models.CharField(max_length=8, choices=Kind)
    ledger = models.CharField(max_length=8)
    agency_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=80, blank=True)
    with_content = models.BooleanField(default=False)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    good = models.BooleanField(null=True)
    problems = models.JSONField(default=list)
    entries = models.BigIntegerField(default=0)
    seals = models.BigIntegerField(default=0)
    file = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "ledger", "-id"], name="run_by_kind")]
