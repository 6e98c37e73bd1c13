#!/usr/bin/env python3
"""Commands of the data types on Keel beside Debian's redis-server, and the memory of big and of many values:
data_types.py BINARY [--only WORD...] [--rounds N] [--no-memory]

Both servers have one I/O thread and share one core, redis-benchmark has the other; they take turns in rounds.  Columns:

    CPU us     processor time of the server per command, the median of the rounds
    / redis    that, as a part of what redis-server takes; the bounds of own and times below say what is aimed at
    own        the same above what the kernel takes (bench.py), where commands come in pipelines of 16
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator, NamedTuple

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "commands"))
sys.path.insert(0, str(HERE))

from bench import Candidate, running  # noqa: E402
from resp import Connection  # noqa: E402

MEBIBYTE = 1 << 20


class Run(NamedTuple):
    command: str
    depth: int  # commands in a pipeline
    connections: int
    requests: int
    range: int = 100_000  # of __rand_int__


# Small commands in pipelines; ranges of big values one by one; long texts one after another.
RUNS = [
    *(Run(command, 16, 50, 800_000) for command in (
        "INCR counter:__rand_int__", "LPUSH mylist x", "HSET myhash element:__rand_int__ x", "SADD myset element:__rand_int__",
        "ZADD myzset 7 element:__rand_int__", "XADD mystream MAXLEN ~ 100000 * field value")),
    *(Run(command, 1, 50, 40_000) for command in (
        "LRANGE list 0 99", "ZRANGE zset 0 99", "ZRANGE zset 0 99 WITHSCORES", "ZRANGE zset 0 999", "XRANGE stream - + COUNT 100",
        "HGETALL hash:100", "SMEMBERS set:100")),
    Run("HGETALL hash:10000", 1, 10, 2_000),
    *(Run(command, 16, 1, 8_000) for command in (
        "BITCOUNT text:1", "BITOP AND result text:1 text:2", "BITOP OR result text:1 text:2", "BITOP XOR result text:1 text:2",
        "BITOP NOT result text:1")),
    Run("PFCOUNT " + " ".join(f"sketch:{i}" for i in range(10)), 16, 1, 4_000),
]
MEMBERS = 1_000_000


def values() -> Iterator[list]:
    """What the commands above read."""
    for i in range(10_000):
        yield ["RPUSH", "list", "element:%d" % i]
        yield ["ZADD", "zset", str(i), "element:%012d" % i]
        yield ["XADD", "stream", "*", "field", "value:%d" % i]
        yield ["HSET", "hash:10000", "field:%012d" % i, "value:%012d" % i]
    for i in range(100):
        yield ["HSET", "hash:100", "field:%d" % i, "value:%d" % i]
        yield ["SADD", "set:100", "member:%d" % i]
    for name in ("text:1", "text:2"):
        yield ["SET", name, os.urandom(MEBIBYTE)]
    for i in range(100_000):
        yield ["PFADD", f"sketch:{i % 10}", str(i)]


def big_values() -> dict[str, Iterator[list]]:
    """What is weighed: the name of a kind of value, and the commands that make it."""
    every = range(MEMBERS)
    return {
        "a set, per member of 16 bytes": (["SADD", "weighed", "%016d" % i] for i in every),
        "a hash, per field of 16 bytes with a value of 16": (["HSET", "weighed", "%016d" % i, "%016d" % i] for i in every),
        "a sorted set, per member of 16 bytes": (["ZADD", "weighed", str(i), "%016d" % i] for i in every),
        "a list, per element of 16 bytes": (["RPUSH", "weighed", "%016d" % i] for i in every),
        "small hashes of five fields, per hash": (
            ["HSET", "user:%012d" % i, "name", "name%d" % i, "mail", "%d@example.com" % i, "age", str(i % 90),
             "city", "city%d" % (i % 1000), "visits", str(i)] for i in every),
        "a stream, per entry of two fields": (
            ["XADD", "weighed", "*", "sensor", str(i % 1000), "value", str(i * 7 % 100_003)] for i in every),
    }


def send_all(connection: Connection, commands: Iterator[list]) -> None:
    """In pipelines that no server has to hold replies for."""
    batch: list = []
    pending = 0

    def flush() -> None:
        nonlocal pending
        connection.send(b"".join(batch))
        for _ in range(pending):
            connection.read()
        batch.clear()
        pending = 0

    for command in commands:
        words = [word if isinstance(word, bytes) else word.encode() for word in command]
        batch.append(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        pending += 1
        if pending == 1000:
            flush()
    flush()


def used_memory(connection: Connection) -> int:
    return int(re.search(rb"used_memory:(\d+)", connection.call(b"INFO", b"memory").value).group(1))


def weigh(candidates: list[Candidate]) -> None:
    print(f"\nMemory: {MEMBERS:,} of each, by used_memory\n")
    print(f"{'':50}" + "".join(f"{candidate.name:>14}" for candidate in candidates) + f"{'/ redis':>9}")
    for kind in big_values():
        found = []
        for candidate in candidates:
            connection = Connection(candidate.port, 60)
            connection.call(b"FLUSHALL")
            before = used_memory(connection)
            send_all(connection, big_values()[kind])
            found.append((used_memory(connection) - before) / MEMBERS)
            connection.call(b"FLUSHALL")
            connection.close()
        print(f"{kind:50}" + "".join(f"{one:14.1f}" for one in found) + f"{found[1] / found[0]:9.2f}", flush=True)


def load(candidate: Candidate, run: Run, core: set[int]) -> float:
    """Processor microseconds per command."""
    words = ["redis-benchmark", "-h", "127.0.0.1", "-p", str(candidate.port), "-q", "-c", str(run.connections), "-n",
             str(run.requests), "-P", str(run.depth), "-r", str(run.range), *run.command.split()]
    before = candidate.cpu()
    result = subprocess.run(words, capture_output=True, text=True, check=False,
                            preexec_fn=lambda: os.sched_setaffinity(0, core))
    spent = candidate.cpu() - before
    if "requests per second" not in result.stdout:
        raise SystemExit(f"redis-benchmark against {candidate.name} gave {result.stdout!r} {result.stderr!r}")
    return spent / run.requests * 1e6


def measure(candidates: list[Candidate], runs: list[Run], rounds: int, core: set[int]) -> None:
    print(f"{'':40}" + "".join(f"{candidate.name:>14}" for candidate in candidates) + f"{'/ redis':>9}{'times':>7}{'own':>7}")
    for run in runs:
        found: dict[str, list[float]] = {}
        for number in range(rounds):
            for candidate in candidates[number % len(candidates):] + candidates[:number % len(candidates)]:
                found.setdefault(candidate.name, []).append(load(candidate, run, core))
        redis, keel, floor = (statistics.median(found[name]) for name in ("redis-server", "keel", "floor"))
        # The floor answers anything with a few bytes: it says what a pipeline of small commands costs, and no more.
        own = f"{(keel - floor) / (redis - floor):.2f}" if run.depth == 16 and run.connections > 1 else ""
        label = f"{' '.join(run.command.split()[:6])} -P {run.depth}"
        print(f"{label:40}{redis:14.2f}{keel:14.2f}{floor:14.2f}{keel / redis:9.2f}{redis / keel:7.1f}{own:>7}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Commands of the data types beside redis-server.")
    parser.add_argument("binary", help="the server")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="commands that begin so")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-memory", action="store_true")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("two cores are needed: one for the servers, one for redis-benchmark")
    runs = [run for run in RUNS if not options.only or run.command.startswith(tuple(options.only))]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["cc", "-O2", "-o", f"{directory}/floor", str(HERE / "floor.c")], check=True)
        commands = {
            "redis-server": ["redis-server", "--port", "PORT", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            "keel": [str(Path(options.binary).resolve()), "serve", "--port", "PORT", "--bind", "127.0.0.1", "--io-threads", "1"],
            "floor": [f"{directory}/floor", "PORT"],
        }
        with running(commands, directory, {cores[0]}) as candidates:
            for candidate in candidates:
                if candidate.name != "floor":
                    connection = Connection(candidate.port, 60)
                    send_all(connection, values())
                    connection.close()
            measure(candidates, runs, options.rounds, {cores[1]})
            if not options.no_memory:
                weigh(candidates[:2])
    return 0


if __name__ == "__main__":
    sys.exit(main())
