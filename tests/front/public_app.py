"""Stands in for the public process: a small HTTP server on a unix socket that writes down all it receives.

It is not our code under test; it says what a real upstream may say, also badly. Arguments: socket path, file to write.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
from pathlib import Path


def read(client: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65536)
        if not piece:
            return data, b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    size = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
    while len(body) < size:
        piece = client.recv(65536)
        if not piece:
            break
        body += piece
    return head, body


def answer(client: socket.socket, path: str, seen: Path) -> None:
    head, body = read(client)
    with seen.open("ab") as out:
        out.write(head + b"\n\n" + body + b"\n----\n")
    target = head.split(b" ")[1].decode() if b" " in head else ""
    ok = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: app\r\nSet-Cookie: a=b\r\n"
    if target.startswith("/t/slow"):
        time.sleep(0.5)
    if target.startswith("/t/die-at-once"):
        os._exit(1)
    if target.startswith("/t/die-in-the-middle"):
        client.sendall(ok + b"Content-Length: 1000\r\n\r\nhalf")
        os._exit(1)
    if target.startswith("/t/die-late"):
        client.sendall(ok + b"Content-Length: 4000000\r\n\r\n" + b"x" * 1_000_000)
        os._exit(1)
    if target.startswith("/t/large"):
        client.sendall(ok + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(32):
            client.sendall(b"10000\r\n" + b"y" * 65536 + b"\r\n")
        client.sendall(b"0\r\n\r\n")
    elif target.startswith("/t/garbage"):
        client.sendall(b"this is no HTTP\r\n\r\n")
    elif target.startswith("/t/moved"):
        client.sendall(b"HTTP/1.1 303 See Other\r\nLocation: /t/there\r\nContent-Length: 0\r\n\r\n")
    elif target.startswith("/t/error"):
        client.sendall(b"HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\noops")
    else:
        method = head.split(b" ")[0]
        page = b"took %d bytes" % len(body)
        sent = b"" if method == b"HEAD" else page
        client.sendall(ok + b"Content-Length: %d\r\n\r\n" % len(page) + sent)
    client.close()


def serve(client: socket.socket, path: str, seen: Path) -> None:
    with contextlib.suppress(ConnectionError):  # the caller may hang up
        answer(client, path, seen)
    client.close()


def main() -> None:
    path, seen = sys.argv[1], Path(sys.argv[2])
    Path(path).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1024)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, path, seen), daemon=True).start()


if __name__ == "__main__":
    main()
