"""An appeal as the public page will show it: drawn by the public site's own templates, with pictures from the desk."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.appeals import queries
from hueandcry.appeals.content import Content
from hueandcry.appeals.models import Appeal
from hueandcry.appeals.queries import PublicAppeal
from hueandcry.appeals.writing import prefix
from hueandcry.kernel import clock
from hueandcry.publicsite.pages import appeal_context
from hueandcry.ui import css

COMING = "…"  # in place of a number that is not given yet


class Framed(HttpResponse):
    """A page that may stand in a frame of the desk (headers.py)."""

    framed_here = True


def as_typed(form: BaseForm, *, agency: Agency, appeal: Appeal | None) -> Appeal:
    """The appeal as it would be with what stands in the form: what cannot be read yet is left out. Not saved."""
    form.errors  # noqa: B018 - cleans once, and keeps what an action refused
    shown = queries.fresh(appeal) if appeal else _new(agency)
    for name in Content.__dataclass_fields__:
        field = form.fields[name]
        typed: Any = getattr(form, "cleaned_data", {}).get(name)
        if typed is None and name not in {"happened_from", "happened_to", "review_on"}:
            typed = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name)) or ""
        setattr(shown, name, typed)
    return shown


def _new(agency: Agency) -> Appeal:
    """An appeal that has no number yet."""
    reference = f"{prefix(agency.pk)}-{COMING}"
    return Appeal(agency=agency, reference=reference, landing_code=COMING)


def preview(shown: Appeal, *, agency: Agency, framed: bool = False) -> Framed:
    """The public page of this appeal as it stands in memory, addressed to the desk.

    framed: nothing in it takes a click or the focus, since its links lead to a site that is not here.
    """
    if shown.status != "published":
        shown.changed_at = clock.now()
    shown.title = shown.title.strip() or _("The heading stands here")
    pictures = queries.pictures_of(shown) if shown.pk else []
    updates = queries.updates_of(shown) if shown.pk else []
    with translation.override(agency.languages[0] if agency.languages else "en"):
        context = appeal_context(agency, PublicAppeal(shown, pictures, updates))
        page = str(
            render_to_string(
                "publicsite/appeal.html", {"agency": agency, **context, "qr": "", "card_picture": ""}
            )
        )
    addresses = {
        f"/assets/{css.themed(agency.brand_colour).name}": reverse("appeal-preview-style"),
        f"/assets/{css.icon().name}": f"{static('ui/icon.png')}?{css.icon().hash}",
    }
    for copy in (copy for picture in pictures for copy in picture.renditions):
        addresses[f"/media/{copy.public_name}"] = reverse(
            "appeal-media", args=[shown.reference, copy.public_name]
        )
    for public, ours in addresses.items():
        page = page.replace(public, ours)
    return Framed(page.replace("<body", "<body inert", 1).lstrip() if framed else page.lstrip())


def style(agency: Agency) -> HttpResponse:
    """The public style sheet in the agency's colour."""
    return HttpResponse(css.themed(agency.brand_colour).data, content_type="text/css; charset=utf-8")
