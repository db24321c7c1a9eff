"""The worker and the command line: no pages."""

from hueandcry.settings.base import *  # noqa: F403

MIDDLEWARE: list[str] = []
