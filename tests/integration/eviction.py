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


def limit(client: Client, policy: str, extra: int = LIMIT) -> int:
    """Set maxmemory to what is used already and `extra` more."""
    most = used(client) + extra
    client.value("CONFIG", "SET", "maxmemory", most, "maxmemory-policy", policy)
    return most


def each(client: Client, count: int, command) -> list:
    """The replies to command(i) for each i, sent a thousand at a time."""
    return [reply for first in range(0, count, 1000)
            for reply in client.pipeline([command(i) for i in range(first, min(count, first + 1000))])]


def fill(client: Client, prefix: str, count: int) -> list:
    """Set keys of one prefix, all to the same value."""
    return each(client, count, lambda i: ("SET", f"{prefix}:{i}", VALUE))


def below_while_writing(policy: str) -> None:
    """Three times as much as there is room for, with small and some big values."""
    with Server(io_threads=2) as server, server.connect(timeout=30) as client:
        most = limit(client, policy)
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


def stays_below(policy: str):
    """A test of one policy."""
    def test() -> None:
        below_while_writing(policy)
    test.__name__ = f"test_{policy.replace('-', '_')}_stays_below"
    return test


globals().update((test.__name__, test) for test in map(stays_below, (
    "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl")))


def test_noeviction_refuses_writes() -> None:
    with Server() as server, server.connect(timeout=30) as client:
        most = limit(client, "noeviction")
        replies = fill(client, "k", 60_000)
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
        limit(client, "volatile-lru")
        errors, first = 0, 0
        while not errors and first < 100_000:
            errors += sum(reply.kind == "error" for reply in client.pipeline(
                [("SET", f"k:{i}", VALUE) for i in range(first, first + 1000)]))
            first += 1000
        expect(errors, "no write was refused")
        expect_equal(client.value("DBSIZE"), first - errors, "keys")


def survivors(client: Client, prefix: str, count: int) -> float:
    """The part of some keys that is still there."""
    return sum(reply.value for reply in each(client, count, lambda i: ("EXISTS", f"{prefix}:{i}"))) / count


def flood(client: Client, policy: str, new: int, count: int, kept: str, given_up: str, least: float) -> None:
    """Write `new` keys where there is no room: of `count` keys each, one prefix has to stay, the other to make room."""
    limit(client, policy, 0)
    fill(client, "new", new)
    stay, go = survivors(client, kept, count), survivors(client, given_up, count)
    figure(f"{policy}: {stay:.1%} of the {kept} and {go:.1%} of the {given_up} keys are kept")
    expect(stay > least and go < 0.5, f"{stay:.1%} of the {kept} and {go:.1%} of the {given_up} keys are kept")


def test_lru_keeps_what_is_used() -> None:
    """Keys read lately survive a flood of others that replaces most of what was there."""
    with Server() as server, server.connect(timeout=30) as client:
        count = 10_000
        fill(client, "cold", count)
        fill(client, "hot", count)
        time.sleep(2.1)  # the clock of accesses counts seconds
        each(client, count, lambda i: ("GET", f"hot:{i}"))
        flood(client, "allkeys-lru", 7000, count, "hot", "cold", 0.95)


def test_lfu_keeps_what_is_used_often() -> None:
    with Server() as server, server.connect(timeout=30) as client:
        # Counters do not fall: at the end of a minute, hot keys would have no more than new ones begin with.
        client.value("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu", "lfu-decay-time", 0)
        count = 5_000
        fill(client, "cold", count)
        fill(client, "hot", count)
        for _ in range(20):
            each(client, count, lambda i: ("GET", f"hot:{i}"))
        flood(client, "allkeys-lfu", 20_000, count, "hot", "cold", 0.9)


def test_volatile_ttl_gives_up_the_shortest() -> None:
    with Server() as server, server.connect(timeout=30) as client:
        count = 10_000
        each(client, count, lambda i: ("SET", f"long:{i}", VALUE, "EX", 100_000 + i % 50))
        each(client, count, lambda i: ("SET", f"short:{i}", VALUE, "EX", 100 + i % 50))
        flood(client, "volatile-ttl", 7000, count, "long", "short", 0.95)


def test_limit_that_is_lowered() -> None:
    """CONFIG SET maxmemory below what is used: the server gives up keys by itself until it fits."""
    with Server() as server, server.connect(timeout=30) as client:
        base = used(client)
        fill(client, "k", 80_000)
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
        fill(client, "k", 40_000)
        most = used(client) - 5_000_000
        client.value("CONFIG", "SET", "maxmemory", most, "maxmemory-policy", "allkeys-random")
        time.sleep(4)
        found = used(client)
        figure(f"4 s after the limit fell by 5 MB: {(found - most) / 1e6:+.2f} MB beside it")
        expect(found <= most + 500_000, f"used_memory is {found}, maxmemory is {most}")
