"""What Today says of staff notices: a person must learn that one did not go out."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.kernel.actor import Permission
from hueandcry.staff.queries import not_out

SHOWN = 3  # notices named under the line


def needs(asked: Asked) -> list[Line]:
    """Notices of which nobody knows that they arrived, for whoever keeps the addresses."""
    if not asked.may(Permission.AGENCY_MANAGE):
        return []
    rows = not_out(actor=asked.actor)
    text = ngettext(
        "staff notice did not certainly arrive", "staff notices did not certainly arrive", len(rows)
    )
    things = tuple(
        (f"{row.address.label}: {row.get_kind_display()}", reverse("notice-address", args=[row.address_id]))
        for row in rows[:SHOWN]
    )
    home = f"{reverse('staff-notices')}#latest-heading"
    return [Line(text, home, len(rows), late=True, things=things)]
