"""A value that changes while it is being sent: what is read is the value of the moment of its GET, whole."""

import random
import socket
import time

import support
from support import Client, Server, encode, expect_equal, figure, healthy, wait_until

SIZE = 5_000_000
SLOW = 1 << 16  # the receive buffer of who takes only a part at first


def letter(i: int) -> bytes:
    return bytes([ord("a") + i % 26])


def begin(client: Client, *words: object) -> int:
    """Send a command, and read the header of its big reply and no more; the length of the reply."""
    client.send_words(*words)
    return int(client.line()[1:])


def rest(client: Client, length: int) -> bytes:
    """The remaining bytes of a reply that began."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)  # it has been slow for long enough
    value = client.take(length + 2)
    return value[:-2]


def pure(value: bytes, wanted: bytes, length: int, what: str) -> None:
    """Fails unless the value is one byte repeated."""
    if value != wanted * length:
        at = next((i for i, byte in enumerate(value) if byte != wanted[0]), len(value))
        raise support.Failure(f"{what}: expected {length} times {wanted}, got {len(value)} bytes, and {value[at:at + 20]} at {at}")


CHANGES = {
    "SETRANGE over all": lambda c: c.value("SETRANGE", "k", 0, b"#" * SIZE),
    "SETRANGE at the end": lambda c: c.value("SETRANGE", "k", SIZE - 100, b"#" * 200),
    "SETRANGE in the middle": lambda c: c.value("SETRANGE", "k", SIZE // 2, b"#" * 1000),
    "SETRANGE far behind": lambda c: c.value("SETRANGE", "k", SIZE * 2, b"#"),
    "APPEND a little": lambda c: c.value("APPEND", "k", b"#"),
    "APPEND much": lambda c: c.value("APPEND", "k", b"#" * SIZE),
    "many small APPEND": lambda c: c.pipeline([("APPEND", "k", b"#" * 100)] * 1000),
    "DEL": lambda c: c.value("DEL", "k"),
    "UNLINK": lambda c: c.value("UNLINK", "k"),
    "GETDEL": lambda c: c.value("GETDEL", "k"),
    "SET of the same size": lambda c: c.value("SET", "k", b"#" * SIZE),
    "SET of something small": lambda c: c.value("SET", "k", b"#"),
    "SET with GET": lambda c: c.value("SET", "k", b"#" * SIZE, "GET"),
    "RENAME over it": lambda c: (c.value("SET", "other", b"#" * SIZE), c.value("RENAME", "other", "k")),
    "RENAME away, and SETRANGE": lambda c: (c.value("RENAME", "k", "other"), c.value("SETRANGE", "other", 0, b"#" * SIZE)),
    "COPY, and SETRANGE of the copy": lambda c: (c.value("COPY", "k", "copy", "REPLACE"), c.value("SETRANGE", "copy", 5, b"#" * 5)),
    "expiry": lambda c: (c.value("PEXPIRE", "k", 1), time.sleep(0.01), c.value("EXISTS", "k")),
    "FLUSHALL": lambda c: c.value("FLUSHALL"),
    "FLUSHALL ASYNC": lambda c: c.value("FLUSHALL", "ASYNC"),
    "SETRANGE, and the memory used anew": lambda c: (c.value("DEL", "k"), c.pipeline(
        [("SET", f"fill:{i}", b"#" * (SIZE // 4)) for i in range(8)])),
}


def change_while_sending(threads: int, unix: bool, commands=(("GET", "k"),)) -> None:
    with Server(io_threads=threads, unix=True) as server, server.connect(timeout=30) as writer:
        for number, (name, change) in enumerate(CHANGES.items()):
            for words in commands:
                old = letter(number)
                writer.value("FLUSHALL")
                writer.value("SET", "k", old * SIZE)
                readers = [server.connect(unix=unix, receive_buffer=SLOW, timeout=30) for _ in range(3)]
                lengths = [begin(reader, *words) for reader in readers]
                change(writer)
                writer.pipeline([("SET", "z", b"!" * 1000)] * 50)
                for reader, length in zip(readers, lengths):
                    pure(rest(reader, length), old, SIZE, f"{name} during {words[0]}")
                    expect_equal(reader.call("PING").kind, "status", f"the connection after {name}")
                    reader.close()


def test_changes_while_sent_over_tcp_with_1_thread() -> None:
    change_while_sending(1, False)


def test_changes_while_sent_over_unix_with_2_threads() -> None:
    change_while_sending(2, True)


def test_changes_while_a_part_is_sent() -> None:
    """GETRANGE of nearly all, GETEX, and a GET of several in one pipeline."""
    change_while_sending(2, False, (("GETRANGE", "k", 0, SIZE), ("GETEX", "k")))


def test_getdel_sends_what_it_removes() -> None:
    with Server(io_threads=2) as server, server.connect() as writer:
        for i in range(10):
            writer.value("SET", "k", letter(i) * SIZE)
            with server.connect(receive_buffer=SLOW, timeout=30) as reader:
                length = begin(reader, "GETDEL", "k")
                writer.pipeline([("SET", f"z:{n}", b"!" * (SIZE // 4)) for n in range(5)])
                pure(rest(reader, length), letter(i), SIZE, "GETDEL")


def test_each_reply_of_a_pipeline_has_its_value() -> None:
    """SETRANGE and GET in turns in one pipeline, to a slow reader: every GET shows what was before it."""
    with Server(io_threads=2) as server, server.connect(receive_buffer=SLOW, timeout=30) as client:
        size = 1_000_000
        sent = b"".join(encode([b"SETRANGE", b"k", b"0", letter(i) * size]) + encode([b"GET", b"k"]) * 2 for i in range(10))
        client.socket.setblocking(False)
        position = 0
        deadline = time.monotonic() + support.patience(20)
        while position < len(sent) and time.monotonic() < deadline:
            try:
                position += client.socket.send(sent[position:position + 100_000])
            except BlockingIOError:
                time.sleep(0.001)
        client.socket.settimeout(30)
        for i in range(10):
            expect_equal(client.read().value, size, "SETRANGE")
            for _ in range(2):
                pure(client.read().value, letter(i), size, "GET")


def test_random_changes_under_many_readers() -> None:
    """Every value that a reader gets was the whole value at some moment: one letter, in one of the lengths written."""
    chance = random.Random(11)
    size = 500_000
    with Server(io_threads=4, unix=True) as server, server.connect(timeout=30) as writer:
        readers = [server.connect(unix=i % 2 == 0, receive_buffer=SLOW, timeout=30) for i in range(12)]
        writer.value("SET", "k", b"a" * size)
        values = 0
        for round_number in range(200 if support.LONG else 25):
            for reader in readers:
                reader.send(encode([b"GET", b"k"]) * 2)
            for _ in range(chance.randrange(1, 6)):
                now = letter(chance.randrange(26))
                kind = chance.randrange(4)
                if kind == 0:
                    writer.value("SET", "k", now * size)
                elif kind == 1:
                    writer.pipeline([("GETRANGE", "k", 0, 0), ("SETRANGE", "k", 0, now * size)])
                elif kind == 2:
                    writer.pipeline([("UNLINK", "k"), ("APPEND", "k", now * size)])
                else:
                    writer.pipeline([("SET", "n", now * size), ("RENAME", "n", "k")])
            for reader in readers:
                for _ in range(2):
                    value = reader.read().value
                    if value is not None:
                        pure(value, value[:1], size, f"round {round_number}")
                        values += 1
        figure(f"{values} values read while they changed")
        healthy(server)


def test_memory_of_what_was_sent_comes_back() -> None:
    """Old values live as long as their slowest reader, and no longer."""
    with Server(io_threads=2) as server, server.connect(timeout=30) as writer:
        memory = server.used_memory()
        for round_number in range(5):
            writer.value("SET", "k", letter(round_number) * SIZE)
            readers = [server.connect(receive_buffer=SLOW) for _ in range(5)]
            for reader in readers:
                begin(reader, "GET", "k")
            writer.value("DEL", "k")
            for i, reader in enumerate(readers):
                if i % 2 == 0:
                    rest(reader, SIZE)
                reader.close()
        if not support.SANITIZED:
            wait_until(lambda: server.used_memory() < memory + 1_000_000, what="the return of the memory")
        healthy(server)
