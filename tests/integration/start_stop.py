"""How the server begins and ends: signals, SHUTDOWN, the pid file, the supervisor, the log."""

import os
import signal
import socket
import tempfile
import time
from pathlib import Path

from support import Closed, Failure, Server, expect, expect_equal, expect_in, keel, wait_until


def end_under_load(with_signal: int) -> None:
    """A stop while connections are open, one of them in the middle of a command, and replies are under way."""
    with Server("--pidfile", "keel.pid", io_threads=2, unix=True) as server:
        idle = server.connections(20)
        half = server.connect()
        half.send(b"*3\r\n$3\r\nSET\r\n$1\r\n")
        slow = server.connect(receive_buffer=4096)
        slow.value("SET", "big", b"x" * 4_000_000)
        for _ in range(10):
            slow.send_words("GET", "big")
        pid_file = server.directory / "keel.pid"
        expect_equal(pid_file.read_text().strip(), str(server.pid), "the pid file")
        expect(os.path.exists(server.path), "there is no Unix socket")
        server.stop(with_signal)
        expect_in("ready to exit", server.log(), "log")
        expect_in(signal.Signals(with_signal).name, server.log(), "log")
        expect(not pid_file.exists(), "the pid file is left behind")
        expect(not os.path.exists(server.path), "the Unix socket is left behind")
        for client in [*idle, half]:
            expect(client.closed_by_server(), "a connection is still open")


def test_sigterm_ends_cleanly() -> None:
    end_under_load(signal.SIGTERM)


def test_sigint_ends_cleanly() -> None:
    end_under_load(signal.SIGINT)


def test_signals_in_a_row_end_cleanly() -> None:
    with Server(io_threads=4) as server:
        for _ in range(5):
            server.process.send_signal(signal.SIGTERM)
        expect_equal(server.ended(), 0, "exit status")


def test_signal_while_starting() -> None:
    """Whenever the signal comes, the process ends soon, and by itself or by the signal."""
    for delay in (0, 0.002, 0.005, 0.01, 0.02):
        server = Server(ready=False)
        with server:
            time.sleep(delay)
            server.process.send_signal(signal.SIGTERM)
            status = server.ended()
            expect(status in (0, -signal.SIGTERM), f"exit status {status}: {server.log()}")
            server.process.returncode = 0


def test_shutdown_command() -> None:
    for words in (("SHUTDOWN",), ("SHUTDOWN", "NOSAVE"), ("SHUTDOWN", "NOW", "FORCE")):
        for threads in (1, 4):
            with Server(io_threads=threads) as server:
                others = server.connections(8)
                client = others[3]
                client.send_words(*words)
                try:
                    raise Failure(f"{words} gave {client.read()}")
                except Closed:
                    pass
                expect_equal(server.ended(), 0, "exit status")
                expect(all(other.closed_by_server() for other in others if other.open), "a connection is still open")


def test_shutdown_abort_without_one() -> None:
    with Server() as server, server.connect() as client:
        expect_equal(client.call("SHUTDOWN", "ABORT"), ("error", b"ERR No shutdown in progress."), "SHUTDOWN ABORT")


def test_sighup_opens_the_log_again() -> None:
    with Server("--logfile", "keel.log") as server:
        log, old = server.directory / "keel.log", server.directory / "keel.log.1"
        expect_in("Ready to accept", log.read_text(), "log")
        log.rename(old)
        server.process.send_signal(signal.SIGHUP)
        wait_until(log.exists, what="a new log file")
        before = old.read_text()
        server.process.send_signal(signal.SIGTERM)
        expect_equal(server.ended(), 0, "exit status")
        expect_in("SIGTERM", log.read_text(), "the new log")
        expect_equal(old.read_text(), before, "the old log after the rotation")


def test_log_that_cannot_be_opened() -> None:
    result = keel("serve", "--port", "0", "--logfile", "/nowhere/keel.log")
    expect_equal(result.returncode, 1, "exit status")
    expect_in("/nowhere/keel.log", result.stderr, "standard error")
    expect_in("No such file", result.stderr, "standard error")


def told(supervisor: socket.socket) -> list[str]:
    """The next datagram of the server, as its assignments."""
    return supervisor.recv(4096).decode().split("\n")


def test_supervisor_is_told() -> None:
    """sd_notify(3): ready when the port answers, around a reload, and at the end; both kinds of address."""
    with tempfile.TemporaryDirectory() as directory:
        for address in (f"{directory}/notify", f"\0keel-test-{os.getpid()}"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
                supervisor.bind(address)
                supervisor.settimeout(5)
                shown = address.replace("\0", "@")
                with Server("--supervised", "systemd", environment={"NOTIFY_SOCKET": shown}, ready=False) as server:
                    expect_in("READY=1", told(supervisor), "at the start")
                    with server.connect() as client:  # serving already: no waiting
                        client.value("PING")
                    server.process.send_signal(signal.SIGHUP)
                    expect_in("RELOADING=1", told(supervisor), "at a reload")
                    expect_in("READY=1", told(supervisor), "after a reload")
                    server.process.send_signal(signal.SIGTERM)
                    expect_in("STOPPING=1", told(supervisor), "at the end")


def test_port_in_use() -> None:
    with Server() as server:
        result = keel("serve", "--bind", "127.0.0.1", "--port", server.port)
        expect_equal(result.returncode, 1, "exit status")
        expect_in(f"127.0.0.1:{server.port}", result.stderr, "standard error")
        expect_in("Address already in use", result.stderr, "standard error")
        expect_equal(len(result.stderr.strip().splitlines()), 1, "sentences")


def test_directory_that_is_missing() -> None:
    result = keel("serve", "--port", "0", "--dir", "/nowhere")
    expect_equal(result.returncode, 1, "exit status")
    expect_in("--dir: No such file", result.stderr, "standard error")


def test_version_and_usage() -> None:
    result = keel("version")
    expect_equal(result.returncode, 0, "exit status")
    expect(result.stdout.startswith("keel "), f"keel version gave {result.stdout!r}")
    expect_equal(keel("--version").stdout, result.stdout, "keel --version")
    with Server() as server:
        expect_equal(server.info("server")["keel_version"], result.stdout.split()[1], "keel_version in INFO")
    expect_equal(keel("help").returncode, 0, "exit status of keel help")
    expect_in("keel serve", keel("help").stdout, "keel help")
    for words in ((), ("srve",)):
        result = keel(*words)
        expect_equal(result.returncode, 2, f"exit status of keel {words}")
        expect_in("usage", result.stderr, "standard error")


def test_restarts_on_the_same_port() -> None:
    """Connections that the server closed do not keep the next one from the port."""
    with Server(unix=True) as server:
        for _ in range(3):
            clients = server.connections(10)
            clients[0].value("SET", "k", "v")
            server.stop()
            server.start()
            expect_equal(server.connect().value("DBSIZE"), 0, "DBSIZE of an empty server")
            expect(Path(server.path).exists(), "there is no Unix socket")
