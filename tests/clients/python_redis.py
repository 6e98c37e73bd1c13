#!/usr/bin/env python3
"""redis-py (Debian's python3-redis) against the server: python_redis.py BINARY"""

import threading
import time

from checks import begin, check, check_that, each_way, finish, group
from support import Server
from tls_support import TlsServer, certificates

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry


def raises(kind, function, *words) -> bool:
    """Whether a call raises that error."""
    try:
        function(*words)
        return False
    except kind:
        return True


def lists(r: redis.Redis, name: str) -> None:
    check(f"{name}: RPUSH", r.rpush("l", "a", "b", "c"), 3)
    check(f"{name}: LPUSH", r.lpush("l", "z"), 4)
    check(f"{name}: LRANGE", r.lrange("l", 0, -1), [b"z", b"a", b"b", b"c"])
    check(f"{name}: LPOP with a count", r.lpop("l", 2), [b"z", b"a"])
    check(f"{name}: LMOVE", r.lmove("l", "m"), b"b")
    check(f"{name}: BLPOP", r.blpop(["none", "m"], 1), (b"m", b"b"))
    check(f"{name}: BRPOP that waits", r.brpop("none", 0.02), None)
    check(f"{name}: LINDEX", r.lindex("l", -1), b"c")
    check(f"{name}: DEL of a list", r.delete("l"), 1)


def ordinary(name: str, **options) -> None:
    r = redis.Redis(client_name="tester", **options)
    r.flushall()
    check(f"{name}: CLIENT GETNAME", r.client_getname(), "tester")
    check_that(f"{name}: CLIENT LIST", any(client["name"] == "tester" for client in r.client_list()))
    check(f"{name}: PING", r.ping(), True)
    check(f"{name}: ECHO", r.echo("hi"), b"hi")
    check(f"{name}: SET", r.set("k", "v"), True)
    check(f"{name}: GET", r.get("k"), b"v")
    check(f"{name}: GET of nothing", r.get("none"), None)
    check(f"{name}: SET NX", r.set("k", "w", nx=True), None)
    check(f"{name}: SET GET", r.set("k", "w", get=True), b"v")
    check(f"{name}: MSET", r.mset({"a": 1, "b": 2}), True)
    check(f"{name}: MGET", r.mget("a", "none", "b"), [b"1", None, b"2"])
    check(f"{name}: MSETNX", r.msetnx({"a": 1, "z": 2}), False)
    check(f"{name}: APPEND", r.append("a", "23"), 3)
    check(f"{name}: GETRANGE", r.getrange("a", 1, -1), b"23")
    check(f"{name}: SETRANGE", r.setrange("a", 1, "xy"), 3)
    check(f"{name}: STRLEN", r.strlen("a"), 3)
    check(f"{name}: INCR", r.incr("n"), 1)
    check(f"{name}: INCRBY", r.incrby("n", 41), 42)
    check(f"{name}: DECR", r.decr("n"), 41)
    check(f"{name}: INCRBYFLOAT", r.incrbyfloat("n", 0.5), 41.5)
    check(f"{name}: GETDEL", r.getdel("n"), b"41.5")
    check(f"{name}: GETEX", r.getex("k", ex=100), b"w")
    check_that(f"{name}: TTL", r.ttl("k") in (99, 100))
    check(f"{name}: PERSIST", r.persist("k"), True)
    check(f"{name}: EXPIRE", r.expire("k", 100), True)
    r.psetex("soon", 20, "v")
    time.sleep(0.04)
    check(f"{name}: an expired key", r.get("soon"), None)
    check(f"{name}: EXISTS", r.exists("a", "b", "none"), 2)
    check(f"{name}: TYPE", r.type("a"), b"string")
    check(f"{name}: SADD", r.sadd("s", "x", "y", "1"), 3)
    check(f"{name}: SMEMBERS", r.smembers("s"), {b"x", b"y", b"1"})
    check(f"{name}: SMISMEMBER", r.smismember("s", ["x", "z"]), [1, 0])
    check(f"{name}: SINTER", r.sinter("s", "s"), {b"x", b"y", b"1"})
    check(f"{name}: SSCAN", set(r.sscan_iter("s")), {b"x", b"y", b"1"})
    check_that(f"{name}: SPOP", r.spop("s") in (b"x", b"y", b"1"))
    check(f"{name}: SPOP with a count", len(r.spop("s", 5)), 2)
    check(f"{name}: ZADD", r.zadd("z", {"b": 2.5, "a": 1}), 2)
    check(f"{name}: ZRANGE", r.zrange("z", 0, -1, withscores=True), [(b"a", 1.0), (b"b", 2.5)])
    check(f"{name}: ZINCRBY", r.zincrby("z", 2, "a"), 3.0)
    check(f"{name}: ZPOPMAX", r.zpopmax("z"), [(b"a", 3.0)])
    check(f"{name}: BZPOPMIN", r.bzpopmin("z", 1), (b"z", b"b", 2.5))
    check(f"{name}: GEOADD", r.geoadd("g", (13.361389, 38.115556, "Palermo")), 1)
    check(f"{name}: GEOHASH", r.geohash("g", "Palermo"), ["sqc8b49rny0"])
    check(f"{name}: ZREM of a place", r.zrem("g", "Palermo"), 1)
    check(f"{name}: HSET", r.hset("h", mapping={"f": "1", "g": "two"}), 2)
    check(f"{name}: HGETALL", r.hgetall("h"), {b"f": b"1", b"g": b"two"})
    check(f"{name}: HINCRBY", r.hincrby("h", "f", 41), 42)
    check(f"{name}: HMGET", r.hmget("h", ["f", "none"]), [b"42", None])
    check(f"{name}: HSCAN", dict(r.hscan_iter("h")), {b"f": b"42", b"g": b"two"})
    check(f"{name}: HRANDFIELD", sorted(r.hrandfield("h", 5)), [b"f", b"g"])
    check(f"{name}: HDEL", r.hdel("h", "f", "g"), 2)
    check(f"{name}: XADD", r.xadd("x", {"f": "1"}, id="1-1"), b"1-1")
    check(f"{name}: XRANGE", r.xrange("x"), [(b"1-1", {b"f": b"1"})])
    check(f"{name}: XGROUP CREATE", r.xgroup_create("x", "g", id="0"), True)
    check(f"{name}: XREADGROUP", len(r.xreadgroup("g", "c", {"x": ">"})), 1)
    check(f"{name}: XPENDING", r.xpending("x", "g")["pending"], 1)
    check(f"{name}: XACK", r.xack("x", "g", "1-1"), 1)
    check(f"{name}: XINFO STREAM", r.xinfo_stream("x")["length"], 1)
    check(f"{name}: DEL of a stream", r.delete("x"), 1)
    check(f"{name}: RENAME", r.rename("a", "c"), True)
    check(f"{name}: COPY", r.copy("c", "d"), True)
    check(f"{name}: TOUCH", r.touch("c", "d"), 2)
    check(f"{name}: UNLINK", r.unlink("d"), 1)
    check(f"{name}: DEL", r.delete("c"), 1)
    check(f"{name}: KEYS", sorted(r.keys()), [b"b", b"k"])
    check(f"{name}: RANDOMKEY", r.randomkey() in (b"b", b"k"), True)
    check(f"{name}: DBSIZE", r.dbsize(), 2)
    check(f"{name}: LCS", r.lcs("k", "b"), b"")
    check(f"{name}: OBJECT", r.object("encoding", "k"), b"embstr")
    lists(r, name)
    check_that(f"{name}: INFO", r.info()["keel_version"])
    check_that(f"{name}: INFO of all", "cmdstat_get" in r.info("all"))
    check(f"{name}: CONFIG SET", r.config_set("hz", 20), True)
    check(f"{name}: CONFIG GET", r.config_get("hz"), {"hz": "20"})
    check_that(f"{name}: COMMAND", "get" in r.command())
    check_that(f"{name}: COMMAND COUNT", r.command_count() > 50)
    check_that(f"{name}: MEMORY USAGE", r.memory_usage("k") > 0)
    check_that(f"{name}: TIME", abs(r.time()[0] - time.time()) < 5)
    check_that(f"{name}: SLOWLOG", isinstance(r.slowlog_get(), list))
    check(f"{name}: WAIT", r.wait(0, 10), 0)

    with r.pipeline(transaction=False) as pipeline:
        for i in range(5000):
            pipeline.set(f"p:{i}", i)
        for i in range(5000):
            pipeline.get(f"p:{i}")
        replies = pipeline.execute()
    check_that(f"{name}: a pipeline", replies == [True] * 5000 + [b"%d" % i for i in range(5000)])
    check(f"{name}: SCAN", len(set(r.scan_iter("p:*", count=500))), 5000)

    big = bytes(range(256)) * 32_000
    check(f"{name}: SET of 8 MB", r.set("big", big), True)
    check_that(f"{name}: GET of 8 MB", r.get("big") == big)
    every = bytes(range(256))
    r.set(every, every)
    check(f"{name}: every byte", r.get(every), every)
    r.set("empty", b"")
    check(f"{name}: an empty value", r.get("empty"), b"")

    r.set("text", "abc")
    check_that(f"{name}: INCR of a text", raises(redis.ResponseError, r.incr, "text"))
    check_that(f"{name}: an unknown command", raises(redis.ResponseError, r.execute_command, "NOSUCH"))
    with r.pipeline(transaction=False) as pipeline:
        pipeline.set("x", "y").incr("x").get("x")
        replies = pipeline.execute(raise_on_error=False)
    check_that(f"{name}: an error inside a pipeline", isinstance(replies[1], redis.ResponseError) and replies[2] == b"y")

    other = redis.Redis(client_name="victim", **options)
    victim = other.client_id()
    check(f"{name}: CLIENT KILL", r.client_kill_filter(_id=victim), 1)
    check(f"{name}: after CLIENT KILL, connected anew", other.get("text"), b"abc")

    def set_later() -> None:
        time.sleep(0.1)
        r.set("watched", "1")

    with r.monitor() as monitor:
        threading.Thread(target=set_later).start()
        seen = next(command for command in monitor.listen() if command["command"].startswith("SET"))
    check(f"{name}: MONITOR", seen["command"], "SET watched 1")

    def count() -> None:
        for _ in range(200):
            r.incr("sum")

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(f"{name}: threads with a pool", r.get("sum"), b"1600")
    r.close()


def restart(server: Server, **options) -> None:
    r = redis.Redis(port=server.port, **options, retry=Retry(ConstantBackoff(0.05), 400), retry_on_error=[OSError])
    r.set("k", "v")
    server.stop()
    check_that("redis-py: while there is no server", raises(redis.ConnectionError, redis.Redis(port=server.port, **options).get, "k"))
    later = threading.Timer(0.3, server.start)
    later.start()
    check("redis-py: a command across a restart", r.set("after", "restart"), True)
    check("redis-py: after a restart", r.get("after"), b"restart")
    later.join()


def password() -> None:
    with Server("--requirepass", "secret", unix=True) as server:
        check("redis-py: with the password", redis.Redis(port=server.port, password="secret").set("k", "v"), True)
        check("redis-py: with user and password",
              redis.Redis(unix_socket_path=server.path, username="default", password="secret", db=3).dbsize(), 0)
        check_that("redis-py: a wrong password",
                   raises((redis.AuthenticationError, redis.ResponseError), redis.Redis(port=server.port, password="wrong").get, "k"))
        check_that("redis-py: without a password",
                   raises(redis.AuthenticationError, redis.Redis(port=server.port).get, "k"))


begin()
with Server(io_threads=None, unix=True) as the_server:
    for kind, where in (("TCP", {"port": the_server.port}), ("Unix socket", {"unix_socket_path": the_server.path})):
        group(f"redis-py, {kind}", lambda: ordinary(f"redis-py, {kind}", **where))
    group("redis-py, restart", restart, the_server)
group("redis-py, password", password)


def tls_options(certificate: bool) -> dict:
    made = certificates()
    options = {"host": "127.0.0.1", "ssl": True, "ssl_ca_certs": made.authority.cert, "ssl_check_hostname": True}
    return options | ({"ssl_certfile": made.client.cert, "ssl_keyfile": made.client.key} if certificate else {})


def over_tls(server: TlsServer, certificate: bool) -> None:
    options = {"port": server.port, **tls_options(certificate)}
    mine = redis.Redis(client_name="who", **options).client_list()
    check("redis-py, TLS: its name by its certificate", [client["identity"] for client in mine if client["name"] == "who"],
          ["alice" if certificate else ""])
    if certificate:
        check_that("redis-py, TLS: without its certificate",
                   raises(redis.ConnectionError, redis.Redis(port=server.port, **tls_options(False)).ping))
    check_that("redis-py, TLS: without its authority",
               raises(redis.ConnectionError, redis.Redis(**{**options, "ssl_ca_certs": certificates().stranger.cert}).ping))
    ordinary("redis-py, TLS", **options)


with TlsServer(io_threads=None) as the_server:
    for shown in each_way(the_server):
        group("redis-py, TLS", over_tls, the_server, shown)
with TlsServer() as the_server:
    group("redis-py, restart over TLS", lambda: restart(the_server, **tls_options(True)))
finish()
