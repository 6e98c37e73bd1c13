#!/usr/bin/env python3
"""Run the command cases against a server that speaks RESP.

    run.py --reference                    start redis-server and test it
    run.py --keel build/keel              start Keel and test it
    run.py --port 6379 [--keel]           test a server that runs already

The format of the `.test` files is in README.md.
"""

import argparse
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

import cases as case_files
import servers
from cases import Case, Expected, Step
from notation import arguments, parse, quote, show
from resp import Closed, Connection, Reply, encode

VARIABLE = re.compile(r"\$\{(\w+)([+-]\d+)?\}")

# [needs:x] is met by a server that knows the command x; these groups have a short name.
GROUPS = {"list": "lpush", "hash": "hset", "set": "sadd", "zset": "zadd", "stream": "xadd",
          "multi": "multi", "pubsub": "subscribe", "script": "eval", "acl": "acl"}


class Failure(Exception):
    """A step that did not go as expected."""

    def __init__(self, step: Step, expected: str, got: str):
        super().__init__(step, expected, got)
        self.step, self.expected, self.got = step, expected, got


class Gone(Exception):
    """The server does not answer any more."""


class Runner:
    """Runs cases one after the other in one protocol."""

    def __init__(self, port: int, protocol: int, keel: bool):
        self.port, self.protocol, self.keel = port, protocol, keel
        self.admin: Connection | None = None
        self.known: dict[str, bool] = {}
        self.skipped: Counter = Counter()

    # ------------------------------------------------------------ one case

    def wanted(self, case: Case) -> bool:
        """Whether the tags of a case allow it here; counts what a server lacks."""
        for tag in case.tags:
            if tag == ("redis" if self.keel else "keel"):
                return False
            if tag in ("resp2", "resp3") and tag != f"resp{self.protocol}":
                return False
            if tag.startswith("needs:") and not self.knows(tag[6:]):
                self.skipped[tag] += 1
                return False
        return True

    def knows(self, name: str) -> bool:
        """Whether the server has a command."""
        if name not in self.known:
            command = GROUPS.get(name, name).encode()
            reply = self.admin_call(b"COMMAND", b"INFO", command)
            self.known[name] = reply.kind == "array" and any(
                entry.kind == "array" for entry in reply.value)
        return self.known[name]

    def run(self, case: Case) -> None:
        """Run a case on a clean server; raises Failure."""
        self.connections: dict[str, Connection] = {}
        self.names: dict[str, object] = {"proto": self.protocol, "port": self.port}
        self.changed: list[tuple[bytes, bytes]] = []
        self.reset()
        try:
            for step in case.steps:
                if step.only in (None, self.spoken(step)):
                    self.carry_out(step)
        finally:
            for connection in self.connections.values():
                connection.close()
            for name, value in reversed(self.changed):
                self.admin_call(b"CONFIG", b"SET", name, value)

    def reset(self) -> None:
        """Empty the server between cases."""
        for command in ((b"FLUSHALL",), (b"CONFIG", b"RESETSTAT")):
            self.admin_call(*command)

    def admin_call(self, *args: bytes) -> Reply:
        """Call on the connection of the runner, which a case may have killed."""
        for _ in range(2):
            try:
                self.admin = self.admin or Connection(self.port)
                return self.admin.call(*args)
            except (Closed, OSError) as error:
                self.admin, last = None, error
        raise Gone(repr(last))

    # ------------------------------------------------------------ one step

    def spoken(self, step: Step) -> int:
        """The protocol of the connection of a step."""
        connection = self.connections.get(step.connection)
        return connection.protocol if connection else self.protocol

    def connection(self, name: str, hello: bool = True) -> Connection:
        """The connection with that name, opened when needed."""
        found = self.connections.get(name)
        if not found or not found.open:
            found = self.connections[name] = Connection(self.port)
            if self.protocol == 3 and hello:
                found.protocol = 3 if found.call(b"HELLO", b"3").kind == "map" else 2
        return found

    def carry_out(self, step: Step) -> None:
        try:
            text = self.fill_in(step.text)
            verb = step.verb
            if verb == "sleep":
                time.sleep(int(text) / 1000)
            elif verb == "connect":
                self.connections.pop(text, None)
                self.connection(text, hello=False)
            elif verb == "config>":
                self.config(step, *arguments(text))
            else:
                self.exchange(step, verb, text, self.connection(step.connection))
        except Closed:
            raise Failure(step, self.wish(step), "closed") from None
        except TimeoutError:
            raise Failure(step, self.wish(step), "silence") from None
        except ValueError as error:
            raise Failure(step, self.wish(step), str(error)) from None

    def exchange(self, step: Step, verb: str, text: str, connection: Connection) -> None:
        """The steps that send something or read something."""
        if verb == ">":
            args = arguments(text)
            connection.send(encode(args))
            self.expect_one(step, connection, args)
        elif verb in ("send>", "raw>"):
            args = arguments(text)
            try:
                connection.send(encode(args) if verb == "send>" else b"".join(args))
            except Closed:
                if "closed" not in [e.text for e in step.expected]:
                    raise
            self.expect_each(step, connection)
        elif verb == "<":
            self.expect_each(step, connection)
        elif verb == "raw<":
            wanted = b"".join(arguments(text))
            got = connection.take(len(wanted))
            if got != wanted:
                raise Failure(step, quote(wanted), quote(got))
        elif verb == "scan>":
            self.judge(step, scan(connection, arguments(text)), connection)
        elif verb == "until>":
            self.until(step, connection, arguments(text))
        elif verb.startswith("repeat"):
            self.repeat(step, connection, int(verb[7:-1]))

    def expect_one(self, step: Step, connection: Connection, args: list[bytes]) -> None:
        """Read the reply of a command."""
        texts = [e.text for e in step.expected]
        if not case_files.NO_REPLY.isdisjoint(texts):
            self.expect_each(step, connection)
            return
        reply = connection.read()
        if reply.kind != "error":
            name = args[0].upper()
            if name == b"HELLO" and len(args) > 1:
                connection.protocol = int(args[1])
            elif name == b"RESET":
                connection.protocol = 2
        self.judge(step, reply, connection)

    def expect_each(self, step: Step, connection: Connection) -> None:
        """Read one reply for each expectation."""
        for expected in self.of_protocol(step, connection):
            if expected.text == "closed":
                try:
                    got = show(connection.read())
                except Closed:
                    continue
                raise Failure(step, "closed", got)
            if expected.text == "silence":
                if not connection.silent(0.03):
                    raise Failure(step, "silence", show(connection.read()))
                continue
            if expected.text == "blocked":
                self.wait_until_blocked(step, connection)
                continue
            reply = connection.read()
            if not self.matches(expected, reply, connection):
                raise Failure(step, expected.text, show(reply))

    def wait_until_blocked(self, step: Step, connection: Connection) -> None:
        """Until CLIENT LIST has the connection as one that waits (flag b), and has not been sent anything."""
        client = b" addr=127.0.0.1:%d " % connection.socket.getsockname()[1]
        end = time.monotonic() + 3
        while True:
            lines = [line for line in self.admin_call(b"CLIENT", b"LIST").value.split(b"\n") if client in line]
            if lines and b"b" in lines[0].split(b" flags=")[1].split()[0]:
                break
            if time.monotonic() > end:
                raise Failure(step, "blocked", lines[0].decode() if lines else "no such client")
            time.sleep(0.002)
        if not connection.silent(0.001):
            raise Failure(step, "blocked", show(connection.read()))

    def judge(self, step: Step, reply: Reply, connection: Connection) -> None:
        """Compare a reply with the expectation of its step."""
        chosen = self.of_protocol(step, connection)
        if not chosen and reply.kind == "error":
            raise Failure(step, "no error", show(reply))
        for expected in chosen:
            if not self.matches(expected, reply, connection):
                raise Failure(step, expected.text, show(reply))

    def of_protocol(self, step: Step, connection: Connection) -> list[Expected]:
        """The expectations of a step that are for the protocol of the connection."""
        return [e for e in step.expected if e.only in (None, connection.protocol)]

    def matches(self, expected: Expected, reply: Reply, connection: Connection) -> bool:
        return parse(self.fill_in(expected.text))(reply, connection.protocol, self.names)

    def wish(self, step: Step) -> str:
        """What a step expects, for the report."""
        chosen = [e.text for e in step.expected if e.only in (None, self.spoken(step))]
        return " ".join(chosen) or "no error"

    def until(self, step: Step, connection: Connection, args: list[bytes]) -> None:
        """Repeat a command until the reply is the expected one."""
        end = time.monotonic() + 3
        while True:
            try:
                return self.judge(step, connection.call(*args), connection)
            except Failure:
                if time.monotonic() > end:
                    raise
            time.sleep(0.005)

    def repeat(self, step: Step, connection: Connection, times: int) -> None:
        """Send a command many times at once, with ${i} from 0."""
        parts = []
        for i in range(times):
            self.names["i"] = i
            parts.append(encode(arguments(self.fill_in(step.text))))
        connection.send(b"".join(parts))
        for _ in range(times):
            self.judge(step, connection.read(), connection)

    def config(self, step: Step, name: bytes, value: bytes) -> None:
        """CONFIG SET for the time of the case."""
        old = self.admin_call(b"CONFIG", b"GET", name)
        if old.kind != "array" or len(old.value) != 2:
            raise Failure(step, "one parameter", show(old))
        reply = self.admin_call(b"CONFIG", b"SET", name, value)
        if reply != ("status", b"OK"):
            raise Failure(step, "+OK", show(reply))
        self.changed.append((name, old.value[1].value))

    # ------------------------------------------------------------ variables

    def fill_in(self, text: str) -> str:
        """Replace ${name} and ${name+5}."""
        return VARIABLE.sub(self.value, text) if "${" in text else text

    def value(self, found: re.Match) -> str:
        name, offset = found.groups()
        if name == "i" and "i" not in self.names:
            return found.group()
        clocks = {"unixtime": time.time, "unixms": lambda: time.time() * 1000}
        value = int(clocks[name]()) if name in clocks else self.names.get(name)
        if value is None:
            raise ValueError(f"no variable {name}")
        if offset:
            return str(int(value) + int(offset))
        return quote(value)[1:-1] if isinstance(value, bytes) else str(value)


def scan(connection: Connection, args: list[bytes]) -> Reply:
    """A whole iteration: every element once, as one array."""
    at = 1 if args[0].upper() == b"SCAN" else 2
    seen: dict = {}
    while True:
        reply = connection.call(*args)
        if reply.kind != "array":
            return reply
        cursor, part = reply.value
        seen.update((item.value, item) for item in part.value)
        if cursor.value == b"0":
            return Reply("array", list(seen.values()))
        args[at] = cursor.value


def run_protocol(port: int, protocol: int, keel: bool, cases: list[Case]) -> Counter:
    """Run all cases in one protocol; counts what passed, failed, and was skipped by tag."""
    count: Counter = Counter()
    runner = Runner(port, protocol, keel)
    for number, case in enumerate(cases):
        try:
            if not runner.wanted(case):
                continue
            runner.run(case)
            count["passed"] += 1
        except Failure as failure:
            count["failed"] += 1
            step = failure.step
            sent = f"{step.connection} {step.verb} {short(step.text)}".strip()
            print(f"{case.file}:{step.line}: RESP{protocol}: {sent}: "
                  f"expected {short(failure.expected)}, got {short(failure.got)}\n",
                  end="", flush=True)
        except Gone as error:
            count["failed"] += len(cases) - number
            print(f"{case.file}:{case.line}: RESP{protocol}: {case.title}: "
                  f"the server is gone: {error}\n", end="", flush=True)
            break
        except Exception as error:  # a server under test may send anything
            count["failed"] += 1
            print(f"{case.file}:{case.line}: RESP{protocol}: {case.title}: {error!r}\n",
                  end="", flush=True)
    if runner.admin:
        runner.admin.close()
    return count + runner.skipped


def report(count: Counter) -> int:
    """Print the totals; returns the exit code."""
    skipped = [f"{tag} {n}" for tag, n in sorted(count.items()) if tag.startswith("needs:")]
    if skipped:
        print(f"skipped: {', '.join(skipped)}")
    print(f"{count['passed']} passed, {count['failed']} failed")
    return 1 if count["failed"] else 0


def short(text: str, limit: int = 2000) -> str:
    """A text on one line, not too long."""
    text = " ".join(text.split("\n"))
    return text if len(text) <= limit else text[:limit] + "..."


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the command cases against a server.")
    parser.add_argument("--port", type=int, help="a server that runs already")
    parser.add_argument("--reference", action="store_true", help="start redis-server")
    parser.add_argument("--keel", nargs="?", const=True, metavar="BINARY",
                        help="the server is Keel; with a path, start it")
    parser.add_argument("--listen", nargs="+", type=int, metavar="N", help="the ports of the servers that are started")
    parser.add_argument("--config", metavar="YAML", help="configuration file for Keel")
    parser.add_argument("--files", nargs="+", metavar="FILE", help="only these files")
    parser.add_argument("--title", default="", help="only cases with this text in the title")
    parser.add_argument("--resp", choices=["2", "3", "both"], default="both")
    options = parser.parse_args()

    here = Path(__file__).parent
    paths = ([Path(f) if Path(f).exists() else here / f for f in options.files]
             if options.files else sorted(here.glob("*.test")))
    cases = [c for path in paths for c in case_files.read(path) if options.title in c.title]
    protocols = [2, 3] if options.resp == "both" else [int(options.resp)]

    keel = bool(options.keel)
    if options.port:
        return report(sum((run_protocol(options.port, protocol, keel, cases)
                           for protocol in protocols), Counter()))
    if options.reference:
        def command(port, _):
            return servers.reference_command(port)
    elif isinstance(options.keel, str):
        def command(port, protocol):  # the same cases once with checks and once without
            return servers.keel_command(port, options.keel, options.config, checked=protocol == 3)
    else:
        parser.error("one of --port, --reference or --keel BINARY is needed")

    ports = dict(zip(protocols, options.listen or [servers.free_port() for _ in protocols]))

    def with_server(protocol: int) -> Counter:
        """Each protocol has a server of its own, so that both can run at once."""
        port = ports[protocol]
        with servers.Server(port, command(port, protocol)) as server:
            count = run_protocol(port, protocol, keel, cases)
            for breach in server.breaches():
                count["failed"] += 1
                print(f"RESP{protocol}: {breach}\n", end="", flush=True)
            return count

    with ThreadPoolExecutor() as pool:
        return report(sum(pool.map(with_server, protocols), Counter()))


if __name__ == "__main__":
    sys.exit(main())
