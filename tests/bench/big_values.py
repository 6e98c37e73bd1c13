#!/usr/bin/env python3
"""What holds the server up when values are big: big_values.py BINARY [--elements N]

Grows a value of each type to N elements (ten millions) by redis-benchmark, then deletes, replaces and expires them.  For
each step it tells the commands that took longer than 0.5 ms (SLOWLOG) and the longest, and what LATENCY has seen above 1 ms,
the cycle that removes expired elements included.  Memory that a process touches for the first time, and other processes on
its core, hold up any server: the line "nothing" is the same load on a key that does not grow.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "commands"))
sys.path.insert(0, str(HERE))

from bench import running  # noqa: E402
from resp import Connection  # noqa: E402

SLOWER_THAN = 500  # microseconds
GROWTH = [
    ("nothing", "SET nothing __rand_int__"),
    ("set", "SADD set member:__rand_int__"),
    ("hash", "HSET hash field:__rand_int__ value"),
    ("sorted set", "ZADD zset __rand_int__ member:__rand_int__"),
    ("list", "RPUSH list value:__rand_int__"),
    ("stream", "XADD stream * field value:__rand_int__"),
    ("fields that end", "HSETEX ending EX 5 FIELDS 1 field:__rand_int__ value"),
]
ENDS = [("PEXPIRE set 1",), ("DEL hash",), ("UNLINK zset",), ("SET list x",), ("DEL stream",), ("PEXPIRE ending 1",)]


class Watched:
    def __init__(self, port: int):
        self.connection = Connection(port)
        for name, value in (("slowlog-log-slower-than", SLOWER_THAN), ("slowlog-max-len", 100000),
                            ("latency-monitor-threshold", 1)):
            self.call("CONFIG", "SET", name, value)

    def call(self, *words):
        return self.connection.call(*(str(word).encode() for word in words))

    def forget(self) -> None:
        self.call("SLOWLOG", "RESET")
        self.call("LATENCY", "RESET")

    def report(self, step: str, rate: str) -> None:
        slow = sorted((entry.value[2].value for entry in self.call("SLOWLOG", "GET", -1).value), reverse=True)
        events = [f"{e.value[0].value.decode()} {e.value[3].value} ms" for e in self.call("LATENCY", "LATEST").value]
        longest = f"{slow[0] / 1000:.2f} ms" if slow else "-"
        print(f"{step:<18} {rate:>12} {len(slow):>6} {longest:>10}   {', '.join(events) or '-'}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binary")
    options.add_argument("--elements", type=int, default=10_000_000)
    chosen = options.parse_args()
    binary = str(Path(chosen.binary).resolve())
    with tempfile.TemporaryDirectory() as directory:
        command = [binary, "serve", "--port", "PORT", "--save", ""]
        with running({"keel": command}, directory, {0, 1}) as [server]:  # workers free values beside it
            watched = Watched(server.port)
            print(f"{'step':<18} {'commands/s':>12} {'slow':>6} {'longest':>10}   LATENCY")
            for name, line in GROWTH:
                watched.forget()
                words = ["redis-benchmark", "-p", str(server.port), "-n", str(chosen.elements), "-r", "2000000000",
                         "-P", "100", "-c", "20", "-q", *line.split()]
                done = subprocess.run(words, capture_output=True, text=True, check=True,
                                      preexec_fn=lambda: os.sched_setaffinity(0, {1}))
                rate = re.findall(r"([\d.]+) requests per second", done.stdout)[-1]
                watched.report(name, rate)
            watched.forget()
            time.sleep(8)
            watched.report("all fields ended", "")
            for (line,) in ENDS:
                watched.forget()
                watched.call(*line.split())
                time.sleep(1)
                watched.report(line, "")


if __name__ == "__main__":
    main()
