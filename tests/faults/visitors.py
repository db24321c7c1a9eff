"""People who go on reading, and sending tips, while things break."""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self

from tests.servers.house import House


class Visitors:
    """Use as a context. pages and forms: how often each status was answered (0: nobody answered)."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.pages: Counter[int] = Counter()
        self.forms: Counter[int] = Counter()
        self.said: set[str] = set()  # the pages that somebody got who sent a tip
        self.longest = 0.0  # seconds between two good answers of the appeal
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work) for work in (self._read, self._read, self._send)]

    def _read(self) -> None:
        last = time.monotonic()
        while not self._over.is_set():
            status = self.house.appeal()
            self.pages[status] += 1
            if status == 200:
                self.longest = max(self.longest, time.monotonic() - last)
                last = time.monotonic()
            self._over.wait(0.02)

    def _send(self) -> None:
        while not self._over.is_set():
            ticket = self.house.ticket()
            if ticket:
                status, page = self.house.send_tip(ticket)
                self.forms[status] += 1
                self.said.add(page)
            else:
                self.forms[0] += 1
            self._over.wait(0.1)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
