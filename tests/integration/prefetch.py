"""What plugins fetch ahead of their commands."""

from pathlib import Path

import support
from support import Client, Server, Skipped, encode, expect_equal


class AheadServer(Server):
    """A server with the fixture ahead, a value that is an OBJECT and one that is none."""

    def __init__(self):
        fixtures = Path(support.BINARY).parent.parent / "fixtures"
        if not (fixtures / "ahead.so").exists():
            raise Skipped("the plugin that looks ahead is not built")
        super().__init__("--plugin-path", fixtures, "--plugin", "ahead")

    def prepared(self) -> Client:
        client = self.connect()
        for i in range(1000):
            client.call("SADD", "big", f"member:{i}")
        client.call("SET", "small", "value")
        client.call("AHEAD.STEPS")
        return client


def steps(client: Client, *looks: tuple) -> list:
    """What was taken ahead of these, sent at once."""
    client.send(b"".join(encode([b"AHEAD.LOOK", *(word.encode() for word in look)]) for look in looks))
    for _ in looks:
        client.read()
    return client.value("AHEAD.STEPS").decode().split()


def test_steps_take_turns() -> None:
    """One step of each command, then the next of each that wants one, up to four."""
    with AheadServer() as server, server.prepared() as client:
        expect_equal(steps(client, ("big", "a", "1"), ("big", "b", "3"), ("big", "c", "9")),
                     ["a:0", "b:0", "c:0", "b:1", "c:1", "b:2", "c:2", "c:3"], "steps")


def test_only_objects() -> None:
    """Commands on a key that is absent, or whose value is no OBJECT, are left out."""
    with AheadServer() as server, server.prepared() as client:
        expect_equal(steps(client, ("small", "a", "2"), ("big", "b", "2"), ("absent", "c", "2"), ("big", "d", "1")),
                     ["b:0", "d:0", "b:1"], "steps")


def test_a_command_alone_is_not_asked() -> None:
    """There is nothing that its cache misses could overlap with."""
    with AheadServer() as server, server.prepared() as client:
        expect_equal(steps(client, ("big", "a", "2")), [], "steps")


def test_each_database_has_its_own() -> None:
    """The value is that of the client's database."""
    with AheadServer() as server, server.prepared() as client:
        client.call("SELECT", "1")
        expect_equal(steps(client, ("big", "a", "1"), ("big", "b", "1")), [], "steps")


def test_more_commands_than_are_looked_at_together() -> None:
    """Sixteen at a time, all of them in the end."""
    with AheadServer() as server, server.prepared() as client:
        names = [f"n{i}" for i in range(40)]
        expect_equal(steps(client, *(("big", name, "1") for name in names)), [f"{name}:0" for name in names], "steps")
