"""One connection: requests are answered in order, with every wait bounded."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Coroutine
from typing import Any, cast

from hueandcry.front.answering import Request, decide
from hueandcry.front.reading import BODY, END, HEAD, IDLE, Reader
from hueandcry.front.relay import Relay
from hueandcry.front.release import Release
from hueandcry.front.replies import REFUSED, RELAY, Reply
from hueandcry.front.shared import Shared

OK = 200
MOST_REMEMBERED = 256  # requests of one release; with their answers at most some megabytes
LONGEST_REMEMBERED = 1024  # bytes
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.BufferedProtocol):
    """One client. All connections share one read buffer: what was read is parsed before the next read."""

    __slots__ = (
        "_backlog",
        "_ended",
        "_front",
        "_plain",
        "_reader",
        "_reading_paused",
        "_relay",
        "_since",
        "_stalled",
        "_task",
        "_todo",
        "_unsent",
        "_writable",
        "closing",
        "transport",
    )

    def __init__(self, front: Shared, relay: Relay) -> None:
        self._front = front
        self._relay = relay
        self._reader = Reader(front, self._take, self._invite)
        self._backlog = b""  # read but not parsed, while an earlier answer is under way
        self._todo: deque[Request] = deque()  # parsed, not answered
        self._task: asyncio.Task[None] | None = None
        self._writable: asyncio.Event | None = None  # set once the client has taken most of what was written
        self._stalled = (
            False  # no answer may be written now: a task is answering, or the client does not read
        )
        self._reading_paused = False
        self._ended = False  # the client has sent its last byte
        self._since = front.now  # when the present wait began
        self._unsent = -1
        self._plain: Reply | None = None  # the answer just given, if it is the same for the same bytes
        self.closing = False  # the last answer is written; what still comes in is dropped
        self.transport: asyncio.Transport

    # -- transport: asyncio calls these ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self.transport = cast("asyncio.Transport", transport)
        if not self._front.admit(self):
            self.closing = True
            self.transport.write(self._front.start_line(503) + b"Connection: close\r\n" + REFUSED.head)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's own signature
        """The connection is over, for whatever reason."""
        self._front.forget(self)
        self.closing = True
        self._drop_unanswered()
        if self._task is not None:
            self._task.cancel()
        if self._writable is not None:
            self._writable.set()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's own signature
        """Where the next bytes are read to."""
        return self._front.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes have come in."""
        if self.closing:
            return
        front = self._front
        data = bytes(front.buffer[:nbytes])
        if self._stalled or self._todo or self._backlog:
            self._backlog += data
            self._pause_reading()
        elif nbytes > front.limits.piece:
            self._backlog = data
            self._pump()
        elif (
            front.release is None or nbytes > LONGEST_REMEMBERED or not self._reader.between or front.stopping
        ):
            self._feed(data)
        elif (reply := front.release.remembered.get(data)) is not None:
            front.answers[2] += 1
            self._since = front.now
            self.transport.write(reply.after(front.ok_line))
        else:
            self._learn(data, front.release)

    def eof_received(self) -> bool:
        """Half-closed: what was asked is still answered, then we close."""
        self._ended = True
        return self._pending() and not self.closing

    def pause_writing(self) -> None:
        """The client takes less than we write."""
        self._stalled = True
        self._writable = asyncio.Event()
        self._unsent = -1

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        if self._writable is not None:
            self._writable.set()
            self._writable = None
        self._go_on()

    # -- reading -----------------------------------------------------------------------------------------------

    def _feed(self, data: bytes) -> None:
        reader = self._reader
        before = reader.state
        status = reader.feed(data)
        if status:
            self._refuse(status)
        elif reader.state != before:
            self._since = self._front.now

    def _learn(self, data: bytes, release: Release) -> None:
        """Read `data`. If it was one plain request and no more, the same bytes need not be read again."""
        self._plain = None
        self._feed(data)
        once = data.count(END) == 1 and self._reader.between and not self._stalled
        if self._plain is not None and once and len(release.remembered) < MOST_REMEMBERED:
            release.remembered[data] = self._plain
        self._plain = None

    def _pump(self) -> None:
        """Answer what waits, parse what was read, until one of them must wait."""
        while not (self._stalled or self.closing):
            if self._todo:
                self._answer(self._todo.popleft())
            elif self._backlog:
                size = self._front.limits.piece
                piece, self._backlog = self._backlog[:size], self._backlog[size:]
                self._feed(piece)
            else:
                break
        if self.closing or self._pending():
            return
        if self._reading_paused:
            self._reading_paused = False
            self.transport.resume_reading()
        if self._ended:
            self.transport.close()

    def _go_on(self) -> None:
        self._since = self._front.now
        self._stalled = self._task is not None or self._writable is not None
        if not self._stalled:
            self._pump()

    def _pending(self) -> bool:
        return bool(self._stalled or self._todo or self._backlog)

    def _pause_reading(self) -> None:
        if not self._reading_paused:
            self._reading_paused = True
            self.transport.pause_reading()

    def _take(self, request: Request) -> None:
        if self.closing:
            return
        if self._stalled or self._todo:
            self._todo.append(request)
        else:
            self._answer(request)

    def _invite(self) -> None:
        if not (self._stalled or self._todo or self.closing):
            self.transport.write(CONTINUE)

    def _refuse(self, status: int) -> None:
        """The stream cannot be read on: answer what was asked before, then this status, then close."""
        self._reader.end()
        self._backlog = b""
        request = Request(b"GET", b"", {})
        request.refusal = status
        request.keep = False
        self._take(request)

    # -- answering ---------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> None:
        reply = decide(request, self._front.release)
        if reply is RELAY:
            self._work(self._relay.answer(self, request))
            return
        if request.opened:
            self._front.note_opening(request.opened)
        if request.body:
            self._front.release_body(request)
        if reply.disk is not None and request.method != b"HEAD":
            self._work(self._stream(request, reply))
            return
        self.send(request, reply)
        self.finish(request)

    def send(self, request: Request, reply: Reply) -> None:
        """Write the head of `reply`, and its body if it is in memory and wanted."""
        front, transport = self._front, self.transport
        front.answers[reply.status // 100] += 1
        line = front.ok_line if reply.status == OK else front.start_line(reply.status)
        if front.stopping or reply.close:
            request.keep = False
        if not request.keep:
            line += b"Connection: close\r\n"
        elif request.version == "1.0":
            line += b"Connection: keep-alive\r\n"
        if request.method == b"HEAD" or not reply.body:
            transport.write(line + reply.head)
        elif reply.whole:
            transport.write(line + reply.whole)
            if line is front.ok_line and request.method == b"GET" and self._task is None:
                self._plain = reply
        else:
            transport.writelines((line, reply.head, reply.body))

    def finish(self, request: Request) -> None:
        """`request` is answered: wait for the next one, or close."""
        if request.keep:
            self._since = self._front.now
        else:
            self._linger()

    def _linger(self) -> None:
        """Say we are done, then read and drop for a moment: a reset now could destroy the answer unread."""
        self.closing = True
        self._since = self._front.now
        self._drop_unanswered()
        if self._reading_paused:
            self._reading_paused = False
            self.transport.resume_reading()
        if self._ended:
            self.transport.close()
        else:
            self.transport.write_eof()

    def _drop_unanswered(self) -> None:
        """What is half read or waits will not be answered: give its memory back."""
        self._reader.end()
        self._backlog = b""
        for request in self._todo:
            self._front.release_body(request)
        self._todo.clear()

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        self._stalled = True
        self._task = asyncio.get_running_loop().create_task(work)
        self._task.add_done_callback(self._worked)

    def _worked(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._front.report(error)
            self.transport.abort()
        if not self.closing:
            self._go_on()

    def break_off(self) -> None:
        """Reset, so that nobody takes the part that was sent for the whole (HTTP/1.0 has no other sign)."""
        line = self.transport.get_extra_info("socket")
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    async def drain(self) -> None:
        """Wait until the client has taken most of what was written."""
        if self._writable is not None:
            await self._writable.wait()

    async def _stream(self, request: Request, reply: Reply) -> None:
        assert reply.disk is not None
        loop, part, chunk = asyncio.get_running_loop(), reply.disk, self._front.limits.chunk
        self.send(request, reply)
        done = 0
        while done < part.length and not self.closing:
            size = min(chunk, part.length - done)
            data = await loop.run_in_executor(None, part.file.read, part.start + done, size)
            if not data:
                self.break_off()  # the file shrank
                return
            done += len(data)
            self.transport.write(data)
            await self.drain()
        self.finish(request)

    # -- time --------------------------------------------------------------------------------------------------

    def look(self, now: float, idle_s: float) -> None:
        """Called every so often: end what has waited too long. idle_s: seconds an idle connection may stay."""
        limits, waited, reader = self._front.limits, now - self._since, self._reader
        if self._writable is not None or (self.closing and self.transport.get_write_buffer_size()):
            self._look_at_writing(now)
        elif self.closing:
            if waited > limits.linger_s:
                self.transport.abort()
        elif self._stalled:
            return  # a task is at work, with limits of its own
        elif reader.state == IDLE:
            if waited > idle_s:
                self.transport.close()
        elif (reader.state == HEAD and waited > limits.head_s) or (
            reader.state == BODY and waited > limits.body_grace_s + reader.size / limits.body_rate
        ):
            self._refuse(408)

    def _look_at_writing(self, now: float) -> None:
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent = unsent
            self._since = now
        elif now - self._since > self._front.limits.stall_s:
            self.transport.abort()

    def leave(self) -> None:
        """The server stops: an idle connection ends now, a busy one after its answer."""
        if self._reader.state == IDLE and not self._pending():
            self.transport.close()
