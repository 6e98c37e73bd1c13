"""The same server with 1, 2 and 4 I/O threads: connections spread, and every command behaves the same."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import support
from support import Server, expect, expect_equal, figure, free_port, wait_until

COMMANDS = Path(__file__).resolve().parent.parent / "commands" / "run.py"


def thread_times(pid: int) -> dict[str, float]:
    """The threads of a process that serve connections, with the milliseconds that each has run."""
    out = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        name = "main" if task.name == str(pid) else (task / "comm").read_text().strip()
        if name == "main" or name.startswith("keel-io-"):
            out[name] = round(int((task / "schedstat").read_text().split()[0]) / 1e6, 1)
    return out


def spread(threads: int) -> None:
    with Server(io_threads=threads) as server:
        clients = server.connections(4 * threads)
        expect_equal(server.info("server")["io_threads"], str(threads), "io_threads in INFO")
        # A thread says its name when it has begun.
        wait_until(lambda: len(thread_times(server.pid)) == threads, what=f"{threads} threads that serve")
        before = thread_times(server.pid)
        batch = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\nabcd\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n" * 300
        end = time.monotonic() + support.patience(0.5)
        while time.monotonic() < end:
            for client in clients:
                client.send(batch)
            for client in clients:
                for _ in range(600):
                    client.read()
        after = thread_times(server.pid)
        times = {name: round(after[name] - before[name], 1) for name in sorted(after)}
        figure(f"{threads} threads: ms of processor time {times}")
        idle = [name for name in times if times[name] * threads * 5 < sum(times.values())]
        expect(not idle, f"threads that did little: {idle} of {times}")


def test_connections_spread_over_1() -> None:
    spread(1)


def test_connections_spread_over_2() -> None:
    spread(2)


def test_connections_spread_over_4() -> None:
    spread(4)


def test_counters_are_exact() -> None:
    """INCR from all threads at once loses nothing, and each connection sees its replies in order."""
    rounds = 200 if support.LONG else 40
    with Server(io_threads=4) as server:
        clients = server.connections(16)
        batch = b"*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n" * 100
        last = [0] * len(clients)
        for _ in range(rounds):
            for client in clients:
                client.send(batch)
            for i, client in enumerate(clients):
                for _ in range(100):
                    now = client.read().value
                    expect(now > last[i], f"a counter went from {last[i]} to {now}")
                    last[i] = now
        expect_equal(clients[0].value("GET", "n"), str(len(clients) * rounds * 100).encode(), "the counter")


def test_command_cases() -> None:
    """Every case of tests/commands, with each number of threads; they wait a lot, so all run at once."""
    with tempfile.TemporaryDirectory() as directory:
        running = {}
        for threads in (1, 2, 4):
            config = Path(directory) / f"{threads}.yaml"
            config.write_text(f"server: {{io-threads: {threads}}}\n")
            running[threads] = subprocess.Popen(
                [sys.executable, str(COMMANDS), "--keel", support.BINARY, "--config", str(config),
                 "--listen", str(free_port()), str(free_port())],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        failures = []
        for threads, process in running.items():
            lines = process.communicate(timeout=600)[0].strip().splitlines()
            figure(f"{threads} threads: command cases: {lines[-1]}")
            if process.returncode != 0:
                failures += [f"{threads} threads: {line[:200]}" for line in lines[:5] + lines[-1:]]
        expect(not failures, "\n      ".join(["", *failures]))
