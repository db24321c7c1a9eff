"""Help in the community (R35): the organisations to which people can turn, as one page without a script."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.text import slugify

from hueandcry.agencies.models import Agency
from hueandcry.answers.models import Partner
from hueandcry.answers.partners import public_partners
from hueandcry.publicsite.stations import named_languages

PAGE = "/help/"


class Helping:
    """What the page is made from. It is not there while no organisation is listed."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.partners: list[Partner] = public_partners(agency.pk)

    def paths(self) -> list[str]:
        """Its address, for the site map."""
        return [PAGE] if self.partners else []

    def files(self) -> dict[str, bytes]:
        """The page by its name."""
        if not self.partners:
            return {}
        lines = [
            {
                "it": row,
                "id": f"{slugify(row.name)[:50] or 'partner'}-{row.pk}",
                "languages": named_languages(row.languages),
            }
            for row in self.partners
        ]
        context = {"agency": self.agency, "section": "help", "lines": lines}
        return {"help/index.html": render_to_string("publicsite/help.html", context).lstrip().encode()}
