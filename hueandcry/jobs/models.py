"""Heartbeat: which worker is alive and when each sweep last ran."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One sweep's last run. A row per sweep, overwritten; not part of the record."""

    sweep = models.CharField(max_length=80, unique=True)
    ran_at = models.DateTimeField()
    handled = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=60)
