"""Transactions between many clients: all or nothing, and WATCH sees every change."""

import random
import threading
import time

import support
from support import Server, expect, expect_equal, figure, healthy, wait_until


def increment(server: Server, times: int, lost: list) -> None:
    """Counts one key up by reading and writing it, under WATCH."""
    with server.connect() as client:
        for _ in range(times):
            while True:
                client.value("WATCH", "counter")
                now = int(client.value("GET", "counter") or 0)
                client.send(b"MULTI\r\nSET counter %d\r\nINCR other\r\nEXEC\r\n" % (now + 1))
                if [client.read() for _ in range(4)][3].value is not None:
                    break
                lost.append(now)


def test_counting_under_watch() -> None:
    """Nothing is lost, whoever comes in between."""
    times = 500 if support.LONG else 100
    for threads in (1, 4):
        with Server(io_threads=threads) as server:
            lost: list = []
            clients = [threading.Thread(target=increment, args=(server, times, lost)) for _ in range(8)]
            for thread in clients:
                thread.start()
            for thread in clients:
                thread.join()
            with server.connect() as client:
                expect_equal(client.value("MGET", "counter", "other")[0].value, b"%d" % (8 * times), "the counter")
                expect_equal(client.value("GET", "other"), b"%d" % (8 * times), "what was counted beside it")
            figure(f"{threads} threads: {len(lost)} transactions began anew")


def test_nobody_sees_half_of_it() -> None:
    """Two keys that change together are always equal."""
    with Server(io_threads=4) as server:
        end = time.monotonic() + 0.5

        def write() -> None:
            with server.connect() as client:
                while time.monotonic() < end:
                    n = random.randrange(1 << 30)
                    client.pipeline([("MULTI",), ("SET", "left", n), ("SET", "right", n), ("EXEC",)])

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        with server.connect() as client:
            while time.monotonic() < end:
                left, right = client.value("MGET", "left", "right")
                expect_equal(left.value, right.value, "the two keys")
        for thread in threads:
            thread.join()


def test_clients_that_go() -> None:
    """What they have queued and watched goes with them."""
    with Server(io_threads=2) as server:
        before = server.used_memory()
        for _ in range(3):
            clients = server.connections(100)
            for i, client in enumerate(clients):
                client.pipeline([("WATCH", *(f"key:{j}" for j in range(100)), f"own:{i}"), ("MULTI",),
                                 ("SET", "big", "x" * 100_000), ("SET", "small", "y")])
            expect(server.used_memory() > before + 100 * 100_000, "what is queued is not counted")
            with server.connect() as other:
                other.value("CLIENT", "KILL", "ID", other.text("CLIENT", "LIST").split("id=")[1].split()[0])
            for client in clients:
                client.close()
            wait_until(lambda: int(server.info("clients")["connected_clients"]) == 1, what="the end of the clients")
        wait_until(lambda: server.used_memory() < before + 2_000_000, what="the memory of the clients")
        with server.connect() as client:
            client.pipeline([("SET", f"key:{j}", "v") for j in range(100)])
            expect_equal(client.value("EXISTS", "big", "small"), 0, "keys of transactions that did not run")
        healthy(server)


def test_the_queue_is_bounded() -> None:
    """It counts as unread input does: client-query-buffer-limit."""
    with Server("--client-query-buffer-limit", "1mb") as server:
        with server.connect() as client:
            client.value("MULTI")
            try:
                for _ in range(100):
                    client.value("SET", "k", "x" * 20_000)
                expect(False, "2 MB were queued")
            except (support.Closed, OSError):
                pass
        expect_equal(server.info("stats")["client_query_buffer_limit_disconnections"], "1", "disconnections")
        healthy(server)


def test_watching_costs_others_nothing() -> None:
    """10,000 keys that somebody watches do not slow down those that nobody does."""
    with Server() as server, server.connect() as client, server.connect() as watcher:
        alone = support.seconds_of_sets(client)
        watcher.value("WATCH", *(f"watched:{i}" for i in range(10_000)))
        figure(f"10,000 SET: {alone * 1000:.1f} ms; while 10,000 other keys are watched: {support.seconds_of_sets(client) * 1000:.1f} ms")
        client.value("SET", "watched:77", "v")
        watcher.value("MULTI")
        expect_equal(watcher.call("EXEC").value, None, "EXEC after a change")
