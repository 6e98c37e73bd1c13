"""Storms of handshakes: clients that begin and stall or give up, again and again, beside some that work.

The storm is a process of its own (this file, run as a program) that sends the same client hello over and over, which costs
it next to nothing; the server answers each with a signature. Both share the machine, so a rate beside the storm is shown
together with the processor time that the server had.
"""

import errno
import json
import random
import selectors
import signal
import socket
import ssl
import subprocess
import sys
import time

import support
from support import (Background, Client, Skipped, expect, expect_equal, figure, healthy, patience, raise_descriptors,
                     wait_until)
from tls_support import TlsServer, certificates, context, raw

MOST = 100  # handshakes at a time
LOOPS = 2


def client_hello() -> bytes:
    """The first bytes of a client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class Storm:
    """Many connections that never come to an end of their handshake; whoever is closed comes again."""

    def __init__(self, port: int, count: int):
        self.port, self.hello, self.chance = port, client_hello(), random.Random(3)
        self.selector = selectors.EpollSelector()
        self.figures = {"begun": 0, "given up": 0, "closed by the server": 0}
        self.over = False
        signal.signal(signal.SIGTERM, self.end)
        for _ in range(count):
            self.begin()

    def end(self, *_) -> None:
        self.over = True

    def begin(self) -> None:
        client = socket.socket()
        client.setblocking(False)
        if client.connect_ex(("127.0.0.1", self.port)) not in (0, errno.EINPROGRESS):
            client.close()
            return
        self.figures["begun"] += 1
        self.selector.register(client, selectors.EVENT_WRITE)

    def leave(self, client: socket.socket, how: str) -> None:
        self.figures[how] += 1
        self.selector.unregister(client)
        client.close()
        self.begin()

    def say(self, client: socket.socket) -> None:
        """A whole hello, half of one, or nothing; some go at once."""
        kind = self.chance.randrange(10)
        try:
            if kind > 0:
                client.send(self.hello if kind > 2 else self.hello[:100])
        except OSError:
            return self.leave(client, "closed by the server")
        if kind == 9:
            return self.leave(client, "given up")
        self.selector.modify(client, selectors.EVENT_READ, kind)

    def run(self) -> None:
        """Until SIGTERM."""
        while not self.over:
            for key, events in self.selector.select(0.1):
                client = key.fileobj
                if events & selectors.EVENT_WRITE:
                    self.say(client)
                    continue
                try:
                    data = client.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    self.leave(client, "closed by the server")
                elif key.data > 5:  # it has its answer, and goes; the others stall
                    self.leave(client, "given up")
        print(json.dumps(self.figures), flush=True)


class Workers:
    """50 clients that work for as long as a `with` takes; they are connected when it begins."""

    def __init__(self, server: TlsServer):
        made = certificates()
        self.server = server
        try:
            self.process = subprocess.Popen(
                ["redis-benchmark", "-h", "127.0.0.1", "-p", str(server.port), "--tls", "--cacert", made.authority.cert, "--cert",
                 made.client.cert, "--key", made.client.key, "-q", "-l", "-t", "get", "-n", "100000000", "-P", "16", "-c", "50"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except FileNotFoundError:
            raise Skipped("redis-benchmark is not installed") from None

    def __enter__(self) -> "Workers":
        try:
            wait_until(lambda: self.server.tls()["connections"] == "50", 20, "50 connections")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait(patience(10))

    def rate(self, seconds: float) -> tuple[float, float]:
        """Commands per second, and per second of the server's processor time, measured for that long."""
        with self.server.plain(timeout=30) as plain:
            def now() -> tuple[int, float, float]:
                done = int(plain.text("INFO", "stats").split("total_commands_processed:")[1].split()[0])
                return done, time.monotonic(), self.server.cpu_seconds()

            first = now()
            time.sleep(seconds)
            last = now()
        done = last[0] - first[0]
        return done / (last[1] - first[1]), done / max(last[2] - first[2], 0.01)


def test_a_storm_hinders_nobody() -> None:
    """Whoever works goes on, whoever is patient gets in, and the limits hold."""
    wanted, seconds, enough = (2000, 10, 15) if support.LONG else (300, 1.5, 10)
    count = min(wanted, raise_descriptors(wanted + 200) - 200)
    over, waited, most = context(certificates().client), [], [0]
    with TlsServer("--tls-max-handshakes", MOST, "--tls-handshake-timeout", "2", "--tcp-backlog", 4096, io_threads=LOOPS) as server, \
            server.plain(timeout=30) as plain:
        def patient() -> None:
            began = time.monotonic()
            with server.connect(over=over, timeout=60) as client:
                expect_equal(client.value("PING"), b"PONG", "PING of a patient client")
            waited.append(time.monotonic() - began)

        def watch() -> None:
            fields = dict(line.split(":", 1) for line in plain.text("INFO", "tls").splitlines() if ":" in line)
            most[0] = max(most[0], int(fields["tls_listener0_handshakes_in_flight"]))
            time.sleep(0.01)

        with Workers(server) as workers:
            alone = workers.rate(seconds)
            storm = subprocess.Popen([sys.executable, __file__, str(server.port), str(count)], stdout=subprocess.PIPE, text=True)
            try:
                wait_until(lambda: server.tls()["handshakes_in_flight"] == str(MOST), 10, "as many handshakes as may be")
                with Background(watch):
                    beside = workers.rate(seconds)
                    crowd = [Background(patient) for _ in range(5)]
                    for one in crowd:
                        one.__enter__()
                    wait_until(lambda: len(waited) >= enough, 120, f"{enough} patient clients")
                    for one in crowd:
                        one.over.set()
                    for one in crowd:
                        one.__exit__(None)
            finally:
                storm.terminate()
                facts = json.loads(storm.communicate(timeout=patience(10))[0])
        waited.sort()
        figure(f"{count} in a storm: {facts}")
        figure(f"50 that work: {alone[0]:,.0f} replies/s alone, {beside[0]:,.0f} beside the storm ({beside[0] / alone[0]:.0%}); "
               f"for each second of the server's processor time {alone[1]:,.0f} and {beside[1]:,.0f} ({beside[1] / alone[1]:.0%})")
        figure(f"{len(waited)} that were patient: median {waited[len(waited) // 2] * 1000:.0f} ms, at most {waited[-1] * 1000:.0f} ms")
        # INFO counts a handshake that was closed until its memory is free, and others take its place meanwhile.
        expect(0 < most[0] <= 2 * MOST, f"{most[0]} handshakes were under way at a time")
        expect(facts["closed by the server"] > 0, "nobody that stalls was closed")
        expect(not support.LONG or support.SANITIZED or beside[0] > 0.3 * alone[0], "those that work get too little")
        wait_until(lambda: server.tls()["handshakes_in_flight"] == server.tls()["connections"] == "0", 10, "the end of the storm")
        reasons = set(server.failures())
        expect(reasons <= {"it took longer than 2 seconds", "the peer said nothing for 2 seconds",
                           "it was silent for a second while others waited",
                           "it took three seconds while others waited"}, f"reasons: {reasons}")
        healthy(server)


def test_the_limits_of_handshakes() -> None:
    """tls-max-handshakes and tls-handshake-timeout, set at run time, hold for those that come from then on."""
    hello = client_hello()
    with TlsServer("--tls-handshake-timeout", "60", io_threads=2) as server:
        server.set("tls-max-handshakes", 3)
        began = time.monotonic()
        stalled = [raw(server.port, hello[:50]) for _ in range(3)]
        wait_until(lambda: server.tls()["handshakes_in_flight"] == "3", what="three handshakes")
        late = [raw(server.port, hello[:50]) for _ in range(5)]
        for client in stalled:
            expect(client.closed_by_server(), "a handshake that is silent stays while others wait")
        expect(time.monotonic() - began > 0.5, "those that are silent are closed too early")
        # As in the storm, a handshake that was closed counts until its memory is free.
        wait_until(lambda: int(server.tls()["handshakes_in_flight"]) <= 3, what="no more handshakes than may be")
        expect_equal(set(server.failures()), {"it was silent for a second while others waited"}, "reasons")
        for client in late:
            client.close()
        server.set("tls-max-handshakes", 1000, "tls-handshake-timeout", 1)
        began, told = time.monotonic(), len(server.failures())
        silent, half = Client(server.port), raw(server.port, hello[:50])
        for client in (silent, half):
            expect(client.closed_by_server(), "a client that does not shake hands stays")
        expect(0.9 < time.monotonic() - began, "it is closed too early")
        expect_equal(sorted(server.wait_failures(told + 2)[told:]),
                     ["it took longer than 1 seconds", "the peer said nothing for 1 seconds"], "reasons")
        server.set("tls-handshake-timeout", 0)
        with raw(server.port, hello[:50]) as client:
            expect(not client.closed_by_server(1.5 / patience(1)), "a client is closed though there is no limit")
        healthy(server)


def test_handshakes_that_drip() -> None:
    """Whoever sends a byte now and then does not hold a place for as long as a handshake may take."""
    hello = client_hello()
    with TlsServer("--tls-handshake-timeout", "60", "--tls-max-handshakes", 2) as server:
        drips = [raw(server.port, hello[:50]) for _ in range(2)]
        wait_until(lambda: server.tls()["handshakes_in_flight"] == "2", what="two handshakes")

        def drip() -> None:
            for client, at in zip(drips, (next(places), next(places))):
                try:
                    client.send(hello[at:at + 1])
                except OSError:
                    pass  # closed by now, which is what is waited for
            time.sleep(0.2)

        places = iter(range(50, len(hello)))
        with Background(drip), server.connect(timeout=patience(20)) as client:
            expect_equal(client.value("PING"), b"PONG", "PING of a client that had to wait")
        expect("it took three seconds while others waited" in server.failures(), f"reasons: {server.failures()}")
        for client in drips:
            client.close()
        healthy(server)


if __name__ == "__main__":
    Storm(int(sys.argv[1]), int(sys.argv[2])).run()
