"""maxmemory: the server stays below it under every policy, and gives up what matters least."""

import time

import support
from support import Client, Failure, Server, Skipped, expect, expect_equal, expect_in, figure, wait_until

LIMIT = 20_000_000
BIG = 2_000_000
SLACK = BIG + 1_000_000  # what may be used above the limit for a moment: a big value that has just come, and a little
VALUE = b"v" * 500


def used(client: Client) -> int:
    if support.SANITIZED:
        raise Skipped("the allocator of this build does not count")
    return int(client.text("INFO", "memory").split("used_memory:")[1].split()[0])


def limit(client: Client, server: Server, policy: str, extra: int = LIMIT) -> int:
    """Set maxmemory to what is used already and `extra` more."""
    most = used(client) + extra
    client.value("CONFIG", "SET", "maxmemory", most, "maxmemory-policy", policy)
    return most


def below_while_writing(policy: str) -> None:
    """Three times as much as there is room for, with small and some big values."""
    with Server(io_threads=2) as server, server.connect(timeout=30) as client:
        most = limit(client, server, policy)
        expires, highest, errors = policy.startswith("volatile"), 0, 0
        for first in range(0, 100_000, 1000):
            batch = [("SET", f"k:{i}", VALUE, *(("EX", 1000 + i) if expires else ())) for i in range(first, first + 1000)]
            if first % 10_000 == 0:
                batch.append(("SET", f"big:{first}", b"B" * BIG, *(("EX", 1000) if expires else ())))
            errors += sum(reply.kind == "error" for reply in client.pipeline(batch))
            highest = max(highest, used(client))
        stats = server.info("stats", "keyspace")
        kept = client.value("DBSIZE")
        figure(f"{policy}: at most {(highest - most) / 1e6:+.2f} MB beside the limit, {kept} keys kept, "
               f"{stats['evicted_keys']} evicted, {errors} errors")
        expect(highest <= most + SLACK, f"used_memory was {highest}, maxmemory is {most}")
        expect_equal(errors, 0, "errors")
        expect(int(stats["evicted_keys"]) + kept >= 100_000, "keys are neither kept nor evicted")
        expect(used(client) > most * 0.7, f"used_memory is {used(client)} of {most}: too much was evicted")


def test_allkeys_lru_stays_below() -> None:
    below_while_writing("allkeys-lru")


def test_allkeys_lfu_stays_below() -> None:
    below_while_writing("allkeys-lfu")


def test_allkeys_random_stays_below() -> None:
    below_while_writing("allkeys-random")


def test_volatile_lru_stays_below() -> None:
    below_while_writing("volatile-lru")


def test_volatile_lfu_stays_below() -> None:
    below_while_writing("volatile-lfu")


def test_volatile_random_stays_below() -> None:
    below_while_writing("volatile-random")


def test_volatile_ttl_stays_below() -> None:
    below_while_writing("volatile-ttl")


def test_noeviction_refuses_writes() -> None:
    with Server() as server, server.connect(timeout=30) as client:
        most = limit(client, server, "noeviction")
        replies = []
        for first in range(0, 60_000, 1000):
            replies += client.pipeline([("SET", f"k:{i}", VALUE) for i in range(first, first + 1000)])
        refused = [reply for reply in replies if reply.kind == "error"]
        expect(refused, "no write was refused")
        expect_in("OOM command not allowed when used memory > 'maxmemory'.", refused[0].value.decode(), "the error")
        expect_equal(client.value("DBSIZE"), len(replies) - len(refused), "keys")
        expect(used(client) <= most + SLACK, f"used_memory is {used(client)}, maxmemory is {most}")
        expect_equal(client.value("GET", "k:0"), VALUE, "a read")
        client.value("DEL", *[f"k:{i}" for i in range(5000)])
        client.value("SET", "k:0", VALUE)  # there is room again


def test_volatile_without_keys_that_expire() -> None:
    """Keys without a time to live are not given up."""
    with Server() as server, server.connect(timeout=30) as client:
        limit(client, server, "volatile-lru")
        errors, first = 0, 0
        while not errors and first < 100_000:
            errors += sum(reply.kind == "error" for reply in client.pipeline(
                [("SET", f"k:{i}", VALUE) for i in range(first, first + 1000)]))
            first += 1000
        expect(errors, "no write was refused")
        expect_equal(client.value("DBSIZE"), first - errors, "keys")


def survivors(client: Client, prefix: str, count: int) -> float:
    """The part of some keys that is still there."""
    return sum(client.value("EXISTS", *[f"{prefix}:{i}" for i in range(first, first + 1000)])
               for first in range(0, count, 1000)) / count


def test_lru_keeps_what_is_used() -> None:
    """Keys read lately survive a flood of others that replaces most of what was there."""
    with Server() as server, server.connect(timeout=30) as client:
        count = 10_000
        for prefix in ("cold", "hot"):
            for first in range(0, count, 1000):
                client.pipeline([("SET", f"{prefix}:{i}", VALUE) for i in range(first, first + 1000)])
        time.sleep(2.1)  # the clock of accesses counts seconds
        for first in range(0, count, 1000):
            client.pipeline([("GET", f"hot:{i}") for i in range(first, first + 1000)])
        limit(client, server, "allkeys-lru", 0)
        for first in range(0, 7000, 1000):
            client.pipeline([("SET", f"new:{i}", VALUE) for i in range(first, first + 1000)])
        hot, cold = survivors(client, "hot", count), survivors(client, "cold", count)
        figure(f"LRU: {hot:.1%} of the hot and {cold:.1%} of the cold keys are kept")
        expect(hot > 0.95 and cold < 0.5, f"{hot:.1%} of the hot and {cold:.1%} of the cold keys are kept")


def test_lfu_keeps_what_is_used_often() -> None:
    with Server() as server, server.connect(timeout=30) as client:
        client.value("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu")
        count = 5_000
        for prefix in ("cold", "hot"):
            for first in range(0, count, 1000):
                client.pipeline([("SET", f"{prefix}:{i}", VALUE) for i in range(first, first + 1000)])
        for _ in range(20):
            for first in range(0, count, 1000):
                client.pipeline([("GET", f"hot:{i}") for i in range(first, first + 1000)])
        limit(client, server, "allkeys-lfu", 0)
        for first in range(0, 20_000, 1000):
            client.pipeline([("SET", f"new:{i}", VALUE) for i in range(first, first + 1000)])
        hot, cold = survivors(client, "hot", count), survivors(client, "cold", count)
        figure(f"LFU: {hot:.1%} of the hot and {cold:.1%} of the cold keys are kept")
        expect(hot > 0.9 and cold < 0.5, f"{hot:.1%} of the hot and {cold:.1%} of the cold keys are kept")


def test_volatile_ttl_gives_up_the_shortest() -> None:
    with Server() as server, server.connect(timeout=30) as client:
        count = 10_000
        for prefix, seconds in (("long", 100_000), ("short", 100)):
            for first in range(0, count, 1000):
                client.pipeline([("SET", f"{prefix}:{i}", VALUE, "EX", seconds + i % 50) for i in range(first, first + 1000)])
        limit(client, server, "volatile-ttl", 0)
        for first in range(0, 7000, 1000):
            client.pipeline([("SET", f"new:{i}", VALUE) for i in range(first, first + 1000)])
        long, short = survivors(client, "long", count), survivors(client, "short", count)
        figure(f"TTL: {long:.1%} of the long and {short:.1%} of the short lives are kept")
        expect(long > 0.95 and short < 0.5, f"{long:.1%} of the long and {short:.1%} of the short lives are kept")


def test_limit_that_is_lowered() -> None:
    """CONFIG SET maxmemory below what is used: the server gives up keys by itself until it fits."""
    with Server() as server, server.connect(timeout=30) as client:
        base = used(client)
        for first in range(0, 80_000, 2000):
            client.pipeline([("SET", f"k:{i}", VALUE) for i in range(first, first + 2000)])
        most = base + (used(client) - base) // 2
        client.value("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        began = time.monotonic()
        client.value("CONFIG", "SET", "maxmemory", most)
        try:
            wait_until(lambda: used(client) <= most, 15, "used_memory below the new limit")
        except Failure:
            raise Failure(f"used_memory is {used(client)}, maxmemory is {most} after 15 s") from None
        figure(f"half of 80,000 keys given up in {time.monotonic() - began:.1f} s, {client.value('DBSIZE')} kept")
        expect(client.value("DBSIZE") > 20_000, "too much was given up")


def test_lowered_limit_without_any_client() -> None:
    """The same while nobody calls: the background work alone has to do it."""
    with Server() as server, server.connect(timeout=30) as client:
        for first in range(0, 40_000, 2000):
            client.pipeline([("SET", f"k:{i}", VALUE) for i in range(first, first + 2000)])
        most = used(client) - 5_000_000
        client.value("CONFIG", "SET", "maxmemory", most, "maxmemory-policy", "allkeys-random")
        time.sleep(4)
        found = used(client)
        figure(f"4 s after the limit fell by 5 MB: {(found - most) / 1e6:+.2f} MB beside it")
        expect(found <= most + 500_000, f"used_memory is {found}, maxmemory is {most}")
