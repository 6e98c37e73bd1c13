"""What the integration tests share: servers to start and stop, connections, checks, figures."""

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "commands"))

from resp import Closed, Connection, Reply, encode  # noqa: E402
from servers import free_port  # noqa: E402

BINARY = ""  # the server under test; set by run.py
LONG = False  # heavier counts
SANITIZED = False  # a build that is several times slower, with memory of its own


class Failure(Exception):
    """Something is not as it has to be; the text says what."""


class Skipped(Exception):
    """The machine does not allow the test; the text says why."""


def use(binary: str, long: bool) -> None:
    """Set what is tested, and how hard."""
    global BINARY, LONG, SANITIZED
    BINARY, LONG = str(Path(binary).resolve()), long
    content = Path(BINARY).read_bytes()
    SANITIZED = b"__tsan_init" in content or b"__asan_init" in content


def expect(condition: object, message: str) -> None:
    """Fail with that message unless the condition holds."""
    if not condition:
        raise Failure(message)


def expect_equal(got: object, wanted: object, what: str) -> None:
    """Fail unless two values are equal."""
    if got != wanted:
        raise Failure(f"{what}: expected {wanted!r}, got {got!r}")


def expect_in(part: str, text: str, what: str) -> None:
    """Fail unless a text holds a part."""
    if part not in text:
        raise Failure(f"{what}: {part!r} is not in {text!r}")


def figure(text: str) -> None:
    """Print something measured."""
    print(f"    {text}", flush=True)


def seed() -> int:
    """For chance: the same in each run, another one under --long, which is printed."""
    if not LONG:
        return 1
    drawn = int.from_bytes(os.urandom(4))
    figure(f"seed {drawn}")
    return drawn


def patience(seconds: float) -> float:
    """A time limit, longer for builds that are slow."""
    return seconds * 6 if SANITIZED else seconds


def wait_until(condition, seconds: float = 5, what: str = "the condition") -> None:
    """Poll until the condition holds; fails after that many seconds."""
    end = time.monotonic() + patience(seconds)
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"{what} did not come within {seconds} s")
        time.sleep(0.01)


def raise_descriptors(wanted: int) -> int:
    """Raise the limit of open files of this process; returns what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        except (ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def to_bytes(word: object) -> bytes:
    """A word of a command: bytes as they are, everything else as its text."""
    return word if isinstance(word, bytes) else str(word).encode()


class Client(Connection):
    """A connection over TCP (a port) or a Unix socket (a path)."""

    def __init__(self, address: int | str, timeout: float = 10, host: str = "127.0.0.1", receive_buffer: int = 0):
        self.timeout = patience(timeout)
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(self.timeout)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(address if isinstance(address, str) else (host, address))
        if family != socket.AF_UNIX:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.position, self.protocol, self.open = b"", 0, 2, True

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def call(self, *words: object) -> Reply:
        """Send one command and read its reply."""
        self.send_words(*words)
        return self.read()

    def send_words(self, *words: object) -> None:
        """Send one command."""
        self.send(encode([to_bytes(word) for word in words]))

    def value(self, *words: object):
        """Call a command that must not fail; the content of its reply."""
        reply = self.call(*words)
        if reply.kind == "error":
            raise Failure(f"{' '.join(str(word)[:40] for word in words)}: {reply.value.decode()}")
        return reply.value

    def pipeline(self, commands: list) -> list[Reply]:
        """Send many commands at once and read their replies."""
        self.send(b"".join(encode([to_bytes(word) for word in command]) for command in commands))
        return [self.read() for _ in commands]

    def text(self, *words: object) -> str:
        """Call; a reply of bytes as text."""
        return self.value(*words).decode()

    def closed_by_server(self, seconds: float = 5) -> bool:
        """Whether the server ends the connection in time; what comes before is thrown away."""
        self.socket.settimeout(patience(seconds))
        try:
            while self.socket.recv(1 << 20):
                pass
            return True
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False


def seconds_of_sets(client: Client) -> float:
    """The shortest time of 10,000 SET of one key, sent at once."""
    commands = encode([b"SET", b"key", b"value"]) * 10_000
    best = 1e9
    for _ in range(5):
        began = time.monotonic()
        client.send(commands)
        for _ in range(10_000):
            client.read()
        best = min(best, time.monotonic() - began)
    return best


class Server:
    """A server in a directory of its own; the end of a `with` stops it and wants a clean exit."""

    def __init__(self, *words: object, config: str | None = None, tcp: bool = True, unix: bool = False,
                 io_threads: int | None = 1, environment: dict | None = None, prepare=None, ready: bool = True):
        self.temporary = tempfile.TemporaryDirectory(prefix="keel-test-")
        self.directory = Path(self.temporary.name)
        self.port = free_port() if tcp else 0
        self.path = str(self.directory / "keel.sock") if unix else ""
        self.config = self.directory / "keel.yaml"
        if config is not None:
            self.config.write_text(config.format(port=self.port, path=self.path, directory=self.directory))
        self.words = [str(self.config)] if config is not None else []
        if config is None or "listeners:" not in config:
            self.words += self.addresses() + (["--unixsocket", self.path] if unix else [])
        self.words += ["--io-threads", str(io_threads)] if io_threads else []
        self.words += [str(word) for word in words]
        self.environment = {**os.environ, **(environment or {})}
        self.prepare = prepare
        self.output = self.directory / "output.log"
        self.start(ready)

    def addresses(self) -> list[str]:
        """The words of the command line for its ports."""
        return ["--bind", "127.0.0.1", "--port", str(self.port)]

    def start(self, ready: bool = True) -> None:
        """Start it, again perhaps, and wait until it answers."""
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen([BINARY, "serve", *self.words], cwd=self.directory, stdout=output,
                                            stderr=output, env=self.environment, preexec_fn=self.prepare)
        self.pid = self.process.pid
        if ready:
            try:
                wait_until(self.answers, 10, "an answer of the server")
            except BaseException:
                self.kill()
                raise

    def answers(self) -> bool:
        """Whether it accepts and replies; fails when it has ended."""
        if self.process.poll() is not None:
            raise Failure(f"the server ended with status {self.process.returncode}: {self.log()[-2000:]}")
        try:
            with self.asking(timeout=1) as client:
                client.call("PING")
                return True
        except (OSError, Closed):
            return False

    def asking(self, **options) -> Client:
        """The connection by which answers() and info() ask."""
        return self.connect(**options)

    def connect(self, unix: bool = False, **options) -> Client:
        """A new connection, over TCP if it has that."""
        return Client(self.path if unix or not self.port else self.port, **options)

    def connections(self, count: int) -> list[Client]:
        """Many connections."""
        return [self.connect(timeout=30) for _ in range(count)]

    def log(self) -> str:
        """What it has written so far."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def info(self, *sections: str) -> dict[str, str]:
        """INFO as a dictionary."""
        with self.asking() as client:
            lines = client.text("INFO", *sections).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def used_memory(self) -> int:
        return int(self.info("memory")["used_memory"])

    def resident(self) -> int:
        """Bytes of physical memory."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * resource.getpagesize()

    def cpu_seconds(self) -> float:
        """Processor time so far, of all its threads, to the nanosecond; other work on the machine does not count."""
        return time.clock_gettime(~self.pid << 3 | 2)  # the clock that clock_getcpuclockid() gives

    def ended(self, seconds: float = 5) -> int:
        """Wait for its end; the exit status."""
        try:
            return self.process.wait(patience(seconds))
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"the server has not ended after {seconds} s") from None

    def stop(self, with_signal: int = signal.SIGTERM) -> None:
        """Stop it by a signal; an exit that is not clean fails."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        status = self.ended()
        expect(status == 0, f"the server ended with status {status}: {self.log()[-4000:]}")

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind, *_) -> None:
        try:
            if kind is None:
                self.stop()
        finally:
            died = self.process.poll() not in (None, 0)
            self.kill()
            if kind is not None and died:
                print(f"    the server ended with status {self.process.returncode}: {self.log()[-4000:]}", flush=True)
            self.temporary.cleanup()


class Background:
    """A thread that repeats something until the end of a `with`; what it raises is raised there."""

    def __init__(self, step):
        self.step, self.over, self.error, self.rounds = step, threading.Event(), None, 0
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.step()
                self.rounds += 1
        except Exception as error:  # kept for the test's own thread
            self.error = error

    def __enter__(self) -> "Background":
        self.thread.start()
        return self

    def __exit__(self, kind, *_) -> None:
        self.over.set()
        self.thread.join(patience(10))
        if self.error and kind is None:
            raise self.error


def keel(*words: object, environment: dict | None = None, directory: object = None) -> subprocess.CompletedProcess:
    """Run the program to its end, with its output as text."""
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, timeout=patience(10),
                          env={**os.environ, **(environment or {})}, cwd=directory, check=False)


def listens(port: int) -> bool:
    """Whether anybody takes connections at a port of this machine."""
    try:
        Client(port).close()
        return True
    except ConnectionRefusedError:
        return False


def healthy(server: Server) -> None:
    """Fails unless the server still does ordinary work."""
    expect(server.process.poll() is None, f"the server ended with status {server.process.returncode}: {server.log()[-4000:]}")
    with server.connect() as client:
        expect_equal(client.value("SET", "healthy", "yes"), b"OK", "SET")
        expect_equal(client.value("GET", "healthy"), b"yes", "GET")
        client.value("DEL", "healthy")
