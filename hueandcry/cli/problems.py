"""What can go wrong for an operator, each as one clear sentence."""

from __future__ import annotations

from hueandcry.kernel.errors import Refusal


class Problem(Exception):  # noqa: N818 - a problem is told, not raised at people
    """Something the operator can mend; its text says what and how."""


def explain(error: Exception) -> str | None:
    """A sentence for an expected error, or None for one that is a fault of ours and keeps its traceback."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    sentence = None
    if isinstance(error, Refusal):
        sentence = error.sentence
    elif isinstance(error, OSError) and error.filename and error.strerror:
        sentence = f"{error.filename}: {error.strerror}."
    elif isinstance(error, (ImproperlyConfigured, OSError)):
        sentence = str(error)
    elif isinstance(error, EOFError):
        sentence = "A question was left without an answer. Answers can be given as options; see --help."
    elif isinstance(error, DatabaseError):
        sentence = _of_database(error)
    return sentence


def _of_database(error: Exception) -> str:
    from django.db import DataError, IntegrityError

    first = str(error).strip().split("\n")[0]
    if "no such table" in first or ("relation" in first and "does not exist" in first):
        return "The database has no tables yet. Run: hue init (a real agency) or hue up --demo (the demonstration)."
    if isinstance(error, (DataError, IntegrityError)):
        return f"The database refuses this: {first}. Nothing was changed."
    return f"The database does not answer: {first}. Check HUE_DATABASE_URL and that it runs."
