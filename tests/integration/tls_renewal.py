"""Certificates that are renewed while the server runs: no handshake fails, the new one is served soon, a broken set changes
nothing, and who is not trusted any longer is closed when that is wanted."""

import os
import shutil
import signal
import ssl
import time
from pathlib import Path

from support import Background, Closed, Failure, expect, expect_equal, figure, free_port, healthy, wait_until
from tls_support import Pair, TlsClient, TlsServer, certificates, context, serial

SOON = 2  # seconds from the moment when a set is whole; a busy machine may need more, but not every time


class Files:
    """The set of a server: files that are replaced by renaming, behind a symbolic link or not."""

    def __init__(self, directory: Path, pair: Pair | None = None):
        self.directory = directory
        pair = pair or certificates().server
        self.put("server.crt", pair.cert)
        self.put("server.key", pair.key)
        self.put("ca.crt", certificates().authority.cert)

    @property
    def pair(self) -> Pair:
        return Pair(str(self.directory / "server.crt"), str(self.directory / "server.key"))

    @property
    def ca(self) -> str:
        return str(self.directory / "ca.crt")

    def put(self, name: str, *sources: str) -> None:
        """Replace a file at once by the contents of others, one behind the other."""
        new = self.directory / f"{name}.new"
        new.write_bytes(b"".join(Path(source).read_bytes() for source in sources))
        os.replace(new, self.directory / name)


class RenewedServer(TlsServer):
    """A server with a directory of files of its own."""

    def __init__(self, *words: object, files: Files | None = None, **options):
        self.files = files or Files(certificates().new_directory())
        super().__init__("--tls-ca-cert-file", self.files.ca, *words, pair=self.files.pair, **options)

    def generation(self) -> int:
        return int(self.tls()["generation"])


def served(server: TlsServer) -> str:
    """The serial number of the certificate that a new connection gets."""
    with server.connect() as client:
        return client.peer_serial()


def failed(server: TlsServer) -> dict[str, int]:
    return {name: count for name, count in server.counters().items() if name.startswith("handshakes_failed")}


class Load:
    """Clients that connect over and over, and some that stay and work; none of them may see anything of a renewal."""

    def __init__(self, server: TlsServer):
        self.server, self.handshakes = server, 0
        self.seen: list[str] = []  # serial numbers, one after the other
        stay = [server.connect() for _ in range(2)]
        self.jobs = [Background(self.come)] + [Background(lambda c=client: self.work(c)) for client in stay]

    def come(self) -> None:
        with self.server.connect() as client:
            expect_equal(client.value("PING"), b"PONG", "PING")
            shown = client.peer_serial()
        self.handshakes += 1
        if not self.seen or self.seen[-1] != shown:
            self.seen.append(shown)
        time.sleep(0.002)  # the two of us share the machine

    def work(self, client: TlsClient) -> None:
        expect_equal({reply.value for reply in client.pipeline([("SET", "k", "v" * 1000), ("GET", "k")] * 20)},
                     {b"OK", b"v" * 1000}, "replies of one that stays")
        time.sleep(0.005)

    def __enter__(self) -> "Load":
        for job in self.jobs:
            job.__enter__()
        return self

    def __exit__(self, *words) -> None:
        for job in self.jobs:
            job.over.set()
        for job in self.jobs:
            job.__exit__(*words)


def renew(server: TlsServer, how: str, load: Load, change, wanted: Pair) -> float:
    """A change after which the set is whole; seconds until it is served."""
    before, number = load.handshakes, serial(wanted.cert)
    change()
    began = time.monotonic()
    wait_until(lambda: served(server) == number, SOON * 3, f"{how}: the new certificate")
    took = time.monotonic() - began
    figure(f"{how}: served after {took:.2f} s, {load.handshakes - before} handshakes meanwhile")
    wait_until(lambda: load.seen[-1] == number, what=f"{how}: the new certificate for those that come over and over")
    expect_equal(failed(server), {}, f"{how}: handshakes that have failed")
    facts = server.tls()
    expect_equal((facts["last_reload_result"], facts["serial"]), ("ok", number), f"{how}: INFO tls")
    expect(abs(int(facts["last_reload_time"]) - time.time()) < 10, f"{how}: last_reload_time is {facts['last_reload_time']}")
    return took


def test_renewal_under_load_by_renaming() -> None:
    """Certificate and key one after the other, in either order; what is between is never served."""
    made = certificates()
    with RenewedServer(io_threads=2) as server, Load(server) as load:
        files = server.files

        def certificate_first() -> None:
            files.put("server.crt", made.other.cert)
            files.put("server.key", made.other.key)

        first = renew(server, "certificate first", load, certificate_first, made.other)
        generation = server.generation()
        files.put("server.key", made.server.key)  # the wrong order, and long enough for the server to see it
        wait_until(lambda: "does not fit the certificate" in server.tls()["last_reload_result"], what="a look at half a set")
        expect_equal((served(server), server.generation()), (serial(made.other.cert), generation), "what is served meanwhile")
        second = renew(server, "key first", load, lambda: files.put("server.crt", made.server.cert), made.server)
        expect(min(first, second) < SOON, f"renewals took {first:.2f} s and {second:.2f} s")
        expect_equal(server.generation(), generation + 1, "generation")
    expect_equal(load.seen, [serial(pair.cert) for pair in (made.server, made.other, made.server)], "what clients have been shown")


def test_renewal_under_load_by_a_link() -> None:
    """As Kubernetes does: a symbolic link to a directory is turned to another one, so the set is whole at any time."""
    made = certificates()
    root = made.new_directory()
    for name, pair in (("first", made.server), ("second", made.other), ("third", made.rsa)):
        (root / name).mkdir()
        Files(root / name, pair)
    for name in ("server.crt", "server.key", "ca.crt"):
        (root / name).symlink_to(f"..data/{name}")
    (root / "..data").symlink_to("first")

    def turn(to: str) -> None:
        (root / "..new").symlink_to(to)
        os.replace(root / "..new", root / "..data")

    class Linked(Files):
        def __init__(self):
            self.directory = root

    with RenewedServer(files=Linked(), io_threads=2) as server, Load(server) as load:
        first = renew(server, "a link", load, lambda: turn("second"), made.other)
        shutil.rmtree(root / "first")
        second = renew(server, "a link, to a key of another kind", load, lambda: turn("third"), made.rsa)
        expect(min(first, second) < SOON, f"renewals took {first:.2f} s and {second:.2f} s")
        expect_equal(server.generation(), 3, "generation")
        expect("stay as they were" not in server.log(), f"half a set was seen: {server.log()}")
    expect_equal(load.seen, [serial(pair.cert) for pair in (made.server, made.other, made.rsa)], "what clients have been shown")


TWO = """plugins: [transport-tcp, transport-tls, string]
listeners:
  - tls: 127.0.0.1:{port}
    cert-file: {cert}
    key-file: {key}
    ca-cert-file: {first-ca}
  - tls: 127.0.0.1:{second}
    cert-file: {second-cert}
    key-file: {second-key}
    ca-cert-file: {ca}
  - tcp: 127.0.0.1:{plain}
"""


def test_a_broken_set_changes_nothing() -> None:
    """It is said once, however often the server looks, and INFO tls shows it; the next whole set is taken."""
    made = certificates()
    files, others, second = Files(made.new_directory()), Files(made.new_directory()), free_port()
    config = TWO
    for name, value in (("second", second), ("second-cert", others.pair.cert), ("second-key", others.pair.key), ("first-ca", files.ca)):
        config = config.replace("{%s}" % name, str(value))
    with TlsServer(config=config, pair=files.pair) as server, server.connect() as client:
        def look_again() -> None:
            """The server looks at the first listener's files before the second's: a renewal there is a look here."""
            pair = made.other if server.tls(at_second)["serial"] == serial(made.server.cert) else made.server
            others.put("server.key", pair.key)
            others.put("server.crt", pair.cert)
            wait_until(lambda: server.tls(at_second)["serial"] == serial(pair.cert), what="a look at the files")

        def refused(part: str) -> list[str]:
            return [line for line in server.log().splitlines()
                    if f"TLS files of 127.0.0.1:{server.port} stay as they were: " in line and part in line]

        at_second = f"127.0.0.1:{second}"
        junk = files.directory / "junk"
        junk.write_bytes(b"-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")
        breaks = (({"server.crt": str(junk)}, "is not a list of certificates"),
                  ({"server.key": made.other.key}, "does not fit the certificate"),
                  ({"ca.crt": made.server.key}, "has no certificate in it"),
                  ({"server.key": None}, "cannot be opened: No such file or directory"),
                  ({"server.crt": made.expired.cert, "server.key": made.expired.key}, "has expired"))
        good = {"server.crt": made.server.cert, "server.key": made.server.key, "ca.crt": made.authority.cert}
        for sources, part in breaks:
            for name, source in {**good, **sources}.items():
                if source:
                    files.put(name, source)
                else:
                    os.unlink(files.directory / name)
            wait_until(lambda p=part: p in server.tls()["last_reload_result"], what=f"a result with {part!r}")
            expect_equal((served(server), server.tls()["serial"]), (serial(made.server.cert),) * 2, f"served with {part!r}")
            if part.startswith(("does not fit", "cannot be opened")):  # the one is read, the other is not
                look_again()
            expect_equal(len(refused(part)), 1, f"lines with {part!r}")
        for name, source in good.items():
            files.put(name, source)
        wait_until(lambda: server.tls()["last_reload_result"] == "ok", what="the return of the first set")
        expect_equal(client.value("PING"), b"PONG", "PING of the first connection")
        expect_equal(failed(server), {}, "handshakes that have failed")


def test_reload_on_demand() -> None:
    """SIGHUP, and CONFIG SET of a path to itself, read the files at once, even when nothing in them has changed."""
    made = certificates()
    with RenewedServer() as server, server.connect() as client:
        def by_signal() -> None:
            server.process.send_signal(signal.SIGHUP)

        def by_set() -> None:
            server.set("tls-cert-file", server.files.pair.cert)

        for how, demand in (("SIGHUP", by_signal), ("CONFIG SET", by_set)):
            before, told = server.generation(), server.log().count(" are in force: ")
            demand()
            wait_until(lambda b=before: server.generation() == b + 1, what=f"another generation by {how}")
            wait_until(lambda t=told: server.log().count(" are in force: ") == t + 1, what=f"a line by {how}")
            server.files.put("server.key", made.other.key)
            server.files.put("server.crt", made.other.cert)
            demand()
            wait_until(lambda: server.tls()["serial"] == serial(made.other.cert), what=f"the other certificate by {how}")
            expect_equal(served(server), serial(made.other.cert), f"served after {how}")
            server.files.put("server.key", made.server.key)
            server.files.put("server.crt", made.server.cert)
            demand()
            wait_until(lambda: server.tls()["serial"] == serial(made.server.cert), what=f"the first certificate by {how}")
        server.files.put("server.key", made.other.key)
        with server.plain() as plain:
            reply = plain.call("CONFIG", "SET", "tls-cert-file", server.files.pair.cert)
        expect(reply.kind == "error" and b"does not fit the certificate" in reply.value, f"CONFIG SET over half a set gives {reply}")
        expect_equal(served(server), serial(made.server.cert), "what is served after the refusal")
        expect_equal(client.value("PING"), b"PONG", "PING of the first connection")
        expect_equal(failed(server), {}, "handshakes that have failed")


def test_connections_that_are_not_trusted_any_longer() -> None:
    """With tls-recheck-on-reload they are closed when authorities go or certificates are revoked; without they live on."""
    made = certificates()
    people = {"alice": made.client, "mallory": made.strange_client, "rita": made.revoked_client}
    for recheck in ("yes", "no"):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            files = Files(made.new_directory())
            files.put("ca.crt", made.authority.cert, made.stranger.cert)
            files.put("revoked.crl", made.empty_crl, made.stranger.crl())
            with RenewedServer("--tls-recheck-on-reload", recheck, "--tls-crl-file", files.directory / "revoked.crl", "--tls-auth-clients",
                               "optional", "--loglevel", "verbose", files=files, io_threads=3) as server:
                def come(name: str) -> TlsClient:
                    return server.connect(over=context(people.get(name), version=version))

                clients = {name: come(name) for name in (*people, "nobody")}
                for client in clients.values():
                    client.value("PING")
                for gone, change in (("mallory", lambda: files.put("ca.crt", made.authority.cert)),
                                     ("rita", lambda: files.put("revoked.crl", made.crl, made.stranger.crl()))):
                    generation = server.generation()
                    change()
                    server.process.send_signal(signal.SIGHUP)
                    wait_until(lambda g=generation: server.generation() > g, what="the new set")
                    if recheck == "yes":
                        expect(clients.pop(gone).closed_by_server(), f"{gone} stays connected")
                    for name, client in clients.items():
                        expect_equal(client.value("PING"), b"PONG", f"PING of {name} when {gone} is not trusted any longer")
                    count = len(server.failures())
                    try:
                        come(gone).value("PING")
                        raise Failure(f"{gone} connects anew")
                    except (ssl.SSLError, ConnectionResetError, Closed):
                        pass
                    server.wait_failures(count + 1)
                told = server.log().count("what its peer has proved holds no longer")
                expect_equal(told, 2 if recheck == "yes" else 0, "lines about connections that are closed")
                for client in clients.values():
                    expect_equal(client.value("PING"), b"PONG", "PING in the end")
                healthy(server)


def test_other_files_by_config_set() -> None:
    """Old connections are held to what CONFIG SET puts in force, and INFO tls shows that alone."""
    made = certificates()
    files = Files(made.new_directory())
    files.put("none.crl", made.empty_crl)
    files.put("some.crl", made.crl)
    with RenewedServer("--tls-recheck-on-reload", "yes", "--tls-crl-file", files.directory / "none.crl", files=files,
                       io_threads=3) as server:
        alice, rita = (server.connect(over=context(one)) for one in (made.client, made.revoked_client))
        for client in (alice, rita):
            client.value("PING")
        server.set("tls-crl-file", files.directory / "some.crl")
        expect(rita.closed_by_server(), "a client that is revoked stays connected")
        expect_equal(alice.value("PING"), b"PONG", "PING of the other")
        with server.plain() as plain:
            expect("tls_listeners:1\r" in plain.text("INFO", "tls"), "INFO tls shows listeners of before")
        expect_equal(server.generation(), 2, "the generation")
        os.unlink(files.directory / "none.crl")
        files.put("server.key", made.other.key)
        files.put("server.crt", made.other.cert)
        wait_until(lambda: server.tls()["serial"] == serial(made.other.cert), what="a look at the files")
        expect("none.crl' cannot be opened" not in server.log(), "files of before are still read")
        healthy(server)
