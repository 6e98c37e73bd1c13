"""Keys go when their time has come, whether somebody asks or not."""

import time

import support
from support import Server, expect, expect_equal, figure, wait_until


def fill(client, count: int, milliseconds: int, value: bytes = b"v" * 50) -> None:
    for first in range(0, count, 5000):
        client.pipeline([("SET", f"k:{i}", value, "PX", milliseconds) for i in range(first, min(first + 5000, count))])


def test_keys_that_nobody_touches_are_removed() -> None:
    count = 1_000_000 if support.LONG else 100_000
    with Server() as server, server.connect(timeout=30) as client:
        memory = server.used_memory()
        fill(client, count, 500 if not support.LONG else 5000)
        client.pipeline([("SET", f"stays:{i}", "v") for i in range(1000)])
        began = time.monotonic()
        wait_until(lambda: client.value("DBSIZE") == 1000, 20, "the removal of all keys that expire")
        figure(f"{count} keys gone {time.monotonic() - began:.1f} s after the last was written, the first lived 0.5 s or more")
        expect_equal(server.info("stats")["expired_keys"], str(count), "expired_keys")
        expect(support.SANITIZED or server.used_memory() - memory < 1_000_000,
               f"used_memory has grown by {server.used_memory() - memory}")


def test_expiry_does_not_hinder_clients() -> None:
    """While a hundred thousand keys expire at the same moment, a client waits little."""
    with Server() as server, server.connect(timeout=30) as client:
        now = int(time.time() * 1000) + 1500
        for first in range(0, 100_000, 5000):
            client.pipeline([("SET", f"k:{i}", "v", "PXAT", now) for i in range(first, first + 5000)])
        worst, end = 0.0, time.monotonic() + support.patience(3)
        while time.monotonic() < end:
            busy = server.cpu_seconds()  # what others take of the machine's time is no work of the server
            client.value("PING")
            worst = max(worst, server.cpu_seconds() - busy)
        figure(f"the server's longest work before a reply meanwhile: {worst * 1000:.1f} ms")
        expect(support.SANITIZED or worst < 0.1, f"a client waited for {worst * 1000:.0f} ms of the server's work")
        wait_until(lambda: client.value("DBSIZE") == 0, 10, "the removal of all keys")


def test_expired_keys_are_never_shown() -> None:
    """With the cycle off, a key whose time has come is gone for whoever asks, on every thread."""
    with Server("--enable-debug-command", "yes", io_threads=4) as server:
        clients = server.connections(8)
        clients[0].value("DEBUG", "SET-ACTIVE-EXPIRE", "0")
        fill(clients[0], 1000, 30)
        time.sleep(0.1)
        expect_equal(clients[0].value("DBSIZE"), 1000, "DBSIZE while nobody has asked")
        for number, client in enumerate(clients):
            for i in range(number, 1000, 8):
                expect_equal(client.value("GET", f"k:{i}"), None, "GET")
        expect_equal(clients[0].value("DBSIZE"), 0, "DBSIZE after all were asked for")


def test_expiry_in_all_databases() -> None:
    with Server() as server, server.connect() as client:
        for db in range(16):
            client.value("SELECT", db)
            client.pipeline([("SET", f"k:{i}", "v", "PX", 300) for i in range(500)])
        wait_until(lambda: not any(name.startswith("db") for name in server.info("keyspace")), 10, "empty databases")
