"""check-plugins: a plugin that breaks the contract is named in one sentence, and harms nobody."""

from pathlib import Path

import support
from support import Client, Server, Skipped, expect, expect_equal, figure, healthy, wait_until

LIMIT = 200  # plugin-handler-limit, ms
MARK = "broke the contract in command"


class BadServer(Server):
    """A server with the plugins of tests/fixtures whose faults show only while their commands run."""

    def __init__(self, *words: object):
        fixtures = Path(support.BINARY).parent.parent / "fixtures"
        if not fixtures.is_dir():
            raise Skipped(f"there is no {fixtures}")
        names = ("bad-forgets-commit", "bad-writes-readonly", "bad-blocks", "bad-stale-ref", "bad-no-reply")
        super().__init__("--plugin-path", fixtures, *(word for name in names for word in ("--plugin", name)),
                         "--plugin-handler-limit", LIMIT, *words)

    def sentences(self) -> list[str]:
        """What the log says about the contract."""
        return [line for line in self.log().splitlines() if MARK in line]


def expect_one(server: BadServer, plugin: str, command: str, what: str) -> None:
    """The log has one sentence, which names these."""
    said = server.sentences()
    expect(len(said) == 1 and f"# plugin '{plugin}' {MARK} '{command}': {what}" in said[0],
           f"the log says {said or 'nothing'}: {server.log()[-500:]}")


def test_forgotten_commit_is_named() -> None:
    with BadServer("--check-plugins", "yes") as server, server.connect() as client:
        for _ in range(3):
            expect_equal(client.value("BAD.FORGETS", "k"), b"OK", "the reply")
        expect_one(server, "bad-forgets-commit", "bad.forgets", "it changed a key and did not commit() the change")
        healthy(server)


def test_write_under_readonly_is_refused() -> None:
    with BadServer("--check-plugins", "yes") as server, server.connect() as client:
        for _ in range(3):
            reply = client.call("BAD.READONLY", "k")
            expect_equal((reply.kind, reply.value.decode()),
                         ("error", "ERR plugin 'bad-writes-readonly' broke the contract in command 'bad.readonly': it "
                                   "changes a key although it is not marked WRITE"), "the reply")
        expect_equal(client.value("EXISTS", "k"), 0, "the key")
        expect_one(server, "bad-writes-readonly", "bad.readonly", "it changes a key although it is not marked WRITE")
        healthy(server)


def test_blocking_handler_is_named_while_it_blocks() -> None:
    with BadServer("--check-plugins", "yes") as server, server.connect() as client, server.connect() as other:
        client.send_words("BAD.BLOCKS", "k")
        wait_until(server.sentences, 5, "the sentence")
        client.socket.setblocking(False)
        try:
            early = client.socket.recv(1, 2)  # MSG_PEEK
        except BlockingIOError:
            early = b""
        client.socket.settimeout(client.timeout)
        figure(f"said {'after' if early else 'before'} the command returned")
        expect_equal(client.read().value, b"OK", "the reply")
        expect_equal(other.value("PING"), b"PONG", "another client")
        expect_one(server, "bad-blocks", "bad.blocks", "it has held up every client for ")
        healthy(server)


def test_stale_ref_is_refused() -> None:
    with BadServer("--check-plugins", "yes") as server, server.connect() as client:
        for _ in range(3):
            expect_equal(client.value("BAD.STALE", "k"), b"OK", "the reply")
        expect_equal(client.value("DBSIZE"), 1, "keys")
        expect_one(server, "bad-stale-ref", "bad.stale", "it uses a ref that was not filled in this command, or that a "
                                                         "later change of the key has made stale")
        healthy(server)


def test_missing_reply_is_answered() -> None:
    with BadServer("--check-plugins", "yes") as server, server.connect() as client:
        replies = client.pipeline([("ECHO", "before"), ("BAD.SILENT", "k"), ("ECHO", "after")])
        expect_equal([reply.value for reply in replies],
                     [b"before", b"ERR plugin 'bad-no-reply' broke the contract in command 'bad.silent': it wrote no reply",
                      b"after"], "replies")
        expect_one(server, "bad-no-reply", "bad.silent", "it wrote no reply")
        healthy(server)


def every_bad_command(client: Client) -> list[bytes]:
    """Those that do no lasting harm where nobody looks."""
    return [client.call(command, "k").value for command in ("BAD.FORGETS", "BAD.READONLY", "BAD.BLOCKS")]


def test_nothing_is_looked_at_by_default() -> None:
    with BadServer() as server, server.connect() as client:
        expect_equal(every_bad_command(client), [b"OK"] * 3, "replies")
        expect_equal(server.sentences(), [], "the log")


def test_switched_while_it_runs() -> None:
    with BadServer() as server, server.connect() as client:
        client.value("BAD.FORGETS", "k")
        client.value("CONFIG", "SET", "check-plugins", "yes")
        every_bad_command(client)
        wait_until(lambda: len(server.sentences()) == 3, 5, "three sentences")
        client.value("CONFIG", "SET", "check-plugins", "no")
        every_bad_command(client)
        expect_equal(len(server.sentences()), 3, "sentences after it was switched off")
        healthy(server)
