"""Starting and stopping the servers that the cases run against."""

import socket
import subprocess
import tempfile
import time
from pathlib import Path

from resp import Closed, Connection


given: set[int] = set()


def free_port() -> int:
    """A loopback port that nobody listens on, and that this process has not been given before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in given:
            given.add(port)
            return port


def reference_command(port: int) -> list[str]:
    """How to start the reference server."""
    return ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--enable-debug-command", "yes"]


def keel_command(port: int, binary: str, config: str | None, checked: bool) -> list[str]:
    """How to start Keel; checked: so that it names plugins that break their contract."""
    command = [str(Path(binary).resolve()), "serve", "--port", str(port), "--enable-debug-command", "yes"]
    if checked:  # a busy machine makes no handler slow
        command += ["--check-plugins", "yes", "--plugin-handler-limit", "10000"]
    return command + (["--config", str(Path(config).resolve())] if config else [])


class Server:
    """A server process in a directory of its own, stopped at the end of a `with`."""

    def __init__(self, port: int, command: list[str]):
        self.port = port
        self.directory = tempfile.TemporaryDirectory()
        self.output = Path(self.directory.name) / "output.log"
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(command, cwd=self.directory.name, stdout=output, stderr=subprocess.DEVNULL)

    def wait(self, seconds: float = 10) -> None:
        """Wait until the server answers PING."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended with status {self.process.returncode}")
            try:
                connection = Connection(self.port)
                connection.call(b"PING")
                connection.close()
                return
            except (OSError, Closed):
                time.sleep(0.02)
        raise SystemExit("the server does not answer")

    def breaches(self) -> list[str]:
        """What the log says about plugins that break their contract."""
        lines = self.output.read_text(errors="replace").splitlines()
        return [line for line in lines if "broke the contract in command" in line]

    def __enter__(self) -> "Server":
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.directory.cleanup()
