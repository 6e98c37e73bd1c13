"""What a key and a connection cost."""

import time

import support
from support import Server, expect, figure, raise_descriptors, wait_until

BYTES_PER_KEY, BYTES_PER_CONNECTION = 115, 1024


def verdict(value: float, most: float) -> str:
    return f"{value:,.1f} bytes (at most {most:,}): {'PASS' if value <= most else 'FAIL'}"


def test_bytes_of_a_key() -> None:
    """A million keys of 16 bytes with values of 64."""
    count = 1_000_000
    with Server() as server, server.connect(timeout=60) as client:
        used, resident = server.used_memory(), server.resident()
        value = b"$64\r\n" + b"v" * 64 + b"\r\n"
        for first in range(0, count, 10_000):
            client.send(b"".join(b"*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n%s" % (i, value) for i in range(first, first + 10_000)))
            got = 0
            while got < 50_000:
                got += len(client.socket.recv(1 << 16))
        time.sleep(0.3)
        figure(f"a key, by used_memory: {verdict((server.used_memory() - used) / count, BYTES_PER_KEY)}")
        figure(f"a key, by resident memory: {(server.resident() - resident) / count:,.1f} bytes")
        expect(client.value("DBSIZE") == count, "keys are missing")
        client.value("FLUSHALL")
        wait_until(lambda: support.SANITIZED or server.used_memory() < used + 2_000_000, 10, "the return of the memory")
        wait_until(lambda: support.SANITIZED or server.resident() < resident + 60_000_000, 15, "the return of resident memory")
        figure(f"after FLUSHALL: {(server.used_memory() - used) / 1e6:+.1f} MB used, "
               f"{(server.resident() - resident) / 1e6:+.1f} MB resident")


def idle(unix: bool, talk: bool) -> None:
    count = min(4000, raise_descriptors(4200) - 200)
    with Server("--tcp-backlog", 4096, unix=unix) as server:
        warm = [server.connect(unix=unix) for _ in range(100)]
        for client in warm:
            client.value("PING")
        used, resident = server.used_memory(), server.resident()
        clients = []
        for _ in range(count):
            client = server.connect(unix=unix, timeout=30)
            if talk:
                client.value("SET", "k", "v" * 1000)
                client.value("GET", "k")
            clients.append(client)
        wait_until(lambda: int(server.info("clients")["connected_clients"]) >= count, 10, "all connections")
        what = f"an idle connection over {'a Unix socket' if unix else 'TCP'}{', that has worked' if talk else ''}"
        figure(f"{what}, by used_memory: {verdict((server.used_memory() - used) / count, BYTES_PER_CONNECTION)}")
        figure(f"{what}, by resident memory: {(server.resident() - resident) / count:,.0f} bytes")
        for client in clients:
            client.close()
        wait_until(lambda: support.SANITIZED or server.used_memory() < used + 300_000, 5, "the return of the memory")


def test_heap_of_idle_tcp_connections() -> None:
    idle(False, False)


def test_heap_of_tcp_connections_that_worked() -> None:
    idle(False, True)


def test_heap_of_idle_unix_connections() -> None:
    idle(True, False)
