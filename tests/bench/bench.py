#!/usr/bin/env python3
"""Keel beside Debian's redis-server and the kernel's floor, as a table: bench.py BINARY [--rounds N] [--requests N]

All servers have one I/O thread and share one core; redis-benchmark has the other.  Only one of them works at a time, and
they take turns in rounds, so that what else the machine does meets all of them.  The processor time of a server is read
from /proc/PID/stat before and after each run (user and system), for all its threads.

    CPU us     processor time per request, the median of the rounds
    / redis    that, or requests per second, as a part of what redis-server has
    own        (cpu - floor) / (redis's cpu - floor): what is left of redis-server's own work when the kernel's part,
               which no server can avoid, is taken away.  The floor answers the same bytes and keeps nothing.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "commands"))

from resp import Closed, Connection  # noqa: E402
from servers import free_port  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
KEYS, CLIENTS, BYTES = 100_000, 50, 64
RUNS = [("GET", 16), ("SET", 16), ("GET", 1), ("SET", 1)]


class Candidate:
    """A server that is measured."""

    def __init__(self, name: str, command: list[str], directory: str, cores: set[int]):
        self.name, self.cores, self.port = name, cores, free_port()
        self.command = [word.replace("PORT", str(self.port)) for word in command]
        self.process = subprocess.Popen(self.command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        preexec_fn=lambda: os.sched_setaffinity(0, cores))
        self.wait()

    def wait(self) -> None:
        for _ in range(500):
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended with status {self.process.returncode}: {' '.join(self.command)}")
            try:
                Connection(self.port).call(b"PING")
                return
            except (OSError, Closed):
                time.sleep(0.02)
        raise SystemExit(f"{self.name} does not answer")

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(commands: dict[str, list[str]], directory: str, cores: set[int]) -> Iterator[list[Candidate]]:
    """The servers of these names and commands, which end with the block."""
    candidates: list[Candidate] = []
    try:
        for name, command in commands.items():
            candidates.append(Candidate(name, command, directory, cores))
        yield candidates
    finally:
        for candidate in candidates:
            candidate.stop()


def load(candidate: Candidate, command: str, depth: int, requests: int, cores: set[int], threads: int = 0) -> tuple[float, float]:
    """One run of redis-benchmark: requests per second, and processor microseconds per request."""
    words = ["redis-benchmark", "-h", "127.0.0.1", "-p", str(candidate.port), "-c", str(CLIENTS), "-n", str(requests),
             "-P", str(depth), "-d", str(BYTES), "-r", str(KEYS), "-t", command.lower(), "--csv"]
    words += ["--threads", str(threads)] if threads else []
    before = candidate.cpu()
    result = subprocess.run(words, capture_output=True, text=True, check=False,
                            preexec_fn=lambda: os.sched_setaffinity(0, cores))
    spent = candidate.cpu() - before
    found = re.search(rf'^"{command}[^"]*","([\d.]+)"', result.stdout, re.M)
    if found is None:
        raise SystemExit(f"redis-benchmark against {candidate.name} gave {result.stdout!r} {result.stderr!r}")
    return float(found.group(1)), spent / requests * 1e6


def fill(candidate: Candidate) -> None:
    """Every key that GET asks for is there, with a value as long as those of SET."""
    connection = Connection(candidate.port, 30)
    value = b"$%d\r\n%s\r\n" % (BYTES, b"v" * BYTES)
    for first in range(0, KEYS, 5000):
        connection.send(b"".join(b"*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n%s" % (i, value) for i in range(first, first + 5000)))
        for _ in range(5000):
            connection.read()
    connection.close()


def measure(candidates: list[Candidate], runs: list, rounds: int, requests: int, cores: set[int], threads: int = 0) -> dict:
    """(name, command, depth) -> list of (requests per second, CPU us), in rounds that interleave the candidates."""
    found: dict = {}
    for number in range(rounds):
        for command, depth in runs:
            # Each round begins with another one.
            order = candidates[number % len(candidates):] + candidates[:number % len(candidates)]
            for candidate in order:
                count = requests if depth > 1 else max(requests // 8, 1000)
                result = load(candidate, command, depth, count, cores, threads)
                found.setdefault((candidate.name, command, depth), []).append(result)
        print(f"  round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    return found


def median(found: dict, name: str, command: str, depth: int, which: int) -> float:
    return statistics.median(pair[which] for pair in found[name, command, depth])


def table(title: str, found: dict, names: list[str], runs: list) -> None:
    """Print the medians, beside those of redis-server."""
    print(f"\n{title}\n")
    print(f"{'':12}{'':14}{'requests/s':>12}{'/ redis':>9}{'CPU us':>9}{'/ redis':>9}{'own':>7}{'  CPU us of the rounds'}")
    for command, depth in runs:
        floor = median(found, "floor", command, depth, 1) if "floor" in names else None
        rate, cost = (median(found, "redis-server", command, depth, which) for which in (0, 1))
        for name in names:
            my_rate, my_cost = (median(found, name, command, depth, which) for which in (0, 1))
            own = "" if floor is None or name == "floor" or cost <= floor else f"{(my_cost - floor) / (cost - floor):.2f}"
            spread = " ".join(f"{pair[1]:.2f}" for pair in found[name, command, depth])
            label = f"{command} -P {depth}" if name == names[0] else ""
            print(f"{label:12}{name:14}{my_rate:12,.0f}{my_rate / rate:9.2f}{my_cost:9.2f}{my_cost / cost:9.2f}{own:>7}  {spread}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Keel beside redis-server and the kernel's floor.")
    parser.add_argument("binary", help="the server")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=600_000, help="of a run with -P 16; with -P 1, an eighth")
    options = parser.parse_args()
    binary = str(Path(options.binary).resolve())
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("two cores are needed: one for the servers, one for redis-benchmark")
    server_core, load_core = {cores[0]}, {cores[1]}
    print(f"load average {os.getloadavg()[0]:.2f} before the start; {options.rounds} rounds, {CLIENTS} connections, "
          f"{KEYS:,} keys, values of {BYTES} bytes")

    with tempfile.TemporaryDirectory() as directory:
        program = f"{directory}/floor"
        subprocess.run(["cc", "-O2", "-o", program, str(HERE / "floor.c")], check=True)
        redis = ["redis-server", "--port", "PORT", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        keel = [binary, "serve", "--port", "PORT", "--bind", "127.0.0.1"]
        one_thread = {"redis-server": redis, "keel": [*keel, "--io-threads", "1"], "floor": [program, "PORT"]}
        with running(one_thread, directory, server_core) as candidates:
            for candidate in candidates:
                if candidate.name != "floor":
                    fill(candidate)
            found = measure(candidates, RUNS, options.rounds, options.requests, load_core)
        table("One thread: the servers on one core, redis-benchmark on the other", found, list(one_thread), RUNS)
        both = set(cores[:2])
        two_threads = {
            "redis-server": redis, "redis, 2 io": [*redis, "--io-threads", "2", "--io-threads-do-reads", "yes"],
            "keel": [*keel, "--io-threads", "1"], "keel, 2 io": [*keel, "--io-threads", "2"],
        }
        with running(two_threads, directory, both) as candidates:
            for candidate in candidates:
                fill(candidate)
            runs = [("GET", 16), ("SET", 16), ("GET", 1)]
            found = measure(candidates, runs, max(options.rounds // 2, 1), options.requests, both, 2)
        table("Two threads: servers and redis-benchmark --threads 2 share both cores", found, list(two_threads), runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
