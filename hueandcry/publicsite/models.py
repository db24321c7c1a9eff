"""How far the public site has followed the record."""

from __future__ import annotations

from django.db import models


class Cursor(models.Model):
    """The position in the main record up to which every change is in the files. One row for the whole site.

    It has no agency: the record is followed for all of them together.
    """

    name = models.CharField(max_length=20, primary_key=True, default="site")
    position = models.BigIntegerField(default=0)
