"""Whether colleagues are told: what became of the last notice to each address."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hueandcry.health.finding import Finding, good, watch, wrong
from hueandcry.staff import queries
from hueandcry.staff.models import Notice

CHECK = "notices"


def staff_notices(agency_id: int | None = None) -> list[Finding]:
    """The last notice to every address arrived; one that failed means that colleagues there learn nothing."""
    return [_finding(row) for row in queries.failing(agency_id=agency_id)] or [
        good(CHECK, _("Colleagues are told what they asked to be told."))
    ]


def _finding(row: Notice) -> Finding:
    failed = row.status == Notice.Status.FAILED
    says = (
        _("The last notice to “%(name)s” did not go out: %(why)s")
        if failed
        else _("Nobody knows whether the last notice to “%(name)s” arrived. %(why)s")
    )
    told = (says % {"name": row.address.label, "why": row.last_error}).strip()
    do = _(
        "Open Staff notices at the desk and send a try; if it fails, add the address again and stop the old one."
    )
    return (wrong if failed else watch)(CHECK, told, do)
