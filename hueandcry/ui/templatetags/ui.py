"""Template tags of the house: fields, error summary, times in the agency's zone, status tags, styles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hueandcry.ui import css, sprite
from hueandcry.ui.fields import describe

register = template.Library()

# Status word → tint. The word itself is always printed: colour is never alone.
TONES = {
    "submitted": "amber",
    "waiting": "amber",
    "unconfirmed": "amber",
    "invited": "amber",
    "approved": "info",
    "working": "info",
    "published": "ok",
    "delivered": "ok",
    "active": "ok",
    "resolved": "ok",
    "new": "tip",
    "withdrawn": "danger",
    "refused": "danger",
    "failed": "danger",
    "urgent": "danger",
    "late": "danger",
    "needs_attention": "danger",
}


@register.inclusion_tag("ui/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One form field with label, hint and error in GOV.UK markup: `{% field form.title %}`."""
    return {"field": describe(bound)}


@register.inclusion_tag("ui/_error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What must be put right, each line a link to its field; takes the focus without a script.

    Prints nothing for a form without errors.
    """
    lines = []
    for name, errors in form.errors.items():
        if name in form.fields:
            view = describe(form[name])
            lines += [{"target": view.target, "text": text} for text in view.errors]
        else:
            lines += [{"target": "", "text": str(text)} for text in errors]
    return {"lines": lines}


@register.filter
def when(moment: datetime | date | None, agency: Any = None) -> SafeString | str:
    """A moment or day as people say it, in the agency's zone, as a `<time>`: `{{ at|when:agency }}`.

    `agency` is anything with `time_zone` (IANA name), or such a name. Without it the time is UTC and
    says so. Prints nothing for None.
    """
    if moment is None or moment == "":
        return ""
    if not isinstance(moment, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', moment.isoformat(), format_date(moment, _("j F Y"))
        )
    zone = agency if isinstance(agency, str) else getattr(agency, "time_zone", "")
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    words = format_date(local, _("j F Y, H:i"))
    if not zone:
        words = f"{words} UTC"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.filter
def weekday(moment: datetime, agency: Any = None) -> SafeString:
    """A moment with its day of the week, in the agency's zone: "Thursday 14 June, 09:12"."""
    local = moment.astimezone(ZoneInfo(getattr(agency, "time_zone", "") or "UTC"))
    words = format_date(local, _("l j F, H:i"))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.filter
def day(moment: datetime | None, agency: Any = None) -> SafeString | str:
    """The day of a moment in the agency's zone, as a `<time>`: `{{ at|day:agency }}`. Nothing for None."""
    zone = agency if isinstance(agency, str) else getattr(agency, "time_zone", "")
    return when(moment.astimezone(ZoneInfo(zone or "UTC")).date()) if moment else ""


@register.filter
def name_of(names: dict[str, str], reference: str) -> str:
    """The name behind a reference such as "person:12", or the reference itself: `{{ names|name_of:line.actor }}`."""
    return names.get(reference, reference)


@register.simple_tag
def status_tag(value: Any, label: Any) -> SafeString:
    """A status in a word on its tint: `{% status_tag appeal.status appeal.get_status_display %}`."""
    tone = TONES.get(str(value))
    extra = f" hc-tag--{tone}" if tone else ""
    return format_html('<strong class="govuk-tag{}">{}</strong>', extra, label)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of the sprite (ui/sass/icons.txt), always beside words: `{% icon "send" %}`. Desk only.

    Raises KeyError for a name that is not in the sprite.
    """
    drawing = sprite.address(name)
    return format_html(
        '<svg class="hc-icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', drawing
    )


@register.simple_tag
def file_url(path: str) -> str:
    """Static address of a file of ours with a hash of its content: `{% file_url "desk/shell/shell.js" %}`."""
    return f"{static(path)}?{sprite.digest_of(path)}"


@register.simple_tag
def icon_url(which: str) -> str:
    """Address of the icon, for the same two sides as `css_url`."""
    if which == "public":
        return f"/assets/{css.icon().name}"
    return f"{static('ui/icon.png')}?{css.icon().hash}"


@register.simple_tag
def css_url(which: str, agency: Any = None) -> str:
    """Address of a style sheet: content-hashed for the public side, the static address for the desk.

    agency: whose colour the public sheet has; without one it is the plain sheet.
    """
    if which == "public":
        return f"/assets/{css.themed(getattr(agency, 'brand_colour', '') or '').name}"
    return f"{static(f'ui/{which}.css')}?{css.sheet(which).hash}"
