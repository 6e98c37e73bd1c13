"""A small RESP2/RESP3 client: one socket, replies kept with their exact type."""

import socket
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """One reply.  `kind` is the wire type, `value` its content.

    status, error, bulk, double, bignum: bytes      int: int     bool: bool
    array, set, push: list of Reply                 map: list of (Reply, Reply)
    verbatim: bytes with the three letter format    null, nullarray: None
    """

    kind: str
    value: Any


class Closed(Exception):
    """The server closed the connection."""


LINES = {b"+": "status", b"-": "error", b",": "double", b"(": "bignum"}
LISTS = {b"*": "array", b"~": "set", b">": "push"}


class Connection:
    """A connection that remembers which protocol it speaks."""

    def __init__(self, port: int, timeout: float = 20.0):  # seconds; DEBUG STRINGMATCH-TEST takes four of a slow core
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = timeout
        self.buffer = b""
        self.position = 0
        self.protocol = 2
        self.open = True

    def close(self) -> None:
        self.open = False
        self.socket.close()

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise Closed() from None

    def call(self, *args: bytes) -> Reply:
        """Send one command and read its reply."""
        self.send(encode(args))
        return self.read()

    def fill(self) -> None:
        """Wait for more bytes from the server."""
        try:
            data = self.socket.recv(1 << 18)
        except ConnectionResetError:
            data = b""
        if not data:
            self.close()
            raise Closed()
        self.buffer = self.buffer[self.position:] + data
        self.position = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        while len(self.buffer) - self.position < count:
            self.fill()
        start, self.position = self.position, self.position + count
        return self.buffer[start:self.position]

    def line(self) -> bytes:
        """The next line, without its CRLF."""
        while (end := self.buffer.find(b"\r\n", self.position)) < 0:
            self.fill()
        start, self.position = self.position, end + 2
        return self.buffer[start:end]

    def silent(self, seconds: float) -> bool:
        """True when nothing arrives for that long."""
        if self.position < len(self.buffer):
            return False
        self.socket.settimeout(seconds)
        try:
            self.fill()
            return False
        except TimeoutError:
            return True
        finally:
            if self.open:
                self.socket.settimeout(self.timeout)

    def read(self) -> Reply:
        """The next reply, whatever its type."""
        head = self.line()
        mark, rest = head[:1], head[1:]
        if mark in LINES:
            return Reply(LINES[mark], rest)
        if mark == b":":
            return Reply("int", int(rest))
        if mark in b"$=" and mark:
            if rest == b"-1":
                return Reply("null", None)
            text = self.take(int(rest) + 2)[:-2]
            return Reply("bulk" if mark == b"$" else "verbatim", text)
        if mark in LISTS:
            if rest == b"-1":
                return Reply("nullarray", None)
            return Reply(LISTS[mark], [self.read() for _ in range(int(rest))])
        if mark == b"%":
            return Reply("map", [(self.read(), self.read()) for _ in range(int(rest))])
        if mark == b"_":
            return Reply("null", None)
        if mark == b"#":
            return Reply("bool", rest == b"t")
        raise ValueError(f"not a RESP reply: {head!r}")


def encode(args) -> bytes:
    """A command as an array of bulk strings."""
    parts = [b"*%d\r\n" % len(args)]
    for arg in args:
        parts.append(b"$%d\r\n%s\r\n" % (len(arg), arg))
    return b"".join(parts)
