"""The six refusals. Each carries a sentence fit for the person who asked.

A room subclasses one of the six beside the action that raises it; the doors know only the six.
"""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - "refusal" is the word of the house
    """A request that is answered with a sentence instead of being done."""

    status = 400

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotAllowed(Refusal):
    """The person may not do this. permission: what they would need, where it is one ("people:manage")."""

    status = 403
    permission = ""


class NotFound(Refusal):
    """There is no such thing, or it is not theirs to see: the answer is the same."""

    status = 404


class Invalid(Refusal):
    """What was given cannot be used; `field` names the form field where there is one."""

    status = 422


class Conflict(Refusal):
    """Somebody else changed it first."""

    status = 409


class OnHold(Refusal):
    """A legal hold or a matter hold stands in the way."""

    status = 423


class Unavailable(Refusal):
    """Something this needs does not answer now; trying later may help."""

    status = 503
