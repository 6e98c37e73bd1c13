#!/usr/bin/env python3
"""redis-benchmark against the server, as people run it first: redis_benchmark.py BINARY"""

import re
import subprocess

from checks import begin, check, check_that, each_way, finish, group
from support import Server
from tls_support import TlsServer


def benchmark(server: Server, *words: object, unix: bool = False) -> subprocess.CompletedProcess:
    where = ["-s", server.path] if unix else ["-h", "127.0.0.1", "-p", str(server.port), *getattr(server, "tool_words", [])]
    return subprocess.run(["redis-benchmark", *where, *map(str, words)], capture_output=True, text=True, timeout=60, check=False)


def rates(server: Server, name: str, tests: int, *words: object, unix: bool = False) -> None:
    """A run must end with a rate for each test, and without a warning."""
    result = benchmark(server, "-q", *words, unix=unix)
    found = re.findall(r"([A-Z_]+)[^\r\n]*: (\d+\.\d+) requests per second", result.stdout.replace("\r", "\n"))
    check(f"redis-benchmark {name}: status", result.returncode, 0)
    check_that(f"redis-benchmark {name}: rates", len(found) == tests, result.stdout[-300:])
    complaints = [line for line in result.stderr.splitlines() if "Keepalive disabled" not in line]
    check(f"redis-benchmark {name}: standard error", complaints, [])
    print("    " + name + ": " + ", ".join(f"{test} {float(rate):,.0f}/s" for test, rate in found), flush=True)


def all_kinds(server: Server) -> None:
    rates(server, "-P 16", 4, "-t", "set,get,incr,mset", "-n", 50_000, "-P", 16, "-r", 10_000)
    rates(server, "lists", 6, "-t", "lpush,rpush,lpop,rpop,lrange_100", "-n", 20_000, "-P", 16)
    rates(server, "-P 1", 2, "-t", "set,get", "-n", 20_000)
    rates(server, "--threads 2", 4, "-t", "set,get,incr,mset", "-n", 50_000, "-P", 16, "--threads", 2)
    rates(server, "Unix socket", 2, "-t", "set,get", "-n", 50_000, "-P", 16, unix=True)
    rates(server, "-3", 2, "-t", "set,get", "-n", 20_000, "-P", 16, "-3")
    rates(server, "PING, both kinds", 2, "-t", "ping", "-n", 20_000, "-P", 16)
    rates(server, "values of 4 KiB", 2, "-t", "set,get", "-n", 20_000, "-P", 16, "-d", 4096)
    rates(server, "connections that do not stay", 1, "-t", "ping_mbulk", "-n", 2000, "-k", 0)
    result = benchmark(server, "--csv", "-n", 1000, "GETRANGE", "key:__rand_int__", 0, 1)
    check_that("redis-benchmark, a command of one's own", "GETRANGE" in result.stdout, result.stdout)
    result = benchmark(server, "-t", "get", "-n", 5000)
    check_that("redis-benchmark, its report", "latency summary" in result.stdout, result.stdout[-300:])


def over_tls(server: Server) -> None:
    """Fewer of each: most of the time is the client's, in handshakes one after the other."""
    rates(server, "TLS -P 16", 1, "-t", "set", "-n", 20_000, "-P", 16, "-r", 10_000, "-c", 20)
    rates(server, "TLS --threads 2", 1, "-t", "get", "-n", 20_000, "-P", 16, "--threads", 2, "-c", 20)
    rates(server, "TLS -P 1", 1, "-t", "get", "-n", 2000, "-c", 20)
    rates(server, "TLS, values of 4 KiB", 1, "-t", "get", "-n", 5000, "-P", 16, "-d", 4096, "-c", 20)
    rates(server, "TLS, connections that do not stay", 1, "-t", "ping_mbulk", "-n", 100, "-k", 0, "-c", 10)


def password() -> None:
    with Server("--requirepass", "secret", unix=True) as server:
        rates(server, "-a", 2, "-a", "secret", "-t", "set,get", "-n", 5000, "-P", 16)


begin()
with Server(io_threads=2, unix=True) as the_server:
    group("redis-benchmark", all_kinds, the_server)
group("redis-benchmark, password", password)
with TlsServer(io_threads=2) as the_server:
    for _ in each_way(the_server):
        group("redis-benchmark, TLS", over_tls, the_server)
finish()
