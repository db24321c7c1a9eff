"""Model, view and address of the peer of benchmark `static`."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path


class Appeal(models.Model):
    """One appeal, its paragraphs one to a line."""

    ref = models.TextField(unique=True)
    text = models.TextField()

    class Meta:
        app_label = "static_django"


def show(request: HttpRequest, ref: str) -> HttpResponse:
    """The appeal's page."""
    appeal = get_object_or_404(Appeal, ref=ref)
    return render(request, "appeal.html", {"appeal": appeal, "paragraphs": appeal.text.split("\n")})


urlpatterns = [path("appeals/<str:ref>/", show)]
