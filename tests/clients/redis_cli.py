#!/usr/bin/env python3
"""redis-cli against the server, as scripts and as people use it: redis_cli.py BINARY"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time

from checks import begin, check, check_that, each_way, finish, group, tls_words
from support import Server, encode
from tls_support import TlsServer


def where(server: Server, unix: bool = False) -> list[str]:
    """Words for the way to the server; over TLS for one that has words for that."""
    if unix:
        return ["-s", server.path]
    return ["-h", "127.0.0.1", "-p", str(server.port), *getattr(server, "tool_words", [])]


def cli(server: Server, *words: object, stdin: bytes = b"", unix: bool = False, seconds: float = 20) -> subprocess.CompletedProcess:
    """Run redis-cli to its end."""
    return subprocess.run(["redis-cli", *where(server, unix), *map(str, words)], input=stdin, capture_output=True, timeout=seconds, check=False)


def out(server: Server, *words: object, **options) -> str:
    return cli(server, *words, **options).stdout.decode(errors="replace")


def command_line(server: Server) -> None:
    for unix in (False, True) if server.path else (False,):
        for protocol in ("-2", "-3"):
            name = f"redis-cli {protocol} {'over a Unix socket' if unix else 'over a port'}"
            check(f"{name}: SET", out(server, protocol, "SET", "k", "v", unix=unix), "OK\n")
            check(f"{name}: GET", out(server, protocol, "GET", "k", unix=unix), "v\n")
            check(f"{name}: --no-raw", out(server, protocol, "--no-raw", "MGET", "k", "none", unix=unix), '1) "v"\n2) (nil)\n')
            check(f"{name}: INCR", out(server, protocol, "--no-raw", "INCR", "n", unix=unix)[:10], "(integer) ")
            check(f"{name}: an error", "not an integer" in out(server, protocol, "INCR", "k", unix=unix), True)
            check(f"{name}: its status with -e", cli(server, protocol, "-e", "INCR", "k", unix=unix).returncode, 1)
            check(f"{name}: another database", out(server, protocol, "-n", 5, "DBSIZE", unix=unix), "0\n")
            check_that(f"{name}: INFO", "keel_version" in out(server, protocol, "INFO", unix=unix))
            check_that(f"{name}: CLIENT LIST", "resp=" + protocol[1] in out(server, protocol, "CLIENT", "LIST", unix=unix))
    check("redis-cli -r", out(server, "-r", 3, "INCR", "times"), "1\n2\n3\n")
    check("redis-cli --csv", out(server, "--csv", "MGET", "k", "none"), '"v",NULL\n')
    check("redis-cli --json", json.loads(out(server, "--json", "CONFIG", "GET", "maxclients")), {"maxclients": "10000"})
    check("redis-cli -x", out(server, "-x", "SET", "file", stdin=b"line\n\x00\xff"), "OK\n")
    check("redis-cli, every byte", cli(server, "GET", "file").stdout, b"line\n\x00\xff\n")
    check("redis-cli --quoted-input", out(server, "--quoted-input", "SET", '"a\\x00b"', "1"), "OK\n")
    check("redis-cli, a key with a zero", out(server, "--no-raw", "KEYS", "a*"), '1) "a\\x00b"\n')
    check("redis-cli -d", out(server, "-d", ";", "MGET", "k", "times"), "v;3\n")


def standard_input(server: Server) -> None:
    text = b"SET a 1\nINCR a\nGET \"a\"\nNOSUCH\nSET 'with space' \"x y\\n\"\nSTRLEN 'with space'\n\nPING\n"
    lines = out(server, stdin=text).splitlines()
    check("redis-cli, lines from stdin", [lines[0], lines[1], lines[2], lines[-1]], ["OK", "2", "2", "PONG"])
    check_that("redis-cli, an error from stdin", any("unknown command" in line for line in lines))
    many = b"".join(b"SET line:%d %d\n" % (i, i) for i in range(2000))
    check("redis-cli, many lines from stdin", out(server, stdin=many).count("OK"), 2000)


def mass_insertion(server: Server) -> None:
    out(server, "FLUSHALL")
    data = b"".join(encode([b"SET", b"key:%d" % i, b"value:%d" % i]) for i in range(50_000))
    text = out(server, "--pipe", stdin=data)
    check_that("redis-cli --pipe", "errors: 0, replies: 50000" in text, text)
    check("redis-cli --pipe, keys", out(server, "DBSIZE"), "50000\n")
    text = out(server, "--pipe", stdin=b"SET inline one\r\nINCR inline\r\n")
    check_that("redis-cli --pipe with inline commands and an error", "errors: 1, replies: 2" in text, text)


def watching(server: Server) -> None:
    out(server, "FLUSHALL")
    out(server, "--pipe", stdin=b"".join(encode([b"SET", b"key:%d" % i, b"v" * (i + 1)]) for i in range(2000)))
    out(server, "SET", "other", "x")
    check("redis-cli --scan", len(out(server, "--scan").split()), 2001)
    check("redis-cli --scan --pattern", out(server, "--scan", "--pattern", "oth*"), "other\n")
    text = out(server, "--bigkeys")
    check_that("redis-cli --bigkeys", re.search(r'Biggest string found .*key:1999.* has 2000 bytes', text), text[-600:])
    check_that("redis-cli --bigkeys, keys", "Sampled 2001 keys" in text)
    text = out(server, "--memkeys")
    check_that("redis-cli --memkeys", re.search(r'Biggest string found .*key:\d+.* has \d+ bytes', text), text[-600:])
    text = out(server, "--latency", "-i", "0.3")
    check_that("redis-cli --latency", re.fullmatch(r"\d+ \d+ \d+\.\d+ \d+\n", text), repr(text))
    stat = Terminal(*where(server), "--stat", "-i", "0.1")
    stat.until("(+1)")
    check_that("redis-cli --stat", re.search(r"^2001 +[\d.]+[BKM] +\d+ +0 +\d+ \(\+1\)", stat.text, re.M), stat.text)
    stat.end()
    with subprocess.Popen(["redis-cli", *where(server), "MONITOR"], stdout=subprocess.PIPE, text=True) as monitor:
        late = threading.Timer(20, monitor.kill)  # so that reading ends
        late.start()
        check("redis-cli MONITOR, its first line", monitor.stdout.readline(), "OK\n")
        out(server, "SET", "seen", "by \"monitor\"\n")
        text = next((line for line in monitor.stdout if '"seen"' in line), "")
        late.cancel()
        monitor.terminate()
    check_that("redis-cli MONITOR", re.search(r'^\d+\.\d{6} \[0 127\.0\.0\.1:\d+\] "SET" "seen" "by \\"monitor\\"\\n"$', text, re.M), text)


COLOURS = re.compile(r"\x1b\[[\d;]*[A-Za-z]")


class Terminal:
    """redis-cli as somebody at a terminal sees it."""

    def __init__(self, *words: str):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
            os.environ.update(TERM="xterm", HOME="/nowhere")
            os.execvp("redis-cli", ["redis-cli", *words])
        self.text = ""

    def until(self, wanted: str, seconds: float = 5) -> bool:
        """Read until a text has come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if wanted in self.text:
                return True
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.text += COLOURS.sub("", os.read(self.fd, 65536).decode(errors="replace"))
                except OSError:
                    break
        return wanted in self.text

    def until_prompt_after(self, text: str, seconds: float = 5) -> None:
        """Read until redis-cli waits for the next command, behind that text."""
        end = time.monotonic() + seconds
        while "> " not in self.text.rpartition(text)[2] and time.monotonic() < end:
            self.until("\0", 0.1)

    def type(self, text: str) -> None:
        """Type, a little slower than a paste."""
        self.text = ""
        for letter in text:
            os.write(self.fd, letter.encode())
            time.sleep(0.005)

    def end(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def at_a_terminal(server: Server) -> None:
    """Help and hints come from COMMAND DOCS of the server."""
    terminal = Terminal(*where(server))
    try:
        check_that("redis-cli, prompt", terminal.until(f"127.0.0.1:{server.port}> "), terminal.text)
        terminal.type("help set\r")
        check_that("redis-cli, help set: the arguments", terminal.until("SET key value [NX|XX] [GET]"), terminal.text)
        check_that("redis-cli, help set: summary", terminal.until("summary: Set"), terminal.text)
        check_that("redis-cli, help set: since", terminal.until("since: 1.0.0"), terminal.text)
        check_that("redis-cli, help set: group", terminal.until("group: string"), terminal.text)
        terminal.type("help @string\r")
        check_that("redis-cli, help @string", terminal.until("SETRANGE key offset value"), terminal.text)
        terminal.type("help client kill\r")
        check_that("redis-cli, help client kill", terminal.until("summary: Kill"), terminal.text)
        terminal.type("setex ")
        check_that("redis-cli, the hint of setex", terminal.until("key seconds value"), terminal.text)
        terminal.type("k 100 v\r")
        check_that("redis-cli, setex", terminal.until("OK"), terminal.text)
        terminal.type("GETR\t")
        check_that("redis-cli, completion", terminal.until("GETRANGE"), terminal.text)
        terminal.type(" k 0 0\r")
        check_that("redis-cli, the completed command", terminal.until('"v"'), terminal.text)
        terminal.type("hello 3\r")
        check_that("redis-cli, hello 3", terminal.until("# \"proto\" => (integer) 3") or terminal.until('"proto" => (integer) 3'), terminal.text)
        terminal.type("select 2\r")
        check_that("redis-cli, the prompt after select", terminal.until(f"{server.port}[2]> "), terminal.text)
        terminal.type("client kill type normal skipme no\r")
        terminal.until("> ")
        for _ in range(5):  # the first one finds out
            terminal.type("ping\r")
            if anew := terminal.until("PONG", 1):
                break
        check_that("redis-cli, connected anew after a kill", anew, terminal.text)
        terminal.until_prompt_after("PONG")  # what is typed before it is lost
        terminal.type("monitor\r")
        check_that("redis-cli, monitor", terminal.until("OK"), terminal.text)
        out(server, "SET", "seen", "1")
        check_that("redis-cli, what monitor shows", terminal.until('"SET" "seen" "1"'), terminal.text)
    finally:
        terminal.end()


def password(kind: type[Server], words: list[str], scheme: str) -> None:
    with kind("--requirepass", "secret", unix=True, ready=True) as server:
        server.tool_words = words
        check("redis-cli without a password", "NOAUTH" in out(server, "GET", "k"), True)
        check("redis-cli -a", out(server, "-a", "secret", "SET", "k", "v"), "OK\n")
        check("redis-cli --user", out(server, "--user", "default", "--pass", "secret", "-3", "GET", "k"), "v\n")
        check_that("redis-cli with a wrong password", "WRONGPASS" in cli(server, "-a", "wrong", "GET", "k").stderr.decode())
        uri = subprocess.run(["redis-cli", *words, "-u", f"{scheme}://default:secret@127.0.0.1:{server.port}/3", "CLIENT", "INFO"],
                             capture_output=True, text=True, timeout=10, check=False).stdout
        check_that("redis-cli -u", "db=3" in uri, uri)


def shutdown(kind: type[Server], words: list[str]) -> None:
    server = kind()
    server.tool_words = words
    check("redis-cli SHUTDOWN", cli(server, "SHUTDOWN", "NOSAVE").returncode, 0)
    check("exit status after SHUTDOWN", server.ended(), 0)
    server.temporary.cleanup()


begin()
SUBJECTS = (command_line, standard_input, mass_insertion, watching, at_a_terminal)
with Server(unix=True) as the_server:
    for subject in SUBJECTS:
        group(subject.__name__, subject, the_server)
group("password", password, Server, [], "redis")
group("shutdown", shutdown, Server, [])
with TlsServer() as the_server:
    for _ in each_way(the_server):
        the_server.plain().value("FLUSHALL")
        group(command_line.__name__, command_line, the_server)
    for _ in each_way(the_server, short=True):
        for subject in SUBJECTS[1:]:
            group(subject.__name__, subject, the_server)
group("password over TLS", password, TlsServer, tls_words(True), "rediss")
group("shutdown over TLS", shutdown, TlsServer, tls_words(True))
finish()
