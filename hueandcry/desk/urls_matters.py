"""Routes of what the check must know: held matters, cases, rights of pictures."""

from __future__ import annotations

from django.urls import path

from hueandcry.desk.views import matters, rights

PATHS = [
    path("desk/rules/matters/", matters.page, name="matters"),
    path("desk/rules/matters/hold/", matters.hold, name="matter-hold"),
    path("desk/rules/matters/<int:matter_id>/lift/", matters.lift, name="matter-lift"),
    path("desk/cases/<str:subject>/", matters.case, name="case"),
    path("desk/rights/<str:what>/", rights.rights, name="rights"),
    path("desk/rights/<str:what>/small.jpg", rights.picture, name="rights-picture"),
]
