"""The twelve checks of Mozilla's HTTP Observatory, written again to run without a network.

Rules and figures: MDN HTTP Observatory, its published scoring table and tests, revision 94042bb of 2026-08-20, read
2026-11-22. A site starts at 100; each check adds or takes what its result is worth; what is added counts only if the
rest alone reaches 90. Left out: the preload list (nothing of ours is on it) and results that no page of ours could have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

START, ENOUGH_FOR_EXTRA = 100, 90
SIX_MONTHS = 15_552_000  # seconds
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
UNSAFE = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}


@dataclass(frozen=True)
class Answer:
    """One answer of a server; `fields` in order and as sent, names in lower case."""

    url: str
    status: int
    fields: tuple[tuple[str, str], ...]
    body: str = ""

    def all(self, name: str) -> list[str]:
        """Every field of that name."""
        return [value for key, value in self.fields if key == name]

    def one(self, name: str) -> str:
        """The first field of that name, or nothing."""
        return next(iter(self.all(name)), "")


@dataclass(frozen=True)
class Visit:
    """What the Observatory asks for: the page by https, by http (with where it led), and a preflight."""

    page: Answer
    plain: tuple[Answer, ...] = ()
    preflight: Answer | None = None
    origin: str = "https://elsewhere.example"
    more: tuple[Answer, ...] = field(default=())  # further answers whose cookies count


Result = tuple[str, int]  # what was found, and what it is worth


def _policy(visit: Visit) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for header in visit.page.all("content-security-policy"):
        for directive in re.split(r"[;,]", header):
            words = directive.split()
            if words:
                found.setdefault(words[0].lower(), [word.lower() for word in words[1:]] or ["'none'"])
    return found


def content_security_policy(visit: Visit) -> Result:
    """The policy: the worst of what it lets in."""
    policy = _policy(visit)
    if not policy:
        return "not there", -25
    usual = policy.get("default-src", ["*"])
    script, style = set(policy.get("script-src", usual)), set(policy.get("style-src", usual))
    objects = set(policy.get("object-src", usual))
    for sources in (script, style):
        if any(source.startswith(("'sha", "'nonce-")) for source in sources):
            sources.discard("'unsafe-inline'")
    passive = {word for name in ("img-src", "media-src") for word in policy.get(name, usual)}
    active = script | {
        word
        for name, words in policy.items()
        if name not in {"img-src", "media-src", "script-src"}
        for word in words
    }
    insecure = ("http:", "ftp:")
    faults = (
        ("unsafe-inline", -20, bool(script & (BROAD | INLINE) or objects & BROAD)),
        ("insecure scheme", -20, any(word.startswith(insecure) for word in active)),
        ("unsafe-eval", -10, "'unsafe-eval'" in script | style),
        ("insecure scheme for pictures", -10, any(word.startswith(insecure) for word in passive)),
        ("unsafe-inline in styles only", 0, bool(style & (BROAD | INLINE))),
        ("nothing unsafe, default-src none", 10, usual == ["'none'"]),
        ("nothing unsafe", 5, True),
    )
    return next((what, worth) for what, worth, found in faults if found)


def cookies(visit: Visit) -> Result:
    """Every cookie set: Secure, HttpOnly if it is a session's, SameSite."""
    raw = [text for answer in (visit.page, *visit.more) for text in answer.all("set-cookie")]
    if not raw:
        return "none", 0
    strict = transport_security(visit)[1] >= 0
    worst, all_same_site = ("secure, sessions HttpOnly, all SameSite", 5), True
    for text in raw:
        for name, cookie in SimpleCookie(text).items():
            session = any(word in name.lower() for word in ("login", "sess"))
            same = cookie["samesite"].lower()
            found: list[Result] = []
            if same not in {"", "lax", "strict", "none"} or (same == "none" and not cookie["secure"]):
                found.append((f"{name}: SameSite invalid", -20))
            if not cookie["secure"]:
                dear = (-10 if session else -5) if strict else (-40 if session else -20)
                found.append((f"{name}: not Secure", dear))
            if "csrf" in name.lower() and not same:
                found.append((f"{name}: no SameSite", -20))
            if session and not cookie["httponly"]:
                found.append((f"{name}: not HttpOnly", -30))
            all_same_site &= bool(same)
            worst = min([worst, *found], key=lambda one: one[1])
    return worst if worst[1] < 0 or all_same_site else ("secure, sessions HttpOnly", 0)


def _token(
    visit: Visit, name: str, worth: dict[str, int], *, bad: int = -5, many_are_bad: bool = True
) -> Result:
    values = [value.strip().lower() for value in visit.page.all(name)]
    if not values:
        return "not there", 0
    if (many_are_bad and len(values) > 1) or values[0] not in worth:
        return "invalid", bad
    return values[0], worth[values[0]]


def embedder_policy(visit: Visit) -> Result:
    """Cross-Origin-Embedder-Policy."""
    return _token(
        visit, "cross-origin-embedder-policy", {"require-corp": 10, "credentialless": 10, "unsafe-none": 0}
    )


def opener_policy(visit: Visit) -> Result:
    """Cross-Origin-Opener-Policy."""
    worth = {"same-origin": 10, "same-origin-allow-popups": 10, "noopener-allow-popups": 10, "unsafe-none": 0}
    return _token(visit, "cross-origin-opener-policy", worth)


def resource_policy(visit: Visit) -> Result:
    """Cross-Origin-Resource-Policy."""
    return _token(
        visit, "cross-origin-resource-policy", {"same-origin": 10, "same-site": 10, "cross-origin": 0}
    )


def resource_sharing(visit: Visit) -> Result:
    """Cross-origin resource sharing, as the answer to a preflight tells."""
    allowed = visit.preflight.one("access-control-allow-origin").strip() if visit.preflight else ""
    if not allowed:
        return "not there", 0
    credentials = (
        visit.preflight and visit.preflight.one("access-control-allow-credentials").lower() == "true"
    )
    return ("anybody, with credentials", -50) if allowed == visit.origin and credentials else ("some", 0)


def redirection(visit: Visit) -> Result:
    """From http to https, on the same host, at the first step."""
    route = [urlsplit(answer.url) for answer in visit.plain]
    if not route:
        return "no http", 0
    if len(route) == 1:
        return "stays on http", -20
    if route[-1].scheme != "https":
        return "does not end on https", -20
    if route[1].scheme == "http":
        return "first to http", -10
    return ("to https", 0) if route[0].hostname == route[1].hostname else ("first to another host", -5)


def referrer_policy(visit: Visit) -> Result:
    """The last valid word counts."""
    words = [word.strip().lower() for text in visit.page.all("referrer-policy") for word in text.split(",")]
    if not words:
        return "not there", 0
    valid = [word for word in words if word in PRIVATE | UNSAFE]
    if not valid:
        return "invalid", -5
    return (valid[-1], 5) if valid[-1] in PRIVATE else (valid[-1], -5)


def transport_security(visit: Visit) -> Result:
    """Strict-Transport-Security for six months at least."""
    text = visit.page.one("strict-transport-security")
    if not text:
        return "not there", -20
    age = re.search(r"max-age=(\d+)", text.lower())
    if not age or "," in text:
        return "invalid", -20
    return ("six months or more", 0) if int(age.group(1)) >= SIX_MONTHS else ("less than six months", -10)


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append({name: value or "" for name, value in attrs})


def subresource_integrity(visit: Visit) -> Result:
    """Scripts from elsewhere carry a digest."""
    if visit.page.one("content-type").split(";")[0] not in {"", "text/html", "application/xhtml+xml"}:
        return "not a page", 0
    parser = _Scripts()
    parser.feed(visit.page.body)
    if not parser.found:
        return "no scripts", 0
    worst, bonus = ("all scripts from here", 0), False
    host = urlsplit(visit.page.url).hostname
    for script in parser.found:
        address = urlsplit(script.get("src", ""))
        ours = not address.netloc or (address.hostname == host and bool(address.scheme))
        signed = bool(script.get("integrity"))
        if ours:
            bonus |= signed
            continue
        secure = address.scheme == "https"
        price = {(True, True): 5, (True, False): -20, (False, True): -5, (False, False): -50}[signed, secure]
        worst = min(worst, (f"from elsewhere: {address.hostname}", price), key=lambda one: one[1])
    return worst if worst[1] < 0 or not bonus else ("signed", 5)


def content_type_options(visit: Visit) -> Result:
    """X-Content-Type-Options."""
    return (
        ("nosniff", 0)
        if visit.page.one("x-content-type-options").strip().lower() == "nosniff"
        else ("no", -5)
    )


def frame_options(visit: Visit) -> Result:
    """Framing refused, by the policy or by the old header."""
    if "frame-ancestors" in _policy(visit):
        return "by the policy", 5
    old = visit.page.one("x-frame-options").strip().lower()
    return (old, 5) if old in {"deny", "sameorigin"} else ("not there", -20)


CHECKS: dict[str, Callable[[Visit], Result]] = {
    "Content-Security-Policy": content_security_policy,
    "Cookies": cookies,
    "Cross-Origin-Embedder-Policy": embedder_policy,
    "Cross-Origin-Opener-Policy": opener_policy,
    "Cross-Origin Resource Sharing": resource_sharing,
    "Redirection": redirection,
    "Referrer-Policy": referrer_policy,
    "Strict-Transport-Security": transport_security,
    "Subresource Integrity": subresource_integrity,
    "X-Content-Type-Options": content_type_options,
    "X-Frame-Options": frame_options,
    "Cross-Origin-Resource-Policy": resource_policy,
}


def examine(visit: Visit) -> dict[str, Result]:
    """Each check's name with what it found and what that is worth."""
    return {name: check(visit) for name, check in CHECKS.items()}


def score(found: dict[str, Result]) -> int:
    """The score: what is added counts only if the rest alone reaches 90."""
    low = START + sum(worth for _, worth in found.values() if worth < 0)
    return START + sum(worth for _, worth in found.values()) if low >= ENOUGH_FOR_EXTRA else max(low, 0)


def table(name: str, found: dict[str, Result]) -> str:
    """The score in words, for the report of a test."""
    lines = [f"  {worth:+4d}  {check}: {what}" for check, (what, worth) in found.items()]
    return "\n".join([f"{name}: {score(found)}", *lines])
