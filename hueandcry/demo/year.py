"""How much of Port Ellery is loaded: the month that a first start shows, or the whole year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hueandcry.demo import people
from hueandcry.demo.earlier import EARLIER
from hueandcry.demo.letters import TIPS
from hueandcry.demo.people import Cast
from hueandcry.demo.stories import STORIES, Story

OWN_ACCOUNTS = len(people.ACCOUNTS)


@dataclass(frozen=True, slots=True)
class Amount:
    """What is loaded in all: length of time, tips (those that were written out among them), posts, accounts."""

    days: int
    tips: int
    posts: int
    accounts: int
    stories: tuple[Story, ...]
    more: tuple[Cast, ...]

    @property
    def length(self) -> timedelta:
        """From the founding of the two organisations to now."""
        return timedelta(days=self.days)

    @property
    def told_in_bulk(self) -> int:
        """Tips beside those that were written out."""
        return max(0, self.tips - len(TIPS))


MONTH = Amount(days=30, tips=150, posts=240, accounts=27, stories=STORIES, more=())
YEAR = Amount(days=365, tips=10_344, posts=9_800, accounts=121, stories=STORIES + EARLIER, more=people.MORE)


def part_of_the_year(part: int) -> Amount:
    """The year with all its appeals and people and one part in so many of the rest: for trials."""
    return Amount(
        days=YEAR.days,
        tips=max(len(TIPS), YEAR.tips // part),
        posts=YEAR.posts // part,
        accounts=max(12, YEAR.accounts // part),
        stories=YEAR.stories,
        more=YEAR.more,
    )
