"""CLIENT KILL while many connections are in the middle of bursts, over TCP, Unix sockets and TLS: nothing leaks, nothing
breaks, replies are whole.

Meant for sanitizer builds, too: a race or a use after free is a report and an exit status that is not 0.
"""

import random
import time

import support
from support import Background, Client, Closed, Server, expect, expect_equal, figure, healthy, wait_until
from tls_support import TlsServer

VICTIMS = 50
FEW_SESSIONS = ("--tls-session-cache-size", 10)  # what is kept of clients that have gone, which is no leak


def burst(victim: int) -> bytes:
    """Commands with small and big replies, and a counter that tells how many ran."""
    key = b"c:%d" % victim
    return (b"*2\r\n$4\r\nINCR\r\n$%d\r\n%s\r\n" % (len(key), key)
            + b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\n" + b"v" * 100 + b"\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n") * 60 \
        + b"*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n" * 2 + b"*2\r\n$4\r\nPING\r\n$2\r\nhi\r\n"


def drain(client: Client) -> int:
    """Read whole replies until the server ends the connection; the biggest integer among them."""
    most = 0
    try:
        while True:
            reply = client.read()
            expect(reply.kind != "error", f"a victim got {reply}")
            if reply.kind == "int":
                most = max(most, reply.value)
            elif reply.kind == "bulk" and len(reply.value) > 1000:
                expect(reply.value == b"B" * 200_000, "a big value came damaged")
    except Closed:
        return most


def watch_monitor(client: Client):
    """A step for a thread: reads what MONITOR shows."""
    client.socket.settimeout(0.2)

    def step() -> None:
        try:
            expect(client.socket.recv(1 << 20), "the monitor was closed")
        except TimeoutError:
            pass
    return step


def kill_bursts(threads: int, wanted: int, kind: type[Server] = Server, *words: object) -> None:
    with kind(*words, io_threads=threads, unix=True) as server:
        admin, lister, monitor = server.connections(3)
        admin.value("SET", "big", b"B" * 200_000)
        protected = [int(client.value("CLIENT", "ID")) for client in (admin, lister, monitor)]
        monitor.value("MONITOR")
        chance = random.Random(7)
        memory = 0
        killed, counters = 0, [0] * VICTIMS

        def list_clients() -> None:
            lines = lister.text("CLIENT", "LIST").splitlines()
            expect(len(lines) >= 3, "CLIENT LIST is short")
            time.sleep(0.002)

        with Background(list_clients) as lists, Background(watch_monitor(monitor)):
            began = time.monotonic()
            while killed < wanted:
                victims = [server.connect(unix=i % 5 == 0) for i in range(VICTIMS)]
                ids = [victim.value("CLIENT", "ID") for victim in victims]
                for i, victim in enumerate(victims):
                    victim.send(burst(i))
                    if i % 7 == 0:
                        victim.send(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$50000\r\nhalf")  # dies inside a command
                order = list(range(VICTIMS))
                chance.shuffle(order)
                replies = admin.pipeline([("CLIENT", "KILL", "ID", ids[i]) for i in order])
                expect_equal([reply.value for reply in replies], [1] * VICTIMS, "replies of CLIENT KILL")
                for i, victim in enumerate(victims):
                    most = drain(victim)
                    now = int(admin.value("GET", f"c:{i}") or 0)
                    expect(now >= most and now >= counters[i], f"counter {i}: {most} was answered, {now} is kept")
                    counters[i] = now
                killed += VICTIMS
                memory = memory or server.used_memory()  # the first ones have filled the pools of every loop
            seconds = time.monotonic() - began
        figure(f"{threads} threads: {killed} kills in {seconds:.1f} s, {lists.rounds} times CLIENT LIST meanwhile")
        monitor.close()
        wait_until(lambda: int(server.info("clients")["connected_clients"]) <= 3, what="the end of all victims")
        left = [int(line.split(" ", 1)[0][3:]) for line in admin.text("CLIENT", "LIST").splitlines()]
        expect(set(left) <= set(protected) | {max(left)}, f"clients left over: {left}")
        healthy(server)
        if not support.SANITIZED:
            grown = server.used_memory() - memory
            expect(grown < 2_000_000, f"used_memory has grown by {grown} bytes")


def test_kills_in_bursts_with_1_thread() -> None:
    kill_bursts(1, 5000 if support.LONG else 500)


def test_kills_in_bursts_with_4_threads() -> None:
    kill_bursts(4, 5000 if support.LONG else 500)


def test_kills_in_bursts_over_tls_with_1_thread() -> None:
    kill_bursts(1, 5000 if support.LONG else 200, TlsServer, *FEW_SESSIONS)


def test_kills_in_bursts_over_tls_with_4_threads() -> None:
    kill_bursts(4, 5000 if support.LONG else 200, TlsServer, *FEW_SESSIONS)


def killers_kill_each_other(kind: type[Server], rounds: int) -> None:
    with kind(io_threads=4) as server:
        for _ in range(rounds):
            clients = server.connections(16)
            for client in clients:
                try:
                    client.send_words("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                    client.send(b"PING\r\n" * 20)
                except Closed:  # by one of those before
                    pass
            for client in clients:
                try:
                    client.read()
                    client.closed_by_server(0.05)
                except Closed:
                    pass
                client.close()
        healthy(server)


def test_killers_kill_each_other() -> None:
    """Many clients kill all others of their kind at once, over and over: somebody always survives."""
    killers_kill_each_other(Server, 60 if support.LONG else 12)


def test_killers_kill_each_other_over_tls() -> None:
    killers_kill_each_other(TlsServer, 30 if support.LONG else 3)


def client_kills_itself(kind: type[Server]) -> None:
    for threads in (1, 4):
        with kind(io_threads=threads) as server:
            for client in server.connections(40 if support.LONG else 10):
                me = client.value("CLIENT", "ID")
                client.send(b"".join(support.encode([support.to_bytes(word) for word in words]) for words in (
                    ("SET", "before", me), ("CLIENT", "KILL", "ID", me, "SKIPME", "no"), ("SET", "behind", me))))
                expect_equal(client.read(), ("status", b"OK"), "SET")
                expect_equal(client.read(), ("int", 1), "CLIENT KILL")
                expect(client.closed_by_server(), "the connection stays open")
                with server.connect() as other:
                    expect_equal(other.value("GET", "before"), str(me).encode(), "GET before")
                    expect_equal(other.value("GET", "behind"), None, "GET behind")


def test_client_kills_itself_inside_a_pipeline() -> None:
    """What came before is answered, what comes behind does not run."""
    client_kills_itself(Server)


def test_client_kills_itself_inside_a_pipeline_over_tls() -> None:
    client_kills_itself(TlsServer)


def kill_of_slow_readers(kind: type[Server], count: int) -> None:
    with kind(io_threads=2) as server, server.connect() as admin:
        admin.value("SET", "big", b"B" * 1_000_000)
        memory = server.used_memory()
        victims = [server.connect(receive_buffer=4096) for _ in range(count)]
        ids = [victim.value("CLIENT", "ID") for victim in victims]
        for victim in victims:
            victim.send(b"*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n" * 20)
        time.sleep(0.2)
        for me in ids:
            expect_equal(admin.value("CLIENT", "KILL", "ID", me), 1, "CLIENT KILL")
        for victim in victims:
            expect(victim.closed_by_server(), "the connection stays open")
        if not support.SANITIZED:
            # TLS keeps some 1.2 MB when it has been used by another thread, whatever the number of clients, and a session
            # for each that may return; one unread reply would be a megabyte, and each client has asked for twenty.
            most = memory + 2_000_000 + 20_000 * count
            wait_until(lambda: server.used_memory() < most, what="the return of the memory")
        healthy(server)


def test_kill_of_slow_readers() -> None:
    """The replies that wait for a client go with it."""
    kill_of_slow_readers(Server, 20)


def test_kill_of_slow_readers_over_tls() -> None:
    kill_of_slow_readers(TlsServer, 5)


def the_reply_comes_after_the_end(kind: type[Server], rounds: int) -> None:
    with kind(io_threads=4) as server:
        admin = server.connect()
        for _ in range(rounds):
            victims = [(victim, victim.value("CLIENT", "ID")) for victim in server.connections(8)]
            for victim, number in victims[:4]:
                expect_equal(admin.value("CLIENT", "KILL", "ID", number), 1, "CLIENT KILL")
                victim.socket.setblocking(False)
                expect_equal(victim.socket.recv(1), b"", "the victim's next byte, at once")
            expect_equal(admin.value("CLIENT", "KILL", "TYPE", "normal"), 4, "CLIENT KILL TYPE normal")
            expect_equal(len(admin.value("CLIENT", "LIST").splitlines()), 1, "connections that are left")


def test_the_reply_comes_after_the_end() -> None:
    """Whoever reads the reply of CLIENT KILL finds the connection closed, whichever loop it is on."""
    the_reply_comes_after_the_end(Server, 50)


def test_the_reply_comes_after_the_end_over_tls() -> None:
    the_reply_comes_after_the_end(TlsServer, 5)


def test_a_reply_that_is_not_wanted() -> None:
    """CLIENT REPLY holds for a command whose reply comes later, too."""
    with Server(io_threads=4) as server, server.connect() as admin:
        for victim in server.connections(4):
            number = victim.value("CLIENT", "ID")
            admin.send(support.encode([b"CLIENT", b"REPLY", b"SKIP"])
                       + support.encode([b"CLIENT", b"KILL", b"ID", b"%d" % number]) + support.encode([b"PING"]))
            expect_equal(admin.read(), ("status", b"PONG"), "the reply after the one that is skipped")
            expect(victim.closed_by_server(), "the connection stays open")


def test_killers_of_each_other() -> None:
    """The first kills all others, and is the only one that is answered."""
    def replies(client: Client) -> list:
        try:
            return [client.read().value, client.read().value]
        except Closed:
            return []

    with Server(io_threads=4) as server:
        for _ in range(50):
            clients = server.connections(4)
            for client in clients:
                client.value("PING")
            for client in clients:
                try:
                    client.send(support.encode([b"CLIENT", b"KILL", b"TYPE", b"normal"]) + support.encode([b"PING"]))
                except OSError:
                    pass  # killed already
            answered = [got for got in map(replies, clients) if got]
            # 4 when the connection that asked for INFO was not gone yet.
            expect(answered in ([[3, b"PONG"]], [[4, b"PONG"]]), f"the replies are {answered}")
            for client in clients:
                client.close()
            wait_until(lambda: int(server.info("clients")["connected_clients"]) == 1, what="the end of the last")
        healthy(server)


def peers_vanish(kind: type[Server], rounds: int) -> None:
    with kind(io_threads=4) as server:
        server.connect().value("SET", "big", b"B" * 200_000)
        for _ in range(rounds):
            for i, client in enumerate(server.connections(VICTIMS)):
                client.socket.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER of 0 s: close() resets
                client.send(burst(i))
                if i % 3 == 0:
                    client.socket.recv(1000)
                client.close()
        wait_until(lambda: int(server.info("clients")["connected_clients"]) == 1, what="the end of all connections")
        healthy(server)


def test_peers_that_vanish() -> None:
    """Connections that reset in the middle of everything."""
    peers_vanish(Server, 20 if support.LONG else 5)


def test_peers_that_vanish_over_tls() -> None:
    peers_vanish(TlsServer, 20 if support.LONG else 3)


def test_resets_behind_commands_that_wait() -> None:
    """More commands than one turn takes, or inline ones, and a reset right behind them, with and without a password."""
    for words in ((), ("--requirepass", "secret")):
        with Server(*words, io_threads=2) as server:
            for request in (b"PING\r\n" * 50, support.encode([b"PING"]) * 3000):
                for _ in range(300 if support.LONG else 60):
                    client = server.connect()
                    client.socket.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER of 0 s
                    client.send(request)
                    client.close()
            expect(server.connect().call("PING").kind in ("status", "error"), "PING")


def listeners_change(kind: type[Server]) -> None:
    with kind(io_threads=2) as server, server.connect() as admin:
        def storm() -> None:
            for _ in range(10):
                try:
                    with server.connect(timeout=2) as client:
                        client.send(b"PING\r\n")
                        client.socket.recv(100)
                except (OSError, Closed):
                    pass

        with Background(storm), Background(storm):
            for i in range(100 if support.LONG else 30):
                admin.call("CONFIG", "SET", "bind", "127.0.0.1 127.0.0.2" if i % 2 else "127.0.0.1")
                time.sleep(0.003)
        healthy(server)


def test_listeners_change_while_clients_come() -> None:
    """CONFIG SET bind back and forth under a storm of connections."""
    listeners_change(Server)


def test_listeners_change_while_clients_come_over_tls() -> None:
    listeners_change(TlsServer)


def test_kill_in_the_middle_of_handshakes() -> None:
    """Those that have said nothing, or half of what a handshake takes, while others come whole."""
    for threads in (1, 4):
        with TlsServer(io_threads=threads) as server, server.plain() as admin:
            for _ in range(20 if support.LONG else 4):
                victims = [Client(server.port) for _ in range(20)]
                for i, victim in enumerate(victims):
                    victim.send((b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 100)[i % 3])
                whole = server.connections(5)
                wait_until(lambda: admin.text("CLIENT", "LIST").count(" transport=tls ") == 25, what="25 connections")
                expect_equal(admin.value("CLIENT", "KILL", "TYPE", "normal"), 25, "connections that are killed")
                for client in (*victims, *whole):
                    expect(client.closed_by_server(), "a connection stays open")
                    client.close()
            # A client sees its end before the server has freed what it held.
            wait_until(lambda: server.tls()["connections"] == server.tls()["handshakes_in_flight"] == "0", what="gauges of 0")
            healthy(server)
