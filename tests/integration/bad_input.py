"""Clients that stall, clients that do not read, bytes that make no sense: the others are served as if nothing was."""

import random
import statistics
import time

import support
from support import (Client, Server, encode, expect, expect_equal, expect_in, figure, healthy, raise_descriptors,
                     to_bytes, wait_until)

HALVES = (b"*", b"*3\r\n", b"*3\r\n$3\r\nSE", b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nabc", b"SET k va",
          b"*2\r\n$3\r\nGET\r\n$1\r\nk", b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n" + b"x" * 1000)


def rates(server: Server, client: Client) -> tuple[float, float, float, float]:
    """Of a healthy client: median and 99th percentile of its waiting, ms; with 100 replies on their way, how many come in
    a second, and what each costs the server, us of processor time."""
    times = []
    for _ in range(1000):
        began = time.perf_counter()
        client.value("SET", "healthy", "v")
        times.append((time.perf_counter() - began) * 1000)
    batch = encode([b"GET", b"healthy"]) * 100
    began, busy = time.perf_counter(), server.cpu_seconds()
    for _ in range(50):
        client.send(batch)
        got = 0
        while got < 700:  # "$1\r\nv\r\n" each
            got += len(client.socket.recv(1 << 16))
    per_second, busy = 5000 / (time.perf_counter() - began), server.cpu_seconds() - busy
    times.sort()
    return statistics.median(times), times[989], per_second, busy / 5000 * 1e6


def show(what: str, found: tuple[float, float, float, float]) -> None:
    figure(f"{what}: median {found[0]:.3f} ms, 99% {found[1]:.3f} ms, {found[2]:,.0f} pipelined replies/s, "
           f"{found[3]:.2f} us of processor time each")


def test_stalled_connections_hinder_nobody() -> None:
    """10,000 connections stop half-way through a command; a healthy one works on; then the stalled ones end theirs."""
    wanted = 10_000
    count = min(wanted, raise_descriptors(wanted + 100) - 100)
    if count < wanted:
        figure(f"only {count} connections: the limit of open files does not allow {wanted}")
    for threads in (1, 4):
        with Server("--maxclients", count + 10, "--tcp-backlog", 4096, io_threads=threads) as server:
            healthy_one = server.connect(timeout=30)
            before = rates(server, healthy_one)
            memory = server.used_memory()
            stalled = []
            for i in range(count):
                client = server.connect(timeout=30)
                client.send(HALVES[i % len(HALVES)])
                stalled.append(client)
            wait_until(lambda: int(server.info("clients")["connected_clients"]) >= count, 30, "all connections")
            meanwhile = rates(server, healthy_one)
            show(f"{threads} threads, alone", before)
            show(f"{threads} threads, beside {count} that stall", meanwhile)
            figure(f"{(server.used_memory() - memory) / count:,.0f} bytes for each that stalls, one in seven of them in an argument of 100,000")
            expect(support.SANITIZED or meanwhile[0] < max(before[0] * 20, 20), "the healthy client waits too long")
            expect(support.SANITIZED or meanwhile[3] < before[3] * 20, "a reply to the healthy client costs too much")
            for i, client in enumerate(stalled):
                if i % len(HALVES) == 3:
                    client.send(b"d" * 97 + b"\r\n")
                if i % len(HALVES) == 4:
                    client.send(b"lue\r\n")
            for i, client in enumerate(stalled):
                if i % len(HALVES) in (3, 4):
                    expect_equal(client.read(), ("status", b"OK"), f"reply of stalled client {i}")
                client.close()
            healthy(server)


def test_slow_readers_are_closed_at_the_hard_limit() -> None:
    """Clients that never read their replies end at client-output-buffer-limit; a healthy one is not disturbed."""
    with Server("--client-output-buffer-limit", "normal", "8mb", "0", "0", io_threads=2) as server:
        healthy_one = server.connect()
        healthy_one.value("SET", "big", b"B" * 1_000_000)
        memory = server.used_memory()
        slow = [server.connect(receive_buffer=4096) for _ in range(50)]
        for client in slow:
            client.send(encode([b"GET", b"big"]) * 100)
        show("beside 50 that do not read", rates(server, healthy_one))
        for client in slow:
            expect(client.closed_by_server(), "a slow reader stays connected")
        stats = server.info("stats")
        expect_equal(stats["client_output_buffer_limit_disconnections"], "50", "client_output_buffer_limit_disconnections")
        expect_in("output buffer limits", server.log(), "log")
        wait_until(lambda: support.SANITIZED or server.used_memory() < memory + 2_000_000, what="the return of the memory")
        healthy(server)


def test_slow_readers_are_closed_at_the_soft_limit() -> None:
    with Server("--client-output-buffer-limit", "normal", "0", "1mb", "3") as server:
        with server.connect() as client:
            client.value("SET", "big", b"B" * 4_000_000)
        slow = [server.connect(receive_buffer=4096) for _ in range(5)]
        began = time.monotonic()
        for client in slow:
            client.send(encode([b"GET", b"big"]) * 2)
        time.sleep(0.4)
        expect_equal(server.info("clients")["connected_clients"], "6", "clients before the time is over")
        wait_until(lambda: server.info("clients")["connected_clients"] == "1", 10, "the end of slow readers")
        expect(time.monotonic() - began > 2.9, "the soft limit came too early")


def test_slow_readers_that_read_in_the_end() -> None:
    """Without a limit every byte arrives, however late."""
    with Server(io_threads=2) as server:
        slow = [server.connect(receive_buffer=4096, timeout=30) for _ in range(10)]
        slow[0].value("SET", "big", b"B" * 1_000_000)
        for client in slow:
            client.send(encode([b"GET", b"big"]) * 10 + b"PING\r\n")
        time.sleep(0.2)
        for client in slow:
            for _ in range(10):
                expect_equal(len(client.read().value), 1_000_000, "length")
            expect_equal(client.read(), ("status", b"PONG"), "the last reply")


def flood(server: Server, client: Client, what: str, request: bytes, count: int, reply: bytes) -> float:
    """Send one small command many times while reading; processor time of the server until all replies are here."""
    batch, left, to_read = request * 1000, count // 1000, count * len(reply)
    client.socket.setblocking(False)
    began, busy, peak, pending = time.monotonic(), server.cpu_seconds(), 0, b""
    while to_read > 0:
        if not pending and left > 0:
            pending, left = batch, left - 1
        try:
            if pending:
                pending = pending[client.socket.send(pending):]
        except BlockingIOError:
            pass
        try:
            got = len(client.socket.recv(1 << 20))
            expect(got > 0, "the server closed the connection")
            to_read -= got
        except BlockingIOError:
            if not pending and left == 0:
                time.sleep(0.001)
        if left % 50 == 0:
            peak = max(peak, server.resident())
        if time.monotonic() - began > support.patience(60):
            done = 100 - 100 * to_read / (count * len(reply))
            raise support.Failure(f"{what}: after 60 s {done:.0f}% of {count} replies have come; "
                                  f"{server.resident() / 1e6:.0f} MB resident")
    client.socket.settimeout(client.timeout)
    seconds, busy = time.monotonic() - began, server.cpu_seconds() - busy
    figure(f"{what}: {count / seconds:,.0f}/s, {busy / count * 1e6:.2f} us of processor time each, "
           f"at most {peak / 1e6:.0f} MB resident")
    return busy


def flood_of(what: str, request: bytes) -> None:
    """The server's work grows with the number of commands that are on their way, not with its square."""
    with Server() as server, server.connect() as client:
        small = flood(server, client, what, request, 20_000, b"+PONG\r\n")
        big = flood(server, client, what, request, 400_000, b"+PONG\r\n")
        expect(big < 20 * max(small, 0.003) * 4, f"20 times the commands took {big / small:.0f} times the processor time")


def test_flood_of_small_commands() -> None:
    flood_of("RESP commands, all at once", encode([b"PING"]))


def test_flood_of_inline_commands() -> None:
    flood_of("inline commands, all at once", b"PING\r\n")


def test_flood_hinders_nobody() -> None:
    """A client with many megabytes of commands on their way; another one works on."""
    with Server() as server, server.connect() as client, server.connect(timeout=30) as other:
        alone = rates(server, client)
        other.socket.setblocking(False)
        request, sent = memoryview(encode([b"PING"]) * 1_000_000), 0
        try:
            while sent < len(request):
                sent += other.socket.send(request[sent:sent + 1_000_000])
        except BlockingIOError:
            pass
        found = rates(server, client)
        show("alone", alone)
        show(f"beside {sent / 1e6:.1f} MB of small commands", found)
        expect(support.SANITIZED or found[0] < 50, "the healthy client waits too long")


def garbage(chance: random.Random) -> bytes:
    """Bytes at random, commands at random, or commands with some bytes changed."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.randbytes(chance.randrange(1, 2000))
    words = ["GET", "SET", "MGET", "APPEND", "SETRANGE", "GETRANGE", "INCRBYFLOAT", "LCS", "EXPIRE", "SCAN", "OBJECT", "COMMAND",
             "CLIENT", "CONFIG", "HELLO", "INFO", "MEMORY", "COPY", "k", "0", "-1", "9223372036854775807", "1e400", "nan", "*",
             "LIST", "GET", "DOCS", "USAGE", "ENCODING", "EX", "IDX", "MATCH", "COUNT", "", "\x00", "a" * 300]
    out = b""
    for _ in range(chance.randrange(1, 30)):
        command = [to_bytes(chance.choice(words)) for _ in range(chance.randrange(1, 7))]
        if command[0].upper() in (b"CLIENT", b"CONFIG") and any(w in (b"SET", b"*") for w in command):
            continue
        out += encode(command)
    if kind > 1 and out:
        changed = bytearray(out)
        for _ in range(chance.randrange(1, 5)):
            changed[chance.randrange(len(changed))] = chance.choice(b"*$\r\n-09:\x00\xff aZ")
        out = bytes(changed)
    return out


def test_random_bytes() -> None:
    """Whatever comes, the server replies or closes, and lives."""
    seed = support.seed()
    chance = random.Random(seed)
    with Server("--proto-max-bulk-len", "1mb", "--client-query-buffer-limit", "4mb", io_threads=2, unix=True) as server:
        end, connections, sent = time.monotonic() + (60 if support.LONG else 3), 0, 0
        while time.monotonic() < end:
            clients = [server.connect(unix=chance.random() < 0.3) for _ in range(8)]
            for _ in range(4):
                for client in clients:
                    data = garbage(chance)
                    while data and client.open:
                        cut = chance.randrange(1, len(data) + 1)
                        try:
                            client.socket.settimeout(0.2)
                            client.socket.sendall(data[:cut])
                            sent += cut
                        except OSError:
                            client.close()
                        data = data[cut:]
            for client in clients:
                if client.open:
                    client.socket.setblocking(False)
                    try:
                        while client.socket.recv(1 << 20):
                            pass
                    except OSError:
                        pass
                    client.close()
            connections += len(clients)
            expect(server.process.poll() is None, f"the server has ended, seed {seed}: {server.log()[-3000:]}")
        figure(f"{connections} connections, {sent:,} bytes")
        wait_until(lambda: int(server.info("clients")["connected_clients"]) == 1, what="the end of all connections")
        healthy(server)
