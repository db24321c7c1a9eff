"""Headers of every answer of the desk."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hueandcry.kernel.headers import HSTS, PERMISSIONS_POLICY

# product/DESIGN part 4A, "Budgets": scripts and styles from here only, nothing inline; text opened from
# a tip can only enter a page as text (Trusted Types).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# The one page that stands in a frame of ours: no script at all, and nothing it could send.
FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
# The one page that a phone keeps: its script may register one worker, through a policy that gives out one address.
KEPT = (
    POLICY.replace("trusted-types 'none'", "trusted-types hue-scene")
    + "; worker-src 'self'; manifest-src 'self'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",  # opened text in a process of its own
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Robots-Tag": "noindex, nofollow",
    **(
        dict([HSTS]) if settings.HUE_HTTPS else {}
    ),  # on refusals too, which come before Django's own middleware
}


class Headers:
    """Sets the fixed headers, and no-store on everything but the desk's own static files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers added."""
        response = self.get_response(request)
        for name, value in FIXED.items():
            response[name] = value
        if getattr(response, "framed_here", False):  # the preview of a public page, inside the editor
            response["Content-Security-Policy"] = FRAMED
            response["X-Frame-Options"] = "SAMEORIGIN"
        if getattr(response, "kept_by_phone", False):  # posting from the scene (desk/views/scene.py)
            response["Content-Security-Policy"] = KEPT
        kept = request.path_info.startswith(settings.STATIC_URL) or getattr(response, "may_be_kept", False)
        if not kept:
            response["Cache-Control"] = "no-store"
        return response
