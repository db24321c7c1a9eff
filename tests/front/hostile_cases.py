"""Requests that are odd in one way each, and what must come of them. Both servers are held to the same table.

`front` and `nginx` are the statuses of all answers on the connection, in order; () is a close without an answer.
Where the two rightly differ, `why` says so. The client half-closes after sending.
"""

from __future__ import annotations

from dataclasses import dataclass

from front_harness import HOST

NAME = HOST.encode()
H = b"Host: " + NAME + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
NEXT = b"GET /robots.txt HTTP/1.1\r\n" + H + b"\r\n"  # must not be reached through a body that cannot be read
REFUSES = "nginx reads this leniently; the front refuses what the standard lets it refuse"
CODE = "both refuse, with another code"
OWN_LIMIT = "nginx has no such limit or another code for it"


@dataclass(frozen=True)
class Case:
    name: str
    data: bytes
    front: tuple[int, ...]
    nginx: tuple[int, ...] | None = None  # None: the same
    why: str = ""

    def expected(self, server: str) -> tuple[int, ...]:
        return self.front if self.nginx is None or server == "front" else self.nginx


def get(fields: bytes = b"", target: bytes = b"/robots.txt") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + H + fields + b"\r\n"


def line(text: bytes, fields: bytes = H) -> bytes:
    return text + b"\r\n" + fields + b"\r\n"


def post(fields: bytes, body: bytes) -> bytes:
    return b"POST /t/new/a HTTP/1.1\r\n" + H + fields + b"\r\n" + body


def length(value: bytes) -> bytes:
    return post(b"Content-Length: " + value + b"\r\n", b"abc") + NEXT


def coding(value: bytes) -> bytes:
    return post(b"Transfer-Encoding: " + value + b"\r\n", b"0\r\n\r\n") + NEXT


def chunks(body: bytes) -> bytes:
    return post(CHUNKED, body) + NEXT


def host(value: bytes) -> bytes:
    return b"GET /robots.txt HTTP/1.1\r\nHost: " + value + b"\r\n\r\n"


FIELDS = [
    Case("bare line feeds", b"GET / HTTP/1.1\nHost: " + NAME + b"\n\n", (400,), (200,), REFUSES),
    Case("one bare line feed", get(b"X: b\nY: c\r\n"), (400,), (200,), REFUSES),
    Case("folded field", get(b"X: a\r\n b\r\n"), (400,)),
    Case("folded host", b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", (400,)),
    Case("space before the first field", b"GET / HTTP/1.1\r\n " + H + b"\r\n", (400,)),
    Case("NUL in a value", get(b"X: a\0b\r\n"), (400,)),
    Case("NUL in a name", get(b"X\0: a\r\n"), (400,)),
    Case("carriage return in a value", get(b"X: a\rb\r\n"), (400,)),
    Case("control character in a value", get(b"X: a\x01b\r\n"), (400,), (200,), REFUSES),
    Case("DEL in a value", get(b"X: a\x7fb\r\n"), (400,), (200,), REFUSES),
    Case("space before the colon", get(b"X : a\r\n"), (400,)),
    Case("no colon", get(b"Xa\r\n"), (400,), (200,), REFUSES),
    Case("empty name", get(b": a\r\n"), (400,)),
    Case("parenthesis in a name", get(b"X(: a\r\n"), (400,), (200,), REFUSES),
    Case("field too long", get(b"X: " + b"a" * 9000 + b"\r\n"), (431,), (400,), OWN_LIMIT),
    Case("too many fields", get(b"".join(b"X%d: a\r\n" % i for i in range(150))), (431,), (200,), OWN_LIMIT),
    Case("head too large", get((b"X: " + b"a" * 1000 + b"\r\n") * 60), (431,), (400,), OWN_LIMIT),
]
FRAMING = [
    Case("length and chunked", post(b"Content-Length: 3\r\n" + CHUNKED, b"0\r\n\r\n") + NEXT, (400,)),
    Case("chunked and length", post(CHUNKED + b"Content-Length: 3\r\n", b"0\r\n\r\n") + NEXT, (400,)),
    Case("two equal lengths", post(b"Content-Length: 3\r\nContent-Length: 3\r\n", b"abc") + NEXT, (400,)),
    Case("two lengths", post(b"Content-Length: 3\r\nContent-Length: 0\r\n", b"abc") + NEXT, (400,)),
    *(
        Case(f"length {value.decode()!r}", length(value), (400,))
        for value in (b"+3", b"-3", b"3, 3", b"9" * 30, b"", b"0x3", b"1 2", b"3;")
    ),
    *(
        Case(f"coding {value.decode()!r}", coding(value), (501,))
        for value in (b"gzip", b"gzip, chunked", b"xchunked")
    ),
    Case("coding identity", coding(b"identity"), (501,)),
    Case("coding with vertical tab", coding(b"\x0bchunked"), (400,), (501,), CODE),
    Case("coding given twice", post(CHUNKED + CHUNKED, b"0\r\n\r\n") + NEXT, (400,)),
    Case("chunked in HTTP/1.0", b"POST /t/a HTTP/1.0\r\n" + H + CHUNKED + b"\r\n0\r\n\r\n" + NEXT, (400,)),
    Case("chunks", chunks(b"3\r\nabc\r\n0\r\n\r\n"), (200, 200)),
    Case("chunk extension and trailer", chunks(b"3;a=b\r\nabc\r\n0\r\nHost: evil\r\n\r\n"), (200, 200)),
    Case("chunks with bare line feeds", chunks(b"3\nabc\n0\n\n"), (400,), (200, 200), REFUSES),
    Case("chunk size and space", post(CHUNKED, b"3 \r\nabc\r\n0\r\n\r\n"), (400,), (200,), REFUSES),
    *(
        Case(f"chunk size {value.decode()}", chunks(value + b"\r\nabc\r\n0\r\n\r\n"), (400,))
        for value in (b"zz", b"0x3", b"-3", b"f" * 17)
    ),
    Case("chunk longer than said", chunks(b"3\r\nabcd\r\n0\r\n\r\n"), (400,)),
    Case(
        "chunk of 256 MiB begins", post(CHUNKED, b"fffffff\r\na"), (), (413,), "the front counts what comes"
    ),
    Case("body on a GET", get(b"Content-Length: 3\r\n") + b"abc" + NEXT, (200, 200)),
    Case("chunked body on a GET", get(CHUNKED) + b"3\r\nabc\r\n0\r\n\r\n" + NEXT, (200, 200)),
    Case(
        "two content types",
        post(b"Content-Type: text/plain\r\nContent-Type: text/html\r\nContent-Length: 3\r\n", b"abc"),
        (400,),
        (200,),
        REFUSES,
    ),
    Case(
        "body for a file",
        line(b"POST /robots.txt HTTP/1.1", H + b"Content-Length: 3\r\n") + b"abc" + NEXT,
        (405, 200),
    ),
    Case("expectation", post(b"Expect: 100-continue\r\nContent-Length: 3\r\n", b"abc"), (100, 200)),
    Case("unknown expectation", post(b"Expect: x\r\nContent-Length: 3\r\n", b"abc"), (417,), (200,), REFUSES),
    Case(
        "expectation for a file",
        line(b"POST / HTTP/1.1", H + b"Expect: 100-continue\r\nContent-Length: 3\r\n") + b"abc",
        (405,),
    ),
]
LINES = [
    Case("line ends before", b"\r\n\r\n" + get(), (200,)),
    Case("small letters", line(b"get / HTTP/1.1"), (400,)),
    Case("unknown method", line(b"FOO / HTTP/1.1"), (400,), (405,), CODE),
    *(
        Case(f"method {m}", line(f"{m} / HTTP/1.1".encode()), (405,))
        for m in ("TRACE", "DELETE", "PURGE", "OPTIONS", "PATCH")
    ),
    Case("PUT to a form", line(b"PUT /t/a HTTP/1.1", H + b"Content-Length: 0\r\n"), (405,)),
    Case("CONNECT", line(b"CONNECT a:80 HTTP/1.1"), (400,)),
    Case("OPTIONS *", line(b"OPTIONS * HTTP/1.1"), (400,)),
    Case("HTTP/1.2", line(b"GET / HTTP/1.2"), (400,), (200,), REFUSES),
    Case("HTTP/2.0", line(b"GET / HTTP/2.0"), (505,)),
    Case("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400,)),
    Case("HTTP/11", line(b"GET / HTTP/11"), (400,), (505,), CODE),
    Case("HTTP/x.1", line(b"GET / HTTP/x.1"), (400,)),
    Case("http/1.1", line(b"GET / http/1.1"), (400,)),
    Case(
        "RTSP/1.0",
        line(b"GET / RTSP/1.0"),
        (200,),
        (400,),
        "llhttp takes RTSP's line for HTTP's; same page, closed",
    ),
    Case("TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400,)),
    Case("two spaces", line(b"GET  /robots.txt HTTP/1.1"), (200,)),
    Case("tabs", line(b"GET\t/\tHTTP/1.1"), (400,)),
    Case("space in the target", line(b"GET /a b HTTP/1.1"), (400,)),
    Case("space after the version", line(b"GET / HTTP/1.1 "), (400,), (200,), REFUSES),
    Case("byte above 127 in the target", get(target=b"/\xff"), (400,), (404,), REFUSES),
    Case("NUL in the target", get(target=b"/\0"), (400,)),
    Case("target without slash", get(target=b"a"), (400,)),
    Case("target too long", get(target=b"/" + b"a" * 9000), (414,)),
    Case("query too long", get(target=b"/?" + b"a" * 9000), (414,)),
    Case("half a line", b"GET / HT", ()),
    Case("half a head", b"GET / HTTP/1.1\r\nHos", ()),
    Case("nothing", b"", ()),
    Case("line ends only", b"\r\n" * 50, ()),
]
HOSTS = [
    Case("no host", b"GET / HTTP/1.1\r\n\r\n", (400,)),
    Case("no host in HTTP/1.0", b"GET / HTTP/1.0\r\n\r\n", (400,)),
    Case("two hosts", line(b"GET / HTTP/1.1", H + H), (400,)),
    *(Case(f"host {value.decode()!r}", host(value), (400,)) for value in (b"", b"a b", b"a/b", b"a..b")),
    *(
        Case(f"host {value.decode()!r}", host(value), (421,))
        for value in (b"nobody", b"[::1]:80", b"127.0.0.1")
    ),
    Case("host with user", host(b"x@" + NAME), (400,), (421,), CODE),
    Case("list of hosts", host(b"a,b"), (400,), (421,), CODE),
    Case("host with letters for a port", host(NAME + b":x"), (400,), (200,), REFUSES),
    *(
        Case(f"host {value.decode()}", host(value), (200,))
        for value in (NAME + b":8000", NAME.upper(), NAME + b".")
    ),
    Case("absolute form", get(target=b"http://" + NAME + b"/robots.txt"), (200,)),
    Case(
        "absolute form wins", b"GET http://" + NAME + b"/robots.txt HTTP/1.1\r\nHost: nobody\r\n\r\n", (200,)
    ),
    Case("absolute form, unknown", get(target=b"http://nobody/"), (421,)),
    Case("absolute form without path", get(target=b"http://" + NAME), (200,)),
    Case("absolute form with query only", get(target=b"http://" + NAME + b"?x=/y"), (200,)),
    Case("absolute form with user", get(target=b"http://u@" + NAME + b"/"), (400,)),
    Case("absolute form without host", b"GET http://" + NAME + b"/ HTTP/1.1\r\n\r\n", (400,)),
    Case("another scheme", get(target=b"ftp://" + NAME + b"/robots.txt"), (400,), (200,), REFUSES),
]
PATHS = [
    *(
        Case(f"path {target.decode()}", get(target=target), (status,))
        for target, status in (
            (b"/../robots.txt", 400),
            (b"/appeals/../../robots.txt", 400),
            (b"/%2e%2e/robots.txt", 400),
            (b"/x/%2e%2e/robots.txt", 200),
            (b"/appeals%2f..%2frobots.txt", 200),
            (b"//robots.txt", 200),
            (b"/..%5c..%5crobots.txt", 404),
            (b"/%252e%252e/robots.txt", 404),
            (b"/%c0%ae%c0%ae/robots.txt", 404),
            (b"/..;/robots.txt", 404),
            (b"/robots.txt%00.html", 400),
            (b"/robots.txt%", 400),
            (b"/%g0", 400),
            (b"/robots.txt%3fx", 404),
            (b"/appeals%0d%0aX:%20y", 404),
            (b"/appeals/.", 200),
            (b"/appeals/PE-1/..", 200),
            (b"/t/../robots.txt", 200),
            (b"/%74/new", 200),
            (b"/robots.txt?a/../b%zz", 200),
            (b"/robots.txt#part", 200),
        )
    ),
]
CONNECTIONS = [
    Case("close in a list", get(b"Connection: foo, close\r\n") + NEXT, (200,)),
    Case("HTTP/1.0", b"GET / HTTP/1.0\r\n" + H + b"\r\n" + NEXT, (200,)),
    Case(
        "HTTP/1.0, kept alive", line(b"GET / HTTP/1.0", H + b"Connection: keep-alive\r\n") + NEXT, (200, 200)
    ),
    Case(
        "upgrade",
        get(b"Connection: Upgrade\r\nUpgrade: h2c\r\n") + NEXT,
        (200,),
        (200, 200),
        "the front answers and closes: the parser cannot go on after an upgrade",
    ),
]
CASES = [*FIELDS, *FRAMING, *LINES, *HOSTS, *PATHS, *CONNECTIONS]
