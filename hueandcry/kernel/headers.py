"""What every public answer carries: security headers and cache rules, as data.

Used by the embedded static server (`front`), by the public door and by a test that reads the nginx files.
The policy is that of product/DESIGN.md: public pages need no script, no frame, no third party.
"""

from __future__ import annotations

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# The one page that needs a script: a browser asks its owner about notifications only if a script does
# (/subscribe/push/). The script and the service worker are files of ours; the one Trusted Types policy gives the
# address of that worker and nothing else (public/push/page.js).
SCRIPTED_POLICY = CONTENT_SECURITY_POLICY.replace(
    "style-src 'self';", "script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self';"
).replace("trusted-types 'none'", "trusted-types hue-worker")
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), "
    "local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), interest-cohort=(), "
    "browsing-topics=()"
)

SECURITY: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Permissions-Policy", PERMISSIONS_POLICY),
)

# Behind a TLS front only (HUE_HTTPS). Said by whoever answers the public: the embedded server, or nginx in its place.
HSTS = ("Strict-Transport-Security", "max-age=31536000")

NEVER = "no-store"
ASSETS = "public, max-age=31536000, immutable"  # the name carries the digest, so content never changes
MEDIA = "public, max-age=60"  # pictures of people: a removal must be real within a minute
FEEDS = "public, max-age=30"
# Nearly every page shows people. A cache may bridge a moment in which we do not answer, but 30 + 30 seconds is all: a
# removal must be real within a minute even if the origin fails right after it.
PAGES = "public, max-age=30, stale-if-error=30"

# First match wins; the path is the decoded one, without query. A page's address ends with a slash.
CACHE_RULES: tuple[tuple[str, str], ...] = (
    ("/t/*", NEVER),
    ("/subscribe/*", NEVER),
    ("/assets/*", ASSETS),
    ("/media/*", MEDIA),
    ("*/", PAGES),
    ("*", FEEDS),
)


def cache_control(path: str, status: int = 200) -> str:
    """The Cache-Control of an answer: `path` is decoded, without query. Anything but 2xx and 304 is never kept."""
    if not (200 <= status < 300 or status == 304):  # noqa: PLR2004 - the figures are HTTP's own
        return NEVER
    for pattern, rule in CACHE_RULES:
        start, _, end = pattern.partition("*")
        if path.startswith(start) and path.endswith(end):
            return rule
    return NEVER
