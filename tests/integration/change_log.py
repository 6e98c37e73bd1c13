"""What the change log holds, replayed into an empty server, gives the same contents."""

import random
import threading
import time
from pathlib import Path

import support
from support import Server, expect, expect_equal, figure, wait_until


def journaling(*words: object, **options) -> Server:
    """A server with the example that follows the change log."""
    examples = Path(support.BINARY).parent.parent / "examples"
    return Server("--plugin-path", examples, "--plugin", "journal", "--journal-file", "journal",
                  "--enable-debug-command", "yes", *words, **options)


def list_commands(r: random.Random) -> list[tuple]:
    """Commands on a few lists, those that wait among them; somebody else may serve them."""
    key, other = (f"list{r.randrange(8)}" for _ in range(2))
    value = r.choice((str(r.randrange(20)), "x" * r.randrange(300)))
    side, count = r.choice(("LEFT", "RIGHT")), r.randrange(1, 5)
    return [("RPUSH", key, value, "1", "2"), ("LPUSH", key, value), ("LPUSHX", key, value), ("LPOP", key, count), ("RPOP", key),
            ("LSET", key, 1, value), ("LINSERT", key, "BEFORE", value, "between"), ("LREM", key, r.randrange(-2, 3), value),
            ("LTRIM", key, r.randrange(3), -1), ("LMOVE", key, other, side, "LEFT"), ("LMPOP", 2, key, other, side, "COUNT", count),
            ("BLPOP", key, other, 0.001), ("BLMOVE", key, other, "LEFT", side, 0.001), ("BRPOPLPUSH", key, other, 0.001),
            ("BLMPOP", 0.001, 2, key, other, side, "COUNT", count), ("BRPOP", key, 0.001)]


def random_command(r: random.Random) -> tuple:
    """Any command that writes, often on the same few keys; some fail, some change nothing.

    Keys that live for milliseconds are apart: a client's replay comes after their end, and would not find them.
    """
    key, other, brief = (f"{kind}{r.randrange(40)}" for kind in ("k", "k", "brief"))
    if r.randrange(2) == 0:
        return r.choice((random_set_command, random_hash_command, random_stream_command, random_zset_command))(r)
    value = r.choice((str(r.randrange(-1000, 1000)), "x" * r.randrange(200), b"\0\r\n\xff" * r.randrange(5), "3.25"))
    soon, late = r.randrange(1, 20), r.randrange(10_000, 20_000)
    unix = int(time.time())
    return r.choice((
        ("SET", key, value), ("SET", key, value, "EX", late), ("SET", brief, value, "PX", soon), ("SET", key, value, "KEEPTTL"),
        ("SET", key, value, "NX", "GET"), ("SET", key, value, "XX", "EXAT", unix + late), ("SETNX", key, value),
        ("SETEX", key, late, value), ("PSETEX", brief, soon, value), ("MSET", key, value, other, value),
        ("MSETNX", key, value, other, value), ("GETSET", key, value), ("GETDEL", key), ("GETEX", key, "EX", late),
        ("GETEX", key, "PXAT", unix * 1000 - 5), ("GETEX", key, "PERSIST"), ("APPEND", key, value),
        ("SETRANGE", key, r.randrange(100), value), ("INCR", key), ("DECRBY", key, r.randrange(9)),
        ("INCRBYFLOAT", key, "0.1"), ("DEL", key, other), ("UNLINK", key), ("EXPIRE", key, late), ("EXPIRE", key, late, "GT"),
        ("PEXPIRE", brief, soon), ("GET", brief), ("EXPIREAT", key, unix - 1), ("PERSIST", key), ("RENAME", key, other),
        ("RENAMENX", key, other), ("COPY", key, other, "DB", r.randrange(3), "REPLACE"), ("MOVE", key, r.randrange(3)),
        *list_commands(r),
        ("SWAPDB", 0, 1), ("SELECT", r.randrange(3)), ("GET", key), ("TTL", key), ("TOUCH", key),
        *([("FLUSHDB",)] if r.randrange(200) == 0 else [])))


def random_set_command(r: random.Random) -> tuple:
    """What changes sets: integers, short strings and long ones, few and many; chance, which the log must have decided."""
    key, other, third = (f"s{r.randrange(12)}" for _ in range(3))
    members = [r.choice((str(r.randrange(60)), f"member:{r.randrange(400)}", "x" * r.randrange(1500)))
               for _ in range(r.choice((1, 1, 3, 60)))]
    return r.choice((
        ("SADD", key, *members), ("SADD", key, *members), ("SADD", key, *(str(r.randrange(3000)) for _ in members)),
        ("SREM", key, *members), ("SPOP", key), ("SPOP", key, r.randrange(1, 9)), ("SPOP", key, r.randrange(1, 500)),
        ("SMOVE", key, other, members[0]), ("SINTERSTORE", key, other, third), ("SUNIONSTORE", key, other, third),
        ("SDIFFSTORE", key, other, third), ("SRANDMEMBER", key, 3), ("SSCAN", key, 0), ("COPY", key, other, "REPLACE"),
        ("EXPIRE", key, r.randrange(10_000, 20_000)), ("DEL", key)))


def random_zset_command(r: random.Random) -> tuple:
    """What changes sorted sets: few members and many, places, commands that wait; somebody else may serve them."""
    key, other, third = (f"z{r.randrange(12)}" for _ in range(3))
    members = [r.choice((str(r.randrange(60)), f"member:{r.randrange(400)}", "x" * r.randrange(200)))
               for _ in range(r.choice((1, 1, 3, 60)))]
    pairs = [word for member in members for word in (r.choice((r.randrange(50), r.uniform(-9, 9), "inf", "-0")), member)]
    side, count = r.choice(("MIN", "MAX")), r.randrange(1, 5)
    return r.choice((
        ("ZADD", key, *pairs), ("ZADD", key, *pairs), ("ZADD", key, "GT", "CH", *pairs), ("ZADD", key, "NX", *pairs),
        ("ZADD", key, "INCR", *pairs[:2]), ("ZINCRBY", key, 0.1, members[0]), ("ZREM", key, *members),
        ("ZREMRANGEBYRANK", key, 0, count), ("ZREMRANGEBYSCORE", key, 3, 5), ("ZREMRANGEBYLEX", key, "[m", "[member:2"),
        ("ZPOPMIN", key), ("ZPOPMAX", key, count), ("ZMPOP", 2, key, other, side, "COUNT", count),
        ("BZPOPMIN", key, other, 0.001), ("BZPOPMAX", key, 0.001), ("BZMPOP", 0.001, 2, key, other, side, "COUNT", count),
        ("ZUNIONSTORE", key, 2, other, third, "WEIGHTS", 1, 0.5), ("ZINTERSTORE", key, 2, other, third),
        ("ZDIFFSTORE", key, 2, other, third), ("ZUNIONSTORE", key, 2, other, f"s{r.randrange(12)}"),
        ("ZRANGESTORE", key, other, 0, r.randrange(200)), ("ZRANDMEMBER", key, 3), ("ZSCAN", key, 0),
        ("GEOADD", key, r.uniform(-180, 180), r.uniform(-80, 80), members[0]),
        ("GEOSEARCHSTORE", key, other, "FROMLONLAT", 10, 20, "BYRADIUS", 5000, "km", "COUNT", 9, "ANY"),
        ("GEORADIUS", key, 10, 20, 5000, "km", "STOREDIST", other), ("COPY", key, other, "REPLACE"),
        ("EXPIRE", key, r.randrange(10_000, 20_000)), ("DEL", key)))


def random_hash_command(r: random.Random) -> tuple:
    """What changes hashes: few fields and many, short values and long ones, counters, fields that end."""
    key, other = (f"h{r.randrange(12)}" for _ in range(2))
    fields = [r.choice((str(r.randrange(30)), f"field:{r.randrange(700)}")) for _ in range(r.choice((1, 1, 3, 60)))]
    pairs = [word for field in fields for word in (field, r.choice((str(r.randrange(99)), "x" * r.randrange(90), "y" * 900)))]
    return r.choice((
        ("HSET", key, *pairs), ("HSET", key, *pairs), ("HMSET", key, *pairs), ("HSETNX", key, *pairs[:2]),
        ("HDEL", key, *fields), ("HINCRBY", key, f"n{r.randrange(3)}", r.randrange(-9, 9)),
        ("HINCRBYFLOAT", key, f"d{r.randrange(3)}", "0.1"), ("HRANDFIELD", key, 3), ("HSCAN", key, 0), ("HGETALL", key),
        ("COPY", key, other, "REPLACE"), ("EXPIRE", key, r.randrange(10_000, 20_000)), ("DEL", key),
        ("HEXPIRE", key, r.randrange(10_000, 20_000), r.choice(("NX", "XX", "GT", "LT")), "FIELDS", len(fields), *fields),
        ("HEXPIRE", key, r.choice((0, 10_000)), "FIELDS", len(fields), *fields),
        ("HPERSIST", key, "FIELDS", len(fields), *fields), ("HGETDEL", key, "FIELDS", len(fields), *fields),
        ("HGETEX", key, "EX", r.choice((0, 30_000)), "FIELDS", len(fields), *fields),
        ("HGETEX", key, "PERSIST", "FIELDS", len(fields), *fields),
        ("HSETEX", key, r.choice(("FNX", "FXX")), "EX", 40_000, "FIELDS", len(fields), *pairs),
        ("HSETEX", key, "KEEPTTL", "FIELDS", len(fields), *pairs),
        ("HSETEX", f"briefhash{r.randrange(4)}", "PX", r.randrange(1, 30), "FIELDS", len(fields), *pairs)))


def random_stream_command(r: random.Random) -> tuple:
    """What changes streams and their groups: IDs that the server chooses, trimming by blocks, deliveries, claims."""
    key, other = (f"x{r.randrange(6)}" for _ in range(2))
    group, consumer = f"g{r.randrange(2)}", f"c{r.randrange(3)}"
    pairs = [word for _ in range(r.randrange(1, 4)) for word in (f"f{r.randrange(2)}", "x" * r.randrange(99))]
    entry = f"{r.randrange(1, 200)}-{r.randrange(2)}"
    return r.choice((
        ("XADD", key, "*", *pairs), ("XADD", key, "*", *pairs), ("XADD", key, f"{r.randrange(1, 200)}-*", *pairs),
        ("XADD", key, entry, *pairs), ("XADD", key, "MAXLEN", "~", r.randrange(300), "*", *pairs),
        ("XADD", key, "NOMKSTREAM", "MINID", "~", entry, "*", *pairs), ("XTRIM", key, "MAXLEN", "~", r.randrange(500)),
        ("XTRIM", key, "MAXLEN", r.randrange(500)), ("XDEL", key, entry), ("XGROUP", "CREATE", key, group, "0", "MKSTREAM"),
        ("XGROUP", "CREATE", key, group, "$", "MKSTREAM"), ("XREADGROUP", "GROUP", group, consumer, "STREAMS", key, ">"),
        ("XREADGROUP", "GROUP", group, consumer, "COUNT", 5, "STREAMS", key, ">"),
        ("XREADGROUP", "GROUP", group, consumer, "NOACK", "COUNT", 3, "STREAMS", key, ">"),
        ("XREADGROUP", "GROUP", group, consumer, "COUNT", 5, "BLOCK", 1, "STREAMS", key, ">"),
        ("XREADGROUP", "GROUP", group, consumer, "COUNT", 2, "STREAMS", key, "0"), ("XACK", key, group, entry),
        ("XCLAIM", key, group, consumer, 0, entry, "FORCE"), ("XAUTOCLAIM", key, group, consumer, 0, "0", "COUNT", 3),
        ("XGROUP", "SETID", key, group, entry), ("XGROUP", "DELCONSUMER", key, group, consumer), ("COPY", key, other, "REPLACE"),
        *([("DEL", key)] if r.randrange(20) == 0 else []), *([("XGROUP", "DESTROY", key, group)] if r.randrange(20) == 0 else [])))


def workload(server: Server, seed: int, commands: int) -> None:
    """Random commands, some of them in transactions, which may change nothing."""
    r = random.Random(seed)
    with server.connect() as client:
        for _ in range(commands // 100):
            batch = [random_command(r) for _ in range(100)]
            for _ in range(r.randrange(3)):
                begin = r.randrange(len(batch))
                end = min(begin + r.randrange(8), len(batch))
                if all(command[0] not in ("MULTI", "EXEC", "DISCARD") for command in batch[begin:end]):
                    batch[begin:end] = [("MULTI",), *batch[begin:end], (r.choice(("EXEC", "EXEC", "DISCARD")),)]
            client.pipeline(batch)


def failures(reply) -> list:
    """The errors in a reply, which may be that of a transaction."""
    if reply.kind == "array":
        return [error for item in reply.value for error in failures(item)]
    return [reply] if reply.kind == "error" else []


def replayed(journal: bytes, server: Server) -> str:
    """The digest after a replay; a command of the journal that fails is a fault."""
    with server.connect() as client:
        threading.Thread(target=client.send, args=(journal + support.encode([b"ECHO", b"the end"]),), daemon=True).start()
        while (reply := client.read()).value != b"the end":
            expect(not failures(reply), f"a command of the journal gave {reply}")
        return client.text("DEBUG", "DIGEST")


def contents_of(client, key: str):
    """A value that compares equal to the same value in another order."""
    kind = client.text("TYPE", key)
    if kind == "list":
        return client.value("LRANGE", key, 0, -1)
    if kind == "set":
        return sorted(member.value for member in client.value("SMEMBERS", key))
    if kind == "zset":
        return [word.value for word in client.value("ZRANGE", key, 0, -1, "WITHSCORES")]
    if kind == "hash":
        words = [word.value for word in client.value("HGETALL", key)]
        ends = [client.value("HPEXPIRETIME", key, "FIELDS", 1, field)[0].value for field in words[::2]]
        return sorted(zip(words[::2], words[1::2], ends))
    if kind == "stream":
        return plain(client.call("XINFO", "STREAM", key, "FULL", "COUNT", 0))
    return client.value("GET", key)


def plain(reply):
    """A reply as it compares; when a consumer was last seen, and how blocks are cut, is not logged."""
    if reply.kind not in ("array", "map"):
        return reply.value
    words = [plain(item) for item in reply.value]
    return [word for i, word in enumerate(words)
            if i == 0 or words[i - 1] not in (b"seen-time", b"radix-tree-keys", b"radix-tree-nodes")]


def contents(client) -> dict:
    """Every key with its value and whether it expires."""
    found = {}
    for db in range(3):
        client.value("SELECT", db)
        for key in client.value("KEYS", "*"):
            value = contents_of(client, key)
            found[db, key] = value, client.value("PEXPIRETIME", key)
    return found


def settled(client) -> None:
    """Every key whose time has come is gone, and the log says so."""
    time.sleep(0.03)
    for db in range(3):
        client.value("SELECT", db)
        client.value("EXISTS", *(f"brief{i}" for i in range(40)))  # KEYS would pass over them
        client.value("EXISTS", *(f"briefhash{i}" for i in range(4)))


def follow(io_threads: int, commands: int) -> int:
    seed = support.seed()
    with journaling(io_threads=io_threads) as server:
        threads = [threading.Thread(target=workload, args=(server, seed + i, commands)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with server.connect() as client:
            settled(client)
            digest, wanted = client.text("DEBUG", "DIGEST"), contents(client)
            length = int(server.info("replication")["master_repl_offset"])
        journal = server.directory / "journal"
        wait_until(lambda: journal.stat().st_size >= length, what="the journal to be written")
        written = journal.read_bytes()
        expect_equal(len(written), length, "bytes of the journal")
    with Server("--enable-debug-command", "yes") as copy:
        copied = replayed(written, copy)
        with copy.connect() as client:
            expect_equal(contents(client), wanted, "the contents of the copy")
        expect_equal(copied, digest, "the digest of the copy")
        expect(wanted, "nothing was left to compare")
    return length


def test_a_replay_gives_the_same_contents() -> None:
    for threads in (1, 4):
        length = follow(io_threads=threads, commands=20_000 if support.LONG else 4_000)
        figure(f"{threads} threads: a journal of {length:,} bytes")


def test_transactions_are_marked() -> None:
    """MULTI and EXEC are around the changes of a transaction, and not there when it has none."""
    with journaling() as server:
        with server.connect() as client:
            client.pipeline([("MULTI",), ("GET", "a"), ("EXEC",), ("MULTI",), ("SET", "a", "1"), ("GET", "a"),
                             ("SELECT", "2"), ("INCR", "n"), ("EXEC",), ("WATCH", "n"), ("SET", "n", "5"), ("MULTI",),
                             ("SET", "n", "6"), ("EXEC",)])
        server.stop()
        words = (server.directory / "journal").read_bytes().split(b"\r\n")
        plain = b" ".join(word for word in words if word and word[:1] not in (b"*", b"$")).decode()
        expect_equal(plain, "MULTI SELECT 0 SET a 1 SELECT 2 INCR n EXEC SET n 5", "the journal")


def test_evictions_are_changes() -> None:
    """What maxmemory gives up is deleted in the copy; and the log itself does not count against the limit."""
    with journaling("--maxmemory-policy", "allkeys-lru") as server:
        with server.connect() as client:
            client.value("CONFIG", "SET", "maxmemory", server.used_memory() + 3_000_000)
            for i in range(0, 20_000, 100):
                client.pipeline([("SET", f"key:{j}", "x" * 400) for j in range(i, i + 100)])
            evicted = int(server.info("stats")["evicted_keys"])
            expect(evicted > 1000, f"{evicted} keys were evicted")
            client.value("CONFIG", "SET", "maxmemory", 0)
            digest, left = client.text("DEBUG", "DIGEST"), client.value("DBSIZE")
            expect(left > 3000, f"{left} keys are left in 3 MB")
        server.stop()
        written = (server.directory / "journal").read_bytes()
    with Server("--enable-debug-command", "yes") as copy:
        expect_equal(replayed(written, copy), digest, "the digest of the copy")


def test_the_end_of_the_server_ends_the_journal() -> None:
    """What was answered is in the file when the server has stopped."""
    with journaling(io_threads=2) as server:
        with server.connect() as client:
            client.pipeline([("SET", f"key:{i}", "v") for i in range(20_000)])
        server.stop()
        expect_equal((server.directory / "journal").read_bytes().count(b"SET"), 20_000, "commands in the journal")
