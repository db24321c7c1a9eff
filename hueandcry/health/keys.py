"""What is looked at about the keys of tips: each finding of the tips room in words."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from hueandcry.health.finding import Finding, Level, good, is_demonstration
from hueandcry.tips.key_queries import key_findings

CHECK = "tip keys"
# code of tips.key_queries.key_findings → (how bad, what was found, what to do)
WORDS: dict[str, tuple[Level, str, str]] = {
    "no-root": (
        Level.WRONG,
        _(
            "A tip programme has no root, so that keys planted in the database could not be told from true ones."
        ),
        _(
            "If it was never made: hue migrate. If its file was lost: put the copy of the keys folder back, or hue tips pin."
        ),
    ),
    "shares-here": (
        Level.WRONG,
        _("Shares of the root are still on this machine: %s."),
        _(
            "Give each to its holder and delete the files: whoever has two of them can open every tip and approve keys."
        ),
    ),
    "nobody": (
        Level.WRONG,
        _("A tip programme has no key in use: its tip form is closed."),
        _("A tip coordinator makes a key at the desk; a second one, or two shares, approve it."),
    ),
    "one-person": (
        Level.WATCH,
        _("Only one person holds a key for the tips of a programme."),
        _("Give a second coordinator a key: if the one is away, nobody reads."),
    ),
    "no-drill": (
        Level.WATCH,
        _("Nobody has tried for 90 days whether two shares still make the root."),
        _("Run the drill with two holders: hue tips drill"),
    ),
    "log-broken": (
        Level.WRONG,
        _("The key log does not hold: %s."),
        _("Treat the database as entered by a stranger: keep a copy, call whoever oversees you."),
    ),
    "log-rolled-back": (
        Level.WRONG,
        _("The key log is shorter than it was."),
        _(
            "If a backup was just restored: hue tips pin. Otherwise treat the database as entered by a stranger."
        ),
    ),
    "log-forked": (
        Level.WRONG,
        _("The key log is another one than this machine has seen."),
        _("Treat the database as entered by a stranger: keep a copy, call whoever oversees you."),
    ),
    "root-damaged": (
        Level.WRONG,
        _("The file with the public half of a programme's root is damaged: its tip form is closed."),
        _("Put the copy of the keys folder back, or: hue tips pin"),
    ),
    "key-changed": (
        Level.WRONG,
        _("A key in the database is not the one that was approved: %s."),
        _("Treat the database as entered by a stranger: keep a copy, call whoever oversees you."),
    ),
    "alarm": (
        Level.WRONG,
        _("The tip form met a key log that it refused: %s."),
        _(
            "The form goes on with the keys it knew. When it is explained: hue tips pin, with two share sheets, ends this."
        ),
    ),
    "leaver": (
        Level.WRONG,
        _("%s has left, and their keys wait to be taken out of the log."),
        _("A coordinator confirms it at the desk under Tips, Keys."),
    ),
    "old-recovery": (
        Level.WATCH,
        _("Tips are still closed to a recovery key of the old kind."),
        _("Close them for the new one: hue tips recover --key FILE"),
    ),
}

DEMONSTRATION = _(
    "Shares of the root are still on this machine: %s. This is a demonstration, so they protect nobody yet."
)


def tip_keys() -> list[Finding]:
    """Keys with recovery, programmes with root, shares carried away, enough holders."""
    found = []
    for each in key_findings():
        level, says, do = WORDS.get(each.code, (Level.WATCH, each.code, ""))
        if each.code == "shares-here" and is_demonstration():
            level, says = Level.WATCH, DEMONSTRATION
        sentence = gettext(says)
        if "%s" in sentence:
            sentence %= each.detail
        found.append(Finding(CHECK, level, sentence, gettext(do) if do else ""))
    return found or [good(CHECK, gettext("The keys of the tips are in order."))]
