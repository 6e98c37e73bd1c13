"""Clients that wait for keys: in order, in great numbers, until something else ends their wait."""

import threading
import time
from pathlib import Path

import support
from support import Client, Server, Skipped, expect, expect_equal, figure, healthy, wait_until


class WaitingServer(Server):
    """A server with commands that wait: the example ring, and the fixture waits."""

    def __init__(self, *words: object, **options):
        root = Path(support.BINARY).parent.parent
        if not (root / "examples/ring.so").exists() or not (root / "fixtures/waits.so").exists():
            raise Skipped("the plugins that wait are not built")
        super().__init__("--plugin-path", root / "examples", "--plugin", "ring", "--plugin-path", root / "fixtures",
                         "--plugin", "waits", *words, **options)

    def blocked(self) -> int:
        return int(self.info("clients")["blocked_clients"])

    def await_blocked(self, count: int) -> None:
        wait_until(lambda: self.blocked() == count, 10, f"{count} clients that wait")

    def waiting(self, *words: object, **options) -> Client:
        """A client that waits in this command, after all that wait already."""
        before = self.blocked()
        client = self.connect(**options)
        client.send_words(*words)
        self.await_blocked(before + 1)
        return client


def texts(reply) -> list:
    """The words of an array, or what else came."""
    return [item.value.decode() for item in reply.value] if reply.kind == "array" else reply


def silent(client: Client, seconds: float = 0.05) -> bool:
    """Whether nothing comes for that long."""
    client.socket.settimeout(seconds)
    try:
        return client.socket.recv(1) is None
    except TimeoutError:
        return True
    finally:
        client.socket.settimeout(client.timeout)


def test_served_in_order() -> None:
    """First come, first served, for each key, whoever waits for others as well; on several threads."""
    for threads in (1, 4):
        with WaitingServer(io_threads=threads) as server, server.connect() as pusher:
            clients = [server.waiting("RING.BPOP", *keys, 0)
                       for keys in (("a",), ("b", "a"), ("a", "b"), ("b",), ("a", "a"))]
            for key, item, who in (("a", 1, 0), ("a", 2, 1), ("b", 3, 2), ("b", 4, 3), ("a", 5, 4), ("a", 6, None)):
                expect_equal(pusher.value("RING.PUSH", key, item), 1, f"RING.PUSH {key}")
                if who is not None:
                    expect_equal(texts(clients[who].read()), [key, str(item)], f"the reply of client {who}")
            expect_equal(pusher.value("RING.LEN", "a"), 1, "what is left")
            expect_equal(server.blocked(), 0, "clients that wait")
            for client in clients:
                expect_equal(client.value("PING"), b"PONG", "PING afterwards")


def test_many_threads_push_and_pop() -> None:
    """Each item reaches one client, none is lost, and the items of one pusher come in order."""
    items, poppers = 2000 if support.LONG else 300, 16
    # A busy machine makes no handler slow.
    with WaitingServer("--check-plugins", "yes", "--plugin-handler-limit", "10000", io_threads=4) as server:
        got: list[bytes] = []

        def pop() -> None:
            with server.connect(timeout=60) as client:
                while (item := client.value("RING.BPOP", "one", "two", "three", 0)[1].value) != b"end":
                    got.append(item)

        def push(name: str) -> None:
            with server.connect(timeout=60) as client:
                for i in range(items):
                    client.value("RING.PUSH", name, f"{name}:{i}", "CAP", 100000)

        threads = [threading.Thread(target=pop) for _ in range(poppers)]
        pushers = [threading.Thread(target=push, args=(name,)) for name in ("one", "two", "three")]
        for thread in threads + pushers:
            thread.start()
        for thread in pushers:
            thread.join()
        wait_until(lambda: len(got) == 3 * items, 30, "all items")
        server.await_blocked(poppers)
        with server.connect() as client:
            for _ in range(poppers):
                client.value("RING.PUSH", "one", "end")
        for thread in threads:
            thread.join()
        expect_equal(len(set(got)), 3 * items, "different items")
        expect("broke the contract" not in server.log(), f"the log says {server.log()[-500:]}")


def test_a_transaction_is_served_when_it_is_whole() -> None:
    with WaitingServer() as server, server.connect() as pusher:
        first, second = server.waiting("RING.BPOP", "a", "b", 0), server.waiting("RING.BPOP", "a", 0)
        pusher.pipeline([("MULTI",), ("RING.PUSH", "b", "x"), ("RING.PUSH", "a", "y"), ("RING.PUSH", "a", "z"),
                         ("RING.POP", "a"), ("RING.LEN", "a")])
        reply = pusher.value("EXEC")
        expect_equal([item.value for item in reply], [1, 1, 2, b"y", 1], "the reply of EXEC")
        expect_equal(texts(first.read()), ["b", "x"], "who waits for both gets the key that was ready first")
        expect_equal(texts(second.read()), ["a", "z"], "who waits for the other")
        third = server.waiting("RING.BPOP", "a", 0)
        pusher.pipeline([("MULTI",), ("RING.PUSH", "a", "x"), ("DEL", "a"), ("EXEC",)])
        expect(silent(third), "a key that has gone by the end of the transaction is ready")
        pusher.pipeline([("MULTI",), ("RING.BPOP", "none", 0), ("EXEC",)])
        pusher.send(b"MULTI\r\nRING.BPOP none 0\r\nRING.BMOVE none other 0\r\nEXEC\r\n")
        reply = [pusher.read() for _ in range(4)][3]
        expect_equal([(item.kind, item.value) for item in reply.value], [("nullarray", None), ("null", None)],
                     "what waits for nothing in a transaction")


def test_chains() -> None:
    """What one who was served does makes the next key ready."""
    with WaitingServer() as server, server.connect() as pusher:
        last = server.waiting("RING.BPOP", "r9", 0)
        chain = [server.waiting("RING.BMOVE", f"r{i}", f"r{i + 1}", 0) for i in reversed(range(9))]
        pusher.value("RING.PUSH", "r0", "item")
        for client in chain:
            expect_equal(client.read().value, b"item", "a link of the chain")
        expect_equal(texts(last.read()), ["r9", "item"], "the end of the chain")
        expect_equal(pusher.value("DBSIZE"), 0, "keys that are left")
        turning = [server.waiting("RING.BMOVE", "r", "r", 0) for _ in range(3)]
        pusher.value("RING.PUSH", "r", "x")
        for client in turning:
            expect_equal(client.read().value, b"x", "who turns a ring")
        expect_equal(pusher.value("RING.LEN", "r"), 1, "the ring")
        pusher.value("SET", "text", "v")
        wrong = server.waiting("RING.BMOVE", "source", "text", 0)
        pusher.value("RING.PUSH", "source", "kept")
        expect_equal(wrong.read().kind, "error", "the reply when the destination is of another type")
        expect_equal(pusher.value("RING.LEN", "source"), 1, "the source after that")


def test_all_that_creates_a_key_wakes() -> None:
    with WaitingServer() as server, server.connect() as other:
        for make in ([("RING.PUSH", "x", "i"), ("RENAME", "x", "key")], [("RING.PUSH", "x", "i"), ("COPY", "x", "key")],
                     [("SELECT", 5), ("RING.PUSH", "key", "i"), ("MOVE", "key", 0), ("SELECT", 0)],
                     [("SELECT", 5), ("RING.PUSH", "key", "i"), ("SWAPDB", 0, 5), ("SELECT", 0)]):
            client = server.waiting("RING.BPOP", "key", 0)
            other.pipeline([("SET", "key", "of another type"), ("DEL", "key")])
            expect(silent(client, 0.02), "a key of another type wakes")
            other.pipeline(make)
            expect_equal(texts(client.read()), ["key", "i"], f"after {make[-1] if len(make) == 2 else make[-2]}")
            other.value("FLUSHALL")


def test_timeouts() -> None:
    with WaitingServer() as server, server.connect() as client:
        times = []
        for _ in range(3):  # the machine may be busy once
            began = time.monotonic()
            expect_equal(client.call("RING.BPOP", "k", "0.1").kind, "nullarray", "RING.BPOP at its end")
            times.append(time.monotonic() - began)
        expect(0.09 < min(times) < support.patience(1), f"0.1 seconds took {times}")
        expect_equal(client.call("RING.BMOVE", "k", "l", "0.01").kind, "null", "RING.BMOVE at its end")
        client.value("HELLO", 3)
        expect_equal(client.call("RING.BPOP", "k", "0.01").kind, "null", "RING.BPOP in RESP3")
        for timeout, error in (("-1", "timeout is negative"), ("x", "timeout is not a float or out of range"),
                               ("nan", "timeout is not a float or out of range"), ("1e300", "timeout is negative")):
            expect_equal(client.call("RING.BPOP", "k", timeout).value, b"ERR " + error.encode(), f"the timeout {timeout}")
        clients = [server.connect() for _ in range(100)]
        for i, each in enumerate(clients):
            each.send_words("RING.BPOP", "k", f"{0.3 - i % 10 * 0.02:.2f}")
        for each in clients:
            expect_equal(each.read().kind, "nullarray", "one of many")
        expect_equal(server.info("clients")["clients_in_timeout_table"], "0", "deadlines that are left")


def test_unblock_and_what_is_shown() -> None:
    with WaitingServer("--slowlog-log-slower-than", "0") as server, server.connect() as other:
        for reason, wanted in ((None, "nullarray"), ("TIMEOUT", "nullarray"), ("ERROR", "error")):
            client = server.waiting("RING.BPOP", "k", "x" * 1000, 0)
            line = [text for text in other.text("CLIENT", "LIST").splitlines() if " flags=b " in text][0]
            expect("cmd=ring.bpop" in line, f"CLIENT LIST says {line}")
            expect(int(line.split("argv-mem=")[1].split()[0]) > 1000, f"the words are not counted: {line}")
            number = line.split()[0].split("=")[1]
            expect_equal(other.value("CLIENT", "UNBLOCK", number, *([reason] if reason else [])), 1, "CLIENT UNBLOCK")
            reply = client.read()
            expect_equal(reply.kind, wanted, f"the reply after {reason}")
            if reason == "ERROR":
                expect_equal(reply.value, b"UNBLOCKED client unblocked via CLIENT UNBLOCK", "the error")
            expect_equal(other.value("CLIENT", "UNBLOCK", number), 0, "CLIENT UNBLOCK again")
            expect_equal(client.value("PING"), b"PONG", "PING afterwards")
        other.value("CONFIG", "RESETSTAT")
        client = server.waiting("RING.BPOP", "k", 0)
        expect("cmdstat_ring.bpop:calls=1," in other.text("INFO", "commandstats"), "a command that waits")
        expect("ring.bpop" not in other.text("INFO", "latencystats"), "it has no time yet")
        other.value("RING.PUSH", "k", "v")
        client.read()
        expect("cmdstat_ring.bpop:calls=1," in other.text("INFO", "commandstats"), "a command that has waited")
        expect("ring.bpop" in other.text("INFO", "latencystats"), "its time")
        names = [entry.value[3].value[0].value for entry in other.value("SLOWLOG", "GET", 10)]
        expect(b"RING.BPOP" in names, f"the slow log has {names}")


def test_pipelines_wait() -> None:
    """What was sent behind a command that waits is answered after it; what was replied before, before."""
    with WaitingServer(io_threads=2) as server, server.connect() as pusher, server.connect() as client:
        client.send(b"ECHO before\r\nRING.BPOP k 0\r\nECHO after\r\nRING.BPOP k 0\r\nECHO end\r\n")
        expect_equal(client.read().value, b"before", "before")
        server.await_blocked(1)
        pusher.pipeline([("RING.PUSH", "k", 1), ("RING.PUSH", "k", 2)])
        expect_equal(texts(client.read()), ["k", "1"], "the first item")
        expect_equal(client.read().value, b"after", "after")
        expect_equal(texts(client.read()), ["k", "2"], "the second item")
        expect_equal(client.read().value, b"end", "the end")


def test_whoever_goes_while_waiting() -> None:
    """Takes no item with it, whether it closes its connection or is killed."""
    for threads in (1, 4):
        with WaitingServer(io_threads=threads) as server, server.connect() as other:
            clients = [server.waiting("RING.BPOP", "k", "l", 0) for _ in range(20)]
            for client in clients[:10]:
                client.close()
            server.await_blocked(10)
            ids = [line.split()[0][3:] for line in other.text("CLIENT", "LIST").splitlines() if "ring.bpop" in line]
            for number in ids[:5]:
                other.value("CLIENT", "KILL", "ID", number)
            other.pipeline([("CLIENT", "KILL", "ID", ids[5]), *(("RING.PUSH", "k", i) for i in range(6))])
            expect_equal([texts(client.read()) for client in clients[16:]], [["k", str(i)] for i in range(4)], "the rest")
            expect_equal(other.value("RING.LEN", "k"), 2, "items that are left")
            expect_equal(server.blocked(), 0, "clients that wait")
            healthy(server)


def test_the_change_log_does_not_wait() -> None:
    root = Path(support.BINARY).parent.parent
    if not (root / "examples/journal.so").exists():
        raise Skipped("the example journal is not built")
    with WaitingServer("--plugin", "journal", "--journal-file", "journal") as server, server.connect() as other:
        client, mover = server.waiting("RING.BPOP", "k", 0), server.waiting("RING.BMOVE", "k", "l", 0)
        other.pipeline([("RING.PUSH", "k", "v"), ("MULTI",), ("RING.PUSH", "k", "w"), ("SET", "s", "t"), ("EXEC",)])
        client.read(), mover.read()
        server.stop()
        words = (server.directory / "journal").read_bytes().split(b"\r\n")
        plain = b" ".join(word for word in words if word and word[:1] not in (b"*", b"$")).decode()
        expect_equal(plain, "SELECT 0 RING.PUSH k v RING.POP k MULTI RING.PUSH k w SET s t EXEC RING.PUSH l w RING.POP k",
                     "the journal")


def test_a_pause_holds_up_who_is_ready() -> None:
    with WaitingServer() as server, server.connect() as other, server.connect() as pusher:
        client = server.waiting("RING.BPOP", "k", 0)
        brief = server.waiting("RING.BPOP", "k", "2")
        other.value("CLIENT", "PAUSE", 10000, "WRITE")
        pusher.send_words("RING.PUSH", "k", "v")
        expect(silent(client), "something was pushed in a pause")
        expect_equal(brief.read().kind, "nullarray", "a timeout in a pause")
        other.value("CLIENT", "UNPAUSE")
        expect_equal(texts(client.read()), ["k", "v"], "after the pause")


def test_keys_that_go() -> None:
    """Who asks for it is run when its key is deleted, expires, or is replaced."""
    with WaitingServer() as server, server.connect() as other:
        expect_equal(other.call("WAITS.GONE", "k", 0).value, b"ERR no such key", "a key that is not there")
        for change in (("DEL", "k"), ("RENAME", "k", "l"), ("FLUSHALL",), ("PEXPIRE", "k", 1), ("MOVE", "k", 7),
                       ("SWAPDB", 0, 3), ("GETDEL", "k")):
            other.pipeline([("SELECT", 0), ("FLUSHALL",), ("SET", "k", "v")])
            client = server.waiting("WAITS.GONE", "k", 0)
            other.pipeline([("GET", "k"), ("APPEND", "k", "x"), ("SET", "other", "v"), ("COPY", "k", "copy")])
            expect(silent(client, 0.02), "it has not gone")
            other.value(*change)
            expect_equal(client.read().value, b"GONE the key has gone", f"the reply after {change[0]}")
        other.value("FLUSHALL")
        client = server.waiting("WAITS.WORDS", "k", 0)
        other.value("SET", "k", "v")
        expect_equal(client.read().value, b"other", "what it is run again with")


def test_ten_thousand_wait() -> None:
    """They cost nothing: neither time while they wait, nor a search when one is served or its time is up."""
    count = 10_000 if support.raise_descriptors(12_000) >= 12_000 else 3_000
    if support.SANITIZED:
        count = 1_000
    with WaitingServer("--maxclients", count + 100, io_threads=2) as server, server.connect(timeout=60) as other:
        alone = support.seconds_of_sets(other)
        clients = server.connections(count)
        for i, client in enumerate(clients):
            client.send_words("RING.BPOP", "all", f"own:{i}", 0 if i % 2 else 1000 + i)
        server.await_blocked(count)
        began = server.cpu_seconds()
        time.sleep(1)
        idle = server.cpu_seconds() - began
        figure(f"{count} wait: {idle * 1000:.0f} ms of processor time in a second; 10,000 SET: {alone * 1000:.1f} ms "
               f"before, {support.seconds_of_sets(other) * 1000:.1f} ms then")
        expect(idle < support.patience(0.2), f"waiting takes {idle:.2f} s a second")
        began = time.monotonic()
        other.pipeline([("RING.PUSH", f"own:{i}", "x") for i in range(count)])
        for client in clients:
            client.read()
        figure(f"{count} served in {time.monotonic() - began:.2f} s")
        for client in clients:
            client.send_words("RING.BPOP", "all", 0)
        server.await_blocked(count)
        began = time.monotonic()
        for client in clients:
            client.close()
        server.await_blocked(0)
        figure(f"{count} gone in {time.monotonic() - began:.2f} s")
        expect_equal(other.value("RING.PUSH", "all", "x"), 1, "RING.PUSH afterwards")
