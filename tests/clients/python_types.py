#!/usr/bin/env python3
"""redis-py (Debian's python3-redis) with every type: python_types.py BINARY, which may be redis-server."""

import sys
import threading
from pathlib import Path

import checks
from checks import check, check_that, finish, group

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "commands"))
import servers  # noqa: E402

import redis  # noqa: E402


def refused(text: str, function, *words, **named) -> bool:
    """Whether a call raises an error with this text."""
    try:
        function(*words, **named)
    except redis.ResponseError as error:
        return text in str(error)
    return False


def later(function, *words) -> None:
    """Call it from another thread, when this one waits already."""
    threading.Timer(0.05, function, words).start()


def lists(r: redis.Redis) -> None:
    check("RPUSH", r.rpush("l", "a", "b", "c", "b"), 4)
    check("LPOS", r.lpos("l", "b", rank=-1), 3)
    check("LPOS with a count", r.lpos("l", "b", count=0), [1, 3])
    check("LINSERT", r.linsert("l", "before", "b", "x"), 5)
    check("LSET", r.lset("l", 0, "A"), True)
    check("LREM", r.lrem("l", -1, "b"), 1)
    check("LTRIM", r.ltrim("l", 0, 2), True)
    check("LRANGE", r.lrange("l", 0, -1), [b"A", b"x", b"b"])
    check("LMPOP", r.lmpop(2, "none", "l", direction="RIGHT", count=2), [b"l", [b"b", b"x"]])
    check("RPOPLPUSH", r.rpoplpush("l", "m"), b"A")
    check("BLMPOP", r.blmpop(1, 1, "m", direction="LEFT"), [b"m", [b"A"]])
    later(r.rpush, "late", "v")
    check("BLMOVE that waits", r.blmove("late", "to", 5), b"v")
    later(r.rpush, "late", "w")
    check("BRPOP that waits", r.brpop(["none", "late"], 5), (b"late", b"w"))
    check("LLEN", r.llen("late"), 0)


def hashes(r: redis.Redis) -> None:
    check("HSET", r.hset("h", "f", 1, mapping={"g": "two"}), 2)
    check("HSETNX", r.hsetnx("h", "f", 9), False)
    check("HINCRBYFLOAT", r.hincrbyfloat("h", "f", 0.5), 1.5)
    check("HEXISTS", r.hexists("h", "none"), False)
    check("HKEYS", r.hkeys("h"), [b"f", b"g"])
    check("HVALS", r.hvals("h"), [b"1.5", b"two"])
    check("HLEN", r.hlen("h"), 2)
    check("HSTRLEN", r.hstrlen("h", "g"), 3)
    check("HRANDFIELD", len(r.hrandfield("h", -4, withvalues=True)), 8)
    r.hset("big", mapping={f"f{i}": i for i in range(1000)})
    check("HSCAN", dict(r.hscan_iter("big", count=50)), {b"f%d" % i: b"%d" % i for i in range(1000)})
    check_that("WRONGTYPE", refused("WRONGTYPE", r.lpush, "h", "x"))


def sets(r: redis.Redis) -> None:
    r.sadd("s", *range(10))
    r.sadd("t", 5, 6, "x")
    check("SDIFF", r.sdiff("t", "s"), {b"x"})
    check("SUNIONSTORE", r.sunionstore("u", "s", "t"), 11)
    check("SINTERSTORE", r.sinterstore("i", ["s", "t"]), 2)
    check("SINTERCARD", r.sintercard(2, ["s", "t"], limit=1), 1)
    check("SISMEMBER", [bool(r.sismember("i", 5)), bool(r.sismember("i", 7))], [True, False])
    check("SMOVE", r.smove("t", "i", "x"), True)
    check("SMEMBERS", r.smembers("i"), {b"5", b"6", b"x"})
    check("SRANDMEMBER", len(r.srandmember("i", -5)), 5)
    check("SREM", r.srem("i", "x", "none"), 1)
    check("SCARD", r.scard("i"), 2)


def sorted_sets(r: redis.Redis) -> None:
    check("ZADD", r.zadd("z", {"a": 1, "b": 2.5, "c": float("inf")}), 3)
    check("ZADD NX", r.zadd("z", {"a": 9, "d": 4}, nx=True), 1)
    check("ZADD GT CH", r.zadd("z", {"a": 0, "b": 3}, gt=True, ch=True), 1)
    check("ZADD INCR", r.zadd("z", {"a": 2}, incr=True), 3.0)
    check("ZSCORE", r.zscore("z", "c"), float("inf"))
    check("ZMSCORE", r.zmscore("z", ["a", "none"]), [3.0, None])
    check("ZRANK", [r.zrank("z", "d"), r.zrevrank("z", "d"), r.zrank("z", "none")], [2, 1, None])
    check("ZRANGE BYSCORE", r.zrange("z", "(3", "+inf", byscore=True, withscores=True), [(b"d", 4.0), (b"c", float("inf"))])
    check("ZREVRANGEBYSCORE", r.zrevrangebyscore("z", 4, "-inf", start=0, num=2), [b"d", b"b"])
    check("ZCOUNT", r.zcount("z", 3, 4), 3)
    r.zadd("y", {"a": 1, "e": 1})
    check("ZUNION", r.zunion({"z": 1, "y": 10}, aggregate="MAX", withscores=True)[:2], [(b"b", 3.0), (b"d", 4.0)])
    check("ZINTER", r.zinter(["z", "y"], withscores=True), [(b"a", 4.0)])
    check("ZDIFF", r.zdiff(["y", "z"]), [b"e"])
    check("ZUNIONSTORE", r.zunionstore("u", ["z", "y"]), 5)
    check("ZINTERCARD", r.zintercard(2, ["z", "y"]), 1)
    check("ZRANGESTORE", r.zrangestore("w", "z", 0, 1), 2)
    check("ZLEXCOUNT", r.zlexcount("y", "[a", "[b"), 1)
    check("ZPOPMIN", r.zpopmin("w", 2), [(b"a", 3.0), (b"b", 3.0)])
    check("ZMPOP", r.zmpop(1, ["u"], max=True), [b"u", [[b"c", b"inf"]]])
    check("ZREMRANGEBYSCORE", r.zremrangebyscore("u", "-inf", 3), 2)
    check("ZREMRANGEBYRANK", r.zremrangebyrank("u", 0, -1), 2)
    later(r.zadd, "late", {"m": 7})
    check("BZPOPMAX that waits", r.bzpopmax("late", 5), (b"late", b"m", 7.0))
    r.zadd("big", {f"m{i}": i for i in range(1000)})
    check("ZSCAN", dict(r.zscan_iter("big", count=50)), {b"m%d" % i: float(i) for i in range(1000)})


def geo(r: redis.Redis) -> None:
    check("GEOADD", r.geoadd("g", (13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania")), 2)
    check("GEODIST", r.geodist("g", "Palermo", "Catania", "km"), 166.2742)
    check("GEOPOS", [tuple(round(x, 4) for x in place) for place in r.geopos("g", "Palermo")], [(13.3614, 38.1156)])
    check("GEOSEARCH", r.geosearch("g", longitude=15, latitude=37, radius=200, unit="km", sort="ASC", withdist=True),
          [[b"Catania", 56.4413], [b"Palermo", 190.4424]])
    check("GEOSEARCH by box", r.geosearch("g", member="Palermo", width=50, height=50, unit="km"), [b"Palermo"])
    check("GEOSEARCHSTORE", r.geosearchstore("near", "g", longitude=15, latitude=37, radius=100, unit="km"), 1)
    check("GEORADIUS", r.georadius("g", 15, 37, 100, unit="km"), [b"Catania"])


def bits(r: redis.Redis) -> None:
    check("SETBIT", [r.setbit("b", 7, 1), r.setbit("b", 7, 1)], [0, 1])
    check("GETBIT", r.getbit("b", 7), 1)
    r.set("c", b"\xff\x0f")
    check("BITCOUNT", [r.bitcount("c"), r.bitcount("c", 1, 1)], [12, 4])
    check("BITPOS", [r.bitpos("c", 0), r.bitpos("c", 1, 1)], [8, 12])
    check("BITOP", [r.bitop("XOR", "d", "b", "c"), r.get("d")], [2, b"\xfe\x0f"])
    check("BITFIELD", r.bitfield("f").set("u8", 0, 200).incrby("u8", 0, 60).get("i8", 0).execute(), [0, 4, 4])
    check("BITFIELD with OVERFLOW", r.bitfield("f", "SAT").incrby("u8", "#1", 300, "FAIL").execute(), [None])
    check("PFADD", [r.pfadd("p", "a", "b", "c"), r.pfadd("p", "a")], [1, 0])
    r.pfadd("q", *(f"element {i}" for i in range(3000)))
    check("PFMERGE", r.pfmerge("m", "p", "q"), True)
    check_that("PFCOUNT", 2900 < r.pfcount("p", "q") == r.pfcount("m") < 3100)


def streams(r: redis.Redis) -> None:
    check("XADD", [r.xadd("x", {"n": i}, id=f"{i}-0") for i in range(1, 6)], [b"%d-0" % i for i in range(1, 6)])
    check("XADD MAXLEN", r.xadd("x", {"n": 6}, id="6-0", maxlen=5, approximate=False), b"6-0")
    check("XREVRANGE", r.xrevrange("x", count=1), [(b"6-0", {b"n": b"6"})])
    check("XREAD", r.xread({"x": "5-0", "none": 0}), [[b"x", [(b"6-0", {b"n": b"6"})]]])
    check("XGROUP CREATE", r.xgroup_create("x", "g", id="0"), True)
    check_that("XGROUP CREATE again", refused("BUSYGROUP", r.xgroup_create, "x", "g"))
    read = r.xreadgroup("g", "one", {"x": ">"}, count=2)
    check("XREADGROUP", [entry for entry, _ in read[0][1]], [b"2-0", b"3-0"])
    check("XPENDING", r.xpending("x", "g"),
          {"pending": 2, "min": b"2-0", "max": b"3-0", "consumers": [{"name": b"one", "pending": 2}]})
    check("XPENDING of entries", [(row["message_id"], row["consumer"], row["times_delivered"]) for row in r.xpending_range("x", "g", "-", "+", 9)],
          [(b"2-0", b"one", 1), (b"3-0", b"one", 1)])
    check("XCLAIM", r.xclaim("x", "g", "two", 0, ["2-0"]), [(b"2-0", {b"n": b"2"})])
    check("XAUTOCLAIM", r.xautoclaim("x", "g", "three", 0, justid=True), [b"2-0", b"3-0"])
    check("XACK", r.xack("x", "g", "2-0", "9-0"), 1)
    check("XINFO GROUPS", [(row["name"], row["pending"]) for row in r.xinfo_groups("x")], [(b"g", 1)])
    check("XINFO CONSUMERS", sorted((row["name"], row["pending"]) for row in r.xinfo_consumers("x", "g")),
          [(b"one", 0), (b"three", 1), (b"two", 0)])
    check("XDEL", r.xdel("x", "5-0"), 1)
    check("XTRIM", r.xtrim("x", minid="4-0", approximate=False), 2)
    check("XLEN", r.xlen("x"), 2)
    later(r.xadd, "x", {"n": 7}, "7-0")
    check("XREAD that waits", r.xread({"x": "$"}, block=5000), [[b"x", [(b"7-0", {b"n": b"7"})]]])
    r.xreadgroup("g", "one", {"x": ">"})
    later(r.xadd, "x", {"n": 8}, "8-0")
    check("XREADGROUP that waits", r.xreadgroup("g", "one", {"x": ">"}, block=5000, noack=True), [[b"x", [(b"8-0", {b"n": b"8"})]]])
    check("XGROUP DESTROY", r.xgroup_destroy("x", "g"), 1)


def keys(r: redis.Redis) -> None:
    r.rpush("l", 3, 10, 1)
    r.mset({"w1": 3, "w3": 2, "w10": 1, "o3": "three"})
    check("SORT", r.sort("l"), [b"1", b"3", b"10"])
    check("SORT BY and GET", r.sort("l", by="w*", get=["#", "o*"], groups=True), [(b"10", None), (b"3", b"three"), (b"1", None)])
    check("SORT STORE", [r.sort("l", desc=True, store="sorted"), r.lrange("sorted", 0, -1)], [3, [b"10", b"3", b"1"]])
    payload = r.dump("l")
    check("RESTORE", [r.restore("copy", 0, payload), r.lrange("copy", 0, -1)], [b"OK", [b"3", b"10", b"1"]])
    check_that("RESTORE over a key", refused("BUSYKEY", r.restore, "copy", 0, payload))
    check_that("RESTORE of damage", refused("checksum are wrong", r.restore, "other", 0, payload[:-1] + b"\0"))
    check("RESTORE with a time", [r.restore("copy", 5000, payload, replace=True), r.ttl("copy")], [b"OK", 5])

    def move(pipeline: redis.client.Pipeline) -> None:
        found = pipeline.llen("l")
        pipeline.multi()
        pipeline.set("length", found).expire("length", 100)

    check("a transaction", r.transaction(move, "l"), [True, True])
    with r.pipeline() as pipeline:
        pipeline.watch("l")
        r.rpush("l", "by another")
        pipeline.multi()
        pipeline.set("length", "lost")
        try:
            pipeline.execute()
            check("WATCH", "executed", "WatchError")
        except redis.WatchError:
            check("WATCH", r.get("length"), b"3")
    check("SCAN of a type", sorted(r.scan_iter(_type="list")), [b"copy", b"l", b"sorted"])


binary = sys.argv[1]
port = servers.free_port()
reference = Path(binary).name == "redis-server"
with servers.Server(port, servers.reference_command(port) if reference else servers.keel_command(port, binary, None, False)):
    for name, body in {"lists": lists, "hashes": hashes, "sets": sets, "sorted sets": sorted_sets, "geo": geo, "bits": bits,
                       "streams": streams, "keys": keys}.items():
        r = redis.Redis(port=port)
        r.flushall()
        checks.way = f"redis-py, {name}: "
        group(name, body, r)
        r.close()
finish()
