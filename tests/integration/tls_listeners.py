"""Where and how TLS is spoken: several listeners, every directive at run time, refusals, `keel check`, big pipelines."""

import random
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import support
from support import (Client, Closed, Failure, encode, expect, expect_equal, expect_in, free_port, healthy, keel, listens,
                     patience, wait_until)
from tls_support import EARLIER, PASSPHRASE, PAST, TlsClient, TlsServer, certificates, context, serial, usual_context

MANY = """plugins: [transport-tcp, transport-unix, transport-tls, string]
listeners:
  - tls: 127.0.0.1:{port}
    cert-file: {cert}
    key-file: {key}
    ca-cert-file: {ca}
  - tls: 127.0.0.1:{second}
    cert-file: {rsa-cert}
    key-file: {rsa-key}
    auth-clients: "no"
    protocols: TLSv1.2
  - tcp: 127.0.0.1:{plain}
  - tls: {path}
    over: unix
    mode: "0700"
    cert-file: {other-cert}
    key-file: {other-key}
    ca-cert-file: {stranger}
    auth-clients: optional
  - unix: {path}.plain
"""


def filled(config: str, **facts: object) -> str:
    for name, value in facts.items():
        config = config.replace("{%s}" % name.replace("_", "-"), str(value))
    return config


def test_listeners_of_all_kinds_at_once() -> None:
    """Each TLS listener has its own certificate and its own mind about clients."""
    made = certificates()
    for threads in (1, 4):
        second = free_port()
        config = filled(MANY, second=second, rsa_cert=made.rsa.cert, rsa_key=made.rsa.key, other_cert=made.other.cert,
                        other_key=made.other.key, stranger=made.stranger.cert)
        with TlsServer(config=config, unix=True, io_threads=threads) as server:
            none, mallory = context(), context(made.strange_client)
            with server.connect() as first, TlsClient(second, over=none) as other, TlsClient(server.path, over=mallory) as local, \
                    Client(f"{server.path}.plain") as unix, server.plain() as plain:
                everyone = (first, other, local, unix, plain)
                for i, client in enumerate(everyone):
                    client.value("SET", f"from:{i}", "v" * 100_000)
                for client in everyone:
                    expect_equal({reply.value for reply in client.pipeline([("GET", f"from:{i}") for i in range(5)])},
                                 {b"v" * 100_000}, "values")
                expect_equal([client.peer_serial() for client in (first, other, local)],
                             [serial(pair.cert) for pair in (made.server, made.rsa, made.other)], "certificates")
                expect_equal((first.socket.version(), other.socket.version()), ("TLSv1.3", "TLSv1.2"), "versions")
                for client, part in ((first, f"laddr=127.0.0.1:{server.port} "), (other, f"laddr=127.0.0.1:{second} "),
                                     (local, f"addr={server.path}:0 ")):
                    expect_in(part, client.text("CLIENT", "INFO"), "CLIENT INFO")
                expect_equal([client.text("CLIENT", "INFO").split(" transport=")[1].strip() for client in everyone],
                             ["tls identity=alice", "tls identity=", "tls identity=mallory", "unix identity=", "tcp identity="],
                             "CLIENT INFO")
                facts = server.info("tls")
                expect_equal(facts["tls_listeners"], "3", "tls_listeners")
                expect_equal([facts[f"tls_listener{i}_address"] for i in range(3)],
                             [f"127.0.0.1:{server.port}", f"127.0.0.1:{second}", server.path], "addresses in INFO tls")
            for address, over in ((server.port, none), (server.port, mallory), (server.path, usual_context())):
                try:
                    TlsClient(address, over=over).value("PING")
                    raise Failure(f"{address} takes a client of another listener")
                except (ssl.SSLError, ConnectionResetError, Closed):
                    pass
            counts = [server.tls(address)["handshakes_failed_" + why] for address, why in (
                (f"127.0.0.1:{server.port}", "no_certificate"), (f"127.0.0.1:{server.port}", "untrusted"), (server.path, "untrusted"))]
            expect_equal(counts, ["1", "1", "1"], "failures of each listener")


def test_port_zero_means_none() -> None:
    """Of either kind."""
    with TlsServer("--tls-port", "0") as server:
        expect(not listens(server.port), "the TLS port is open")
        expect_equal(server.info("tls")["tls_listeners"], "0", "tls_listeners")
    with TlsServer(plain=False) as server, server.connect() as client:
        expect_equal(client.value("CONFIG", "GET", "port")[1].value, b"0", "port")
        expect_equal(client.value("CONFIG", "GET", "tls-port")[1].value, str(server.port).encode(), "tls-port")
        facts = client.text("INFO", "server")
        expect_in(f",port={server.port}\r\n", facts.split("listener0:name=tls,")[1], "INFO server")
        expect("listener1" not in facts, f"there is another listener: {facts}")


def test_config_set_tls_port() -> None:
    """Open, moved and closed at run time; connections stay, and a port that cannot be had changes nothing."""
    for threads in (1, 4):
        with TlsServer("--tls-port", "0", io_threads=threads) as server, TlsServer() as other, server.plain() as plain:
            stay, last = [], 0
            for port in (server.port, free_port(), 0, server.port):
                plain.value("CONFIG", "SET", "tls-port", port)
                if last and last != port:
                    expect(not listens(last), "the port that was left is open")
                if port:
                    stay.append(TlsClient(port))
                last = port
                reply = plain.call("CONFIG", "SET", "tls-port", other.port)
                expect(reply.kind == "error" and b"tls-port" in reply.value, f"a port that is taken gives {reply}")
                expect_equal(plain.value("CONFIG", "GET", "tls-port")[1].value, str(port).encode(), "tls-port")
            for client in stay:
                expect_equal(client.value("PING"), b"PONG", "PING of one that was there before")
    with TlsServer("--tls-port", "0", "--tls-cert-file", "") as server, server.plain() as plain:
        reply = plain.call("CONFIG", "SET", "tls-port", server.port)
        expect(reply.kind == "error" and b"cert-file" in reply.value, f"tls-port without a certificate gives {reply}")
        expect(not listens(server.port), "the port is open")
        pair = certificates().server
        plain.value("CONFIG", "SET", "tls-port", server.port, "tls-cert-file", pair.cert, "tls-key-file", pair.key)
        server.connect().value("PING")


def shown(client: TlsClient) -> tuple:
    return client.socket.version(), client.socket.cipher()[0], client.peer_serial()


def test_every_directive_at_run_time() -> None:
    """Each takes a value that holds for new connections, refuses one that is impossible, and stays what it was then."""
    made = certificates()
    wrong = str(made.new_directory() / "nothing")
    rows = {  # a value, other directives that it needs, an impossible one or none, and its sentence
        "tls-cert-file": (made.other.cert, {"tls-key-file": made.other.key}, wrong, "cannot be opened"),
        "tls-key-file": (made.other.key, {"tls-cert-file": made.other.cert}, made.rsa.key, "does not fit the certificate"),
        "tls-key-file-pass": (PASSPHRASE, {"tls-cert-file": made.sealed.cert, "tls-key-file": made.sealed.key}, None, ""),
        "tls-client-cert-file": (made.client.cert, {"tls-client-key-file": made.client.key}, wrong, "cannot be opened"),
        "tls-client-key-file": (made.client.key, {"tls-client-cert-file": made.client.cert}, wrong, "cannot be opened"),
        "tls-client-key-file-pass": (PASSPHRASE, {}, None, ""),
        "tls-ca-cert-file": (made.authority.cert, {}, made.server.key, "no certificate in it"),
        "tls-ca-cert-dir": (made.ca_directory, {"tls-ca-cert-file": ""}, wrong, "cannot be read"),
        "tls-crl-file": (made.crl, {}, made.server.cert, "is not a list of revoked certificates"),
        "tls-dh-params-file": (made.dh_parameters, {}, made.server.cert, "no parameters of Diffie-Hellman"),
        "tls-auth-clients": ("optional", {}, "perhaps", "must be one of"),
        "tls-protocols": ("TLSv1.2", {}, "TLSv1.4", "is none of TLSv1, TLSv1.1, TLSv1.2 and TLSv1.3"),
        "tls-ciphers": ("ECDHE-ECDSA-AES128-GCM-SHA256", {"tls-protocols": "TLSv1.2"}, "ROT13", "no cipher is known"),
        "tls-ciphersuites": ("TLS_AES_128_GCM_SHA256", {}, "TLS_ROT13", "not all are known"),
        "tls-groups": ("P-256", {}, "P-13", "not all are known"),
        "tls-prefer-server-ciphers": ("yes", {}, "perhaps", "must be 'yes' or 'no'"),
        "tls-session-caching": ("no", {}, "perhaps", "must be 'yes' or 'no'"),
        "tls-session-cache-size": ("100", {}, "-1", "must be between"),
        "tls-session-cache-timeout": ("60", {}, "-1", "must be between"),
        "tls-recheck-on-reload": ("yes", {}, "perhaps", "must be 'yes' or 'no'"),
        "tls-max-handshakes": ("5", {}, "0", "must be between"),
        "tls-handshake-timeout": ("5", {}, "-1", "must be between"),
        "tls-replication": ("yes", {}, "perhaps", "must be 'yes' or 'no'"),
        "tls-cluster": ("yes", {}, "perhaps", "must be 'yes' or 'no'"),
    }
    seen = {"tls-cert-file": 2, "tls-key-file": 2, "tls-protocols": 0, "tls-ciphers": 1, "tls-ciphersuites": 1}
    with TlsServer(io_threads=2) as server, server.plain() as plain, server.connect() as old:
        def values() -> dict[str, str]:
            words = [part.value.decode() for part in plain.value("CONFIG", "GET", "tls-*")]
            return dict(zip(words[::2], words[1::2]))

        before = values()
        expect_equal(set(before), set(rows) | {"tls-port"}, "directives")
        usual = shown(old)
        for name, (value, more, bad, sentence) in rows.items():
            words = [word for pair in {**more, name: value}.items() for word in pair]
            plain.value("CONFIG", "SET", *words)
            expect_equal(plain.value("CONFIG", "GET", name)[1].value, value.encode(), f"{name} after CONFIG SET")
            with server.connect() as client:
                expect_equal(client.value("PING"), b"PONG", f"PING with {name}")
                if name in seen:
                    expect(shown(client)[seen[name]] != usual[seen[name]], f"{name} {value} makes no difference")
            plain.value("CONFIG", "SET", *(word for key in {**more, name: value} for word in (key, before[key])))
            if bad is not None:
                reply = plain.call("CONFIG", "SET", name, bad)
                expect(reply.kind == "error" and sentence.encode() in reply.value and name.encode() in reply.value,
                       f"{name} {bad} gives {reply}")
            expect_equal(values(), before, f"directives after {name} {bad}")
            with server.connect() as client:
                expect_equal(shown(client), usual, f"a connection after {name} {bad}")
        expect_equal(old.value("PING"), b"PONG", "PING of the first connection")


def test_all_or_nothing() -> None:
    """Several directives at once, of which one is impossible: none of them changes, nor do others of the server."""
    made = certificates()
    with TlsServer() as server, server.plain() as plain:
        before = plain.value("CONFIG", "GET", "*")
        for words in (("tls-protocols", "TLSv1.2", "tls-key-file", made.other.key, "timeout", 77),
                      ("timeout", 77, "tls-protocols", "TLSv1.2", "tls-ciphers", "ROT13"),
                      ("tls-cert-file", made.other.cert, "tls-key-file", made.rsa.key, "maxclients", 99),
                      ("port", free_port(), "tls-ca-cert-file", ""),
                      ("tls-port", free_port(), "tls-crl-file", "/nowhere/list")):
            expect_equal(plain.call("CONFIG", "SET", *words).kind, "error", f"CONFIG SET {words}")
            expect_equal(plain.value("CONFIG", "GET", "*"), before, f"directives after CONFIG SET {words}")
            with server.connect() as client:
                expect_equal((client.socket.version(), client.peer_serial()), ("TLSv1.3", serial(made.server.cert)),
                             f"a connection after CONFIG SET {words}")
        expect(listens(server.plain_port), "the plain port has moved")


def test_a_listeners_own_settings_stay() -> None:
    """What a listener says for itself is not changed by a directive, what it does not say is."""
    config = ("plugins: [transport-tcp, transport-tls, string]\nlisteners:\n  - tls: 127.0.0.1:{port}\n    cert-file: {cert}\n"
              "    key-file: {key}\n    ca-cert-file: {ca}\n    protocols: TLSv1.2\n  - tcp: 127.0.0.1:{plain}\n")
    with TlsServer(config=config) as server:
        server.set("tls-protocols", "TLSv1.3", "tls-ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256")
        with server.connect() as client:
            expect_equal(shown(client)[:2], ("TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"), "a new connection")


def test_rewrite_and_restart() -> None:
    """What was changed at run time is there after a restart, the passphrase in a file that nobody else reads."""
    made = certificates()
    config = ("# There is no list of listeners: the directives say where.\nplugins: [transport-tcp, transport-tls, string]\n"
              "server:\n  bind: 127.0.0.1\n  port: {plain}\ntransport-tls:\n"
              "  tls-port: {port}\n  tls-cert-file: {cert}\n  tls-key-file: {key}\n  tls-ca-cert-file: {ca}\n")
    with TlsServer(config=config) as server:
        text = server.config.read_text()
        server.set("tls-cert-file", made.sealed.cert, "tls-key-file", made.sealed.key, "tls-key-file-pass", PASSPHRASE,
                   "tls-auth-clients", "optional", "tls-protocols", "TLSv1.2 TLSv1.3", "tls-session-cache-timeout", 60)
        with server.plain() as plain:
            server.port = free_port()
            plain.value("CONFIG", "SET", "tls-port", server.port)
            plain.value("CONFIG", "REWRITE")
        overlay = Path(f"{server.config}.overlay.yaml")
        expect_equal(overlay.stat().st_mode & 0o777, 0o600, "mode of the overlay")
        expect_equal(server.config.read_text(), text, "the file of the operator")
        server.stop()
        server.start()
        with server.connect(over=context()) as client:
            for name, value in (("tls-auth-clients", "optional"), ("tls-protocols", "TLSv1.2 TLSv1.3"), ("tls-port", server.port),
                                ("tls-session-cache-timeout", 60), ("tls-key-file", made.sealed.key)):
                expect_equal(client.value("CONFIG", "GET", name)[1].value, str(value).encode(), f"{name} after the restart")
        expect(PASSPHRASE not in server.log(), "the passphrase is in the log")


def test_refusals_are_read_over_tls() -> None:
    """maxclients: the sentence comes after the handshake, and before an end in order."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        over = context(certificates().client, version=version)
        with TlsServer("--maxclients", "4", io_threads=2) as server:
            here = []
            while len(here) < 4:  # one that asked whether the server answers may be there still
                here.append(server.connect(over=over))
                if here[-1].call("PING").kind == "error":
                    here.pop().close()
            for _ in range(10):
                with server.connect(over=over, ragged=False) as client:
                    expect_equal(client.read(), ("error", b"ERR max number of clients reached"), "the reply")
                    expect(client.ends_with_goodbye(), "the refusal ends without a goodbye")
            here.pop().close()
            wait_until(lambda: came_in(server, over), what="room for another one")


def came_in(server: TlsServer, over: ssl.SSLContext) -> bool:
    with server.connect(over=over) as client:
        return client.call("PING").kind == "status"


def check(*words: object) -> tuple[int, str]:
    """keel check with those words, on a port of its own."""
    result = keel("check", "--plugin", "transport-tls", "--bind", "127.0.0.1", "--port", "0", "--tls-port", free_port(),
                  "--tls-ca-cert-file", certificates().authority.cert, *words)
    return result.returncode, result.stdout + result.stderr


def test_check_looks_at_certificates() -> None:
    made = certificates()
    old_authority = made.authority.issue("Old authority", begins=EARLIER, ends=PAST, authority=True).cert
    for words, status, part in (
            (("--tls-cert-file", made.server.cert, "--tls-key-file", made.server.key), 0, "good"),
            (("--tls-cert-file", made.server.cert, "--tls-key-file", made.other.key), 1, "does not fit the certificate in"),
            (("--tls-cert-file", made.expired.cert, "--tls-key-file", made.expired.key), 1, "has expired"),
            (("--tls-cert-file", made.nameless.cert, "--tls-key-file", made.nameless.key), 1, "has no subjectAltName"),
            (("--tls-cert-file", made.server.cert, "--tls-key-file", made.server.key, "--tls-ca-cert-file", old_authority), 1,
             "a certificate of an authority"),
            (("--tls-cert-file", made.server.cert, "--tls-key-file", made.server.key, "--tls-ca-cert-file", ""), 1, "ca-cert-file"),
            (("--tls-cert-file", made.sealed.cert, "--tls-key-file", made.sealed.key, "--tls-key-file-pass", "hush-hush"), 1,
             "key-file-pass is wrong")):
        got, text = check(*words)
        expect_equal(got, status, f"exit status of keel check {words}: {text}")
        expect_in(part, text, f"what keel check {words} says")
        expect("hush-hush" not in text, "the passphrase is printed")
        expect(status == 0 or len(text.strip().splitlines()) == 1, f"keel check {words} says {text}")


def test_doubtful_certificates_are_served_with_a_warning() -> None:
    """A server whose certificate ends at night starts again in the morning."""
    made = certificates()
    for pair, part in ((made.expired, "has expired"), (made.nameless, "has no subjectAltName")):
        with TlsServer(pair=pair) as server:
            expect_in(part, server.log(), "log")
            over = context(made.client)
            over.check_hostname, over.verify_mode = False, ssl.CERT_NONE
            server.connect(over=over).value("PING")


def test_without_the_plugin() -> None:
    """A server that was installed without it says in one sentence what is missing."""
    with TemporaryDirectory() as directory:
        root, built = Path(directory), Path(support.BINARY).parent.parent
        for place in ("bin", "plugins"):
            (root / place).mkdir()
        binary = root / "bin" / "keel"
        shutil.copy(support.BINARY, binary)
        for name in ("transport-tcp", "transport-unix", "string"):
            shutil.copy(built / "plugins" / f"{name}.so", root / "plugins")
        file = root / "keel.yaml"
        for text, part in (("plugins: [transport-tcp, transport-tls, string]\nlisteners:\n  - tls: 127.0.0.1:%d\n",
                            "plugin 'transport-tls' is not installed"),
                           ("plugins: [transport-tcp, string]\nlisteners:\n  - tls: 127.0.0.1:%d\n", "'transport-tls'")):
            file.write_text(text % free_port())
            for verb in ("check", "serve"):
                result = subprocess.run([binary, verb, file], capture_output=True, text=True, timeout=patience(10), check=False)
                expect_equal(result.returncode, 1, f"exit status of {verb}")
                expect_in(part, result.stderr, f"sentence of {verb}")
                expect_equal(len(result.stderr.strip().splitlines()), 1, f"lines of {verb}: {result.stderr}")


class CutSocket:
    """TLS over a socket to which bytes are given in pieces of any size, across the borders of records."""

    def __init__(self, plain: socket.socket, over: ssl.SSLContext, chance: random.Random):
        self.plain, self.chance = plain, chance
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = over.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        self.run(self.tls.do_handshake)

    def run(self, step):
        """Call until TLS has what it needs."""
        while True:
            try:
                result = step()
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                data = self.plain.recv(self.chance.choice((1, 7, 1000, 70_000)))
                if not data:
                    return b""
                self.incoming.write(data)

    def flush(self) -> None:
        data = memoryview(self.outgoing.read())
        while data:
            cut = self.chance.choice((1, 3, 50, 5000, 17_000, 100_000))
            self.plain.sendall(data[:cut])
            data = data[cut:]

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            cut = self.chance.choice((10, 1000, 16_384, 50_000))
            written = self.tls.write(view[:cut])
            view = view[written:]
            if self.chance.random() < 0.2:
                self.flush()
        self.flush()

    def recv(self, most: int) -> bytes:
        return self.run(lambda: self.tls.read(most))

    def __getattr__(self, name: str):
        return getattr(self.plain, name)


class CutClient(Client):
    def __init__(self, server: TlsServer, over: ssl.SSLContext, chance: random.Random):
        super().__init__(server.port, timeout=60)
        self.socket = CutSocket(self.socket, over, chance)


def test_pipelines_and_big_values_in_random_cuts() -> None:
    """Every reply comes whole and in order, wherever the bytes of TLS are cut."""
    chance = random.Random(support.seed())
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with TlsServer(io_threads=2) as server, CutClient(server, context(certificates().client, version=version), chance) as client:
            for _ in range(5 if support.LONG else 1):
                count = 5000
                sizes = [chance.choice((0, 10, 300)) for _ in range(count)]
                client.send(b"".join(encode([b"SET", b"k:%d" % i, b"%d" % i * size]) for i, size in enumerate(sizes)))
                expect(all(client.read() == ("status", b"OK") for _ in range(count)), "a SET in a pipeline fails")
                client.send(b"".join(encode([b"GET", b"k:%d" % i]) for i in range(count)))
                for i, size in enumerate(sizes):
                    expect(client.read().value == b"%d" % i * size, f"value {i} is damaged")
                value = chance.randbytes(10_000_000)
                client.value("SET", "big", value)
                with server.plain(timeout=30) as plain:
                    expect(plain.value("GET", "big") == value, "a value of 10 MB is damaged on its way in")
                expect(client.value("GET", "big") == value, "a value of 10 MB is damaged on its way out")
                client.send(encode([b"GETRANGE", b"big", b"0", b"99999"]) * 2 + encode([b"STRLEN", b"big"])
                            + encode([b"GETRANGE", b"big", b"1", b"1000000"]))
                expect_equal([client.read().value == value[:100_000] for _ in range(2)], [True, True], "parts of the value")
                expect_equal(client.read().value, len(value), "STRLEN")
                expect(client.read().value == value[1:1_000_001], "a part of 1 MB is damaged")
            healthy(server)
