"""What another law pack would change, told rule by rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hueandcry.preflight.packs import Pack, Rule


@dataclass(frozen=True)
class Changes:
    """added, gone: rules that only one of two packs has; changed: (before, after) of one that is told otherwise."""

    added: tuple[Rule, ...]
    gone: tuple[Rule, ...]
    changed: tuple[tuple[Rule, Rule], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


def changes(before: Pack, after: Pack) -> Changes:
    """What is different after this change, in the order of each pack. Which words a rule looks for is not compared."""
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    return Changes(
        added=tuple(rule for rule in after.rules if rule.id not in old),
        gone=tuple(rule for rule in before.rules if rule.id not in new),
        changed=tuple(
            (rule, new[rule.id])
            for rule in before.rules
            if rule.id in new and _told(rule) != _told(new[rule.id])
        ),
    )


def _told(rule: Rule) -> tuple[str, ...]:
    """What a person notices of a rule."""
    return (rule.level, rule.sentence, rule.why, rule.source, rule.cure)
