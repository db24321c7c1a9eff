"""Logs that carry ids, never content: no exception message, no local value, no request path."""

from __future__ import annotations

import logging
import logging.handlers
import traceback
from pathlib import Path
from types import TracebackType

MEGABYTE = 1024 * 1024
SysExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class IdsOnly(logging.Formatter):
    """Time, level, place and sentence. Of an exception: its class and where, not what it said."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s %(message)s")

    def formatException(self, ei: SysExcInfo) -> str:  # noqa: N802 - the name logging calls
        """The class of the exception and the chain of places, without message or values."""
        kind, _value, trace = ei
        if kind is None:
            return ""
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return "  " + "\n  ".join([*places, kind.__name__])


def rotating(folder: str, name: str) -> logging.Handler:
    """A log file `name`.log in `folder`: five files of five megabytes, readable by the owner only."""
    logging.raiseExceptions = False  # else a log that cannot be written prints the exception, message and all
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return logging.handlers.RotatingFileHandler(
        path / f"{name}.log", maxBytes=5 * MEGABYTE, backupCount=4, encoding="utf-8", delay=True
    )
