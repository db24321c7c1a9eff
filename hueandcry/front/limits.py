"""How much one visitor, and all of them together, may ask of the server. Figures in one place, with reasons."""

from __future__ import annotations

import resource
from dataclasses import dataclass, fields, replace

KILO = 1024
MEGA = 1024 * 1024
MOST_FILES = 65_536  # more descriptors than this are of no use to one process on one core
SPARE_FILES = 128  # release files, control socket, logs, relays


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds (`_s`), the rest are counts."""

    connections: int = 16_000
    line: int = 8 * KILO  # request target, and one header field: as nginx
    head: int = 32 * KILO
    head_fields: int = 100
    body: int = 512 * KILO  # Django's own limit for a form
    bodies: int = 128 * MEGA  # all bodies being received or relayed: they live in memory only
    piece: int = 4 * KILO  # parsed at a stretch, so that pipelined requests cannot pile up answers
    in_memory: int = 8 * MEGA  # a larger file is streamed from disk
    chunk: int = 256 * KILO  # read from disk at a time

    head_s: float = 10.0  # from the first byte of a request to the end of its head
    body_grace_s: float = 20.0  # after this a body must have come at `body_rate` on average
    body_rate: int = KILO  # bytes per second: Tor at its worst is faster
    idle_s: float = 75.0
    crowded_idle_s: float = 5.0  # idle time left when three quarters of the connections are taken
    stall_s: float = 60.0  # a reader that takes nothing for this long is let go
    linger_s: float = 2.0  # after a refusal, so that the client reads the answer before the reset
    stop_s: float = 5.0
    poll_s: float = 0.25  # how often `current` is looked at when nobody tells us
    retry_s: float = 2.0  # how soon a broken release is tried again

    relays: int = 32  # requests with the public process at once
    waiting: int = 8_000  # relays waiting for their turn; beyond, the tip form says it is out of reach
    waiting_s: float = 240.0
    connect_s: float = 2.0
    again_s: float = 3.0  # so long a process that answered until just now is waited for: it is being replaced
    first_byte_s: float = 30.0
    relay_s: float = 120.0
    held: int = 256 * KILO  # an answer up to this size is complete before its first byte is sent
    relayed: int = 8 * MEGA  # the largest relayed answer


def with_changes(limits: Limits, changes: list[str]) -> Limits:
    """`limits` with "name=number" changes, as given on the command line. Raises ValueError naming the bad one."""
    kinds = {field.name: type(getattr(limits, field.name)) for field in fields(limits)}
    for change in changes:
        name, _, number = change.partition("=")
        if name not in kinds:
            msg = f"There is no limit called {name}."
            raise ValueError(msg)
        limits = replace(limits, **{name: kinds[name](float(number))})
    return limits


def raise_file_limit() -> int:
    """Raise the soft limit of open files as far as the hard one lets us; returns how many connections that bears."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(wanted - SPARE_FILES, SPARE_FILES)
