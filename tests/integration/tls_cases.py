"""TLS case by case: versions, ciphers, sessions, client certificates, keys, and clients that do not speak it.

A case is what the server is set to, how `openssl s_client` comes, and what shall come of it: what s_client shows and an
answer to PING, or a reason in one line of the log; and the counters of INFO tls, of which no other may move.
"""

import re
import socket
import ssl
import struct
import subprocess
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from support import (Client, Failure, encode, expect, expect_equal, expect_in, free_port, healthy, keel, patience,
                     wait_until)
from tls_support import PASSPHRASE, TlsClient, TlsServer, certificates, context, raw, received, s_client

OLD = "-cipher ALL:@SECLEVEL=0"  # OpenSSL 3 has the versions before 1.2 at this level alone


class Case(NamedTuple):
    """One client. `shown`: a pattern for what s_client prints; `failed`: the counter, and `reason` a part of the words."""

    name: str
    settings: dict = {}
    client: str = ""
    shown: str = ""
    failed: str = ""
    reason: str = ""
    identity: str = "alice"


def names(text: str) -> str:
    """Words with the paths of certificates in the place of their names: {ca}, {client.cert}."""
    made = certificates()
    for name in set(re.findall(r"\{([a-z_.]+)\}", text)):
        at = made
        for part in name.split("."):
            at = getattr(at, part)
        text = text.replace("{%s}" % name, str(at))
    return text


def with_client(name: str) -> str:
    return f"-cert {{{name}.cert}} -key {{{name}.key}}"


NO_VERSION = {"failed": "no_common_version", "reason": "no version of TLS in common; see tls-protocols"}
NO_CIPHER = {"failed": "no_common_cipher", "reason": "no cipher in common; see tls-ciphers and tls-ciphersuites"}
ALICE = with_client("client")

VERSIONS = [
    Case("1.2 by default", {}, f"-tls1_2 {ALICE}", "TLSv1.2, Cipher is ECDHE-ECDSA-"),
    Case("1.3 by default", {}, f"-tls1_3 {ALICE}", "TLSv1.3, Cipher is TLS_"),
    Case("the newest of both", {}, ALICE, "TLSv1.3, Cipher is TLS_"),
    Case("1.0 not by default", {}, f"-tls1 {OLD} {ALICE}", **NO_VERSION),
    Case("1.1 not by default", {}, f"-tls1_1 {OLD} {ALICE}", **NO_VERSION),
    Case("1.0 when it is said", {"protocols": "TLSv1"}, f"-tls1 {OLD} {ALICE}", r"Protocol  : TLSv1\n"),
    Case("1.1 when it is said", {"protocols": "TLSv1.1 TLSv1.2"}, f"-tls1_1 {OLD} {ALICE}", r"Protocol  : TLSv1\.1\n"),
    Case("1.2 beside 1.1", {"protocols": "TLSv1.1 TLSv1.2"}, ALICE, r"TLSv1\.2, Cipher is"),
    Case("1.3 alone, asked for 1.2", {"protocols": "TLSv1.3"}, f"-tls1_2 {ALICE}", **NO_VERSION),
    Case("1.2 alone, asked for 1.3", {"protocols": "TLSv1.2"}, f"-tls1_3 {ALICE}", **NO_VERSION),
    Case("names in small letters", {"protocols": "tlsv1.2"}, ALICE, r"TLSv1\.2, Cipher is"),
]

CIPHERS = [
    Case("one cipher", {"ciphers": "ECDHE-ECDSA-AES128-GCM-SHA256"}, f"-tls1_2 {ALICE}",
         "TLSv1.2, Cipher is ECDHE-ECDSA-AES128-GCM-SHA256"),
    Case("another cipher", {"ciphers": "ECDHE-ECDSA-AES128-GCM-SHA256"}, f"-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305 {ALICE}",
         **NO_CIPHER),
    Case("one suite", {"ciphersuites": "TLS_CHACHA20_POLY1305_SHA256"}, ALICE, "TLSv1.3, Cipher is TLS_CHACHA20_POLY1305_SHA256"),
    Case("another suite", {"ciphersuites": "TLS_CHACHA20_POLY1305_SHA256"},
         f"-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256 {ALICE}", **NO_CIPHER),
    Case("the client's order", {"ciphers": "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"},
         f"-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384 {ALICE}", "Cipher is ECDHE-ECDSA-AES128-"),
    Case("the server's order",
         {"ciphers": "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256", "prefer-server-ciphers": "yes"},
         f"-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384 {ALICE}", "Cipher is ECDHE-ECDSA-AES256-"),
    Case("the client's order of suites", {"ciphersuites": "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"},
         f"-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384 {ALICE}", "Cipher is TLS_AES_128_GCM_SHA256"),
    Case("the server's order of suites",
         {"ciphersuites": "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256", "prefer-server-ciphers": "yes"},
         f"-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384 {ALICE}", "Cipher is TLS_AES_256_GCM_SHA384"),
    Case("X25519 by default", {}, ALICE, "Server Temp Key: X25519"),
    Case("one group", {"groups": "P-384"}, ALICE, "Server Temp Key: ECDH, secp384r1"),
    Case("one group, TLS 1.2", {"groups": "P-384", "cert-file": "{rsa.cert}", "key-file": "{rsa.key}", "auth-clients": "no"},
         "-tls1_2", "Server Temp Key: ECDH, secp384r1", identity=""),
    Case("a client's certificate of another group, TLS 1.2",
         {"groups": "P-384", "cert-file": "{rsa.cert}", "key-file": "{rsa.key}"}, f"-tls1_2 {ALICE}", failed="no_common_cipher",
         reason="has a key of a group that tls-groups does not allow"),
    Case("another group", {"groups": "P-384"}, f"-tls1_3 -groups X25519 {ALICE}", failed="no_common_cipher",
         reason="in common"),
    Case("a certificate with RSA", {"cert-file": "{rsa.cert}", "key-file": "{rsa.key}"}, f"-tls1_2 {ALICE}",
         "Cipher is ECDHE-RSA-"),
    Case("a certificate with RSA, TLS 1.3", {"cert-file": "{rsa.cert}", "key-file": "{rsa.key}"}, ALICE,
         "Peer signature type: RSA-PSS"),
    Case("Diffie-Hellman by itself", {"cert-file": "{rsa.cert}", "key-file": "{rsa.key}"},
         f"-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256 {ALICE}", "Server Temp Key: DH, 2048 bits"),
    Case("Diffie-Hellman of a file", {"cert-file": "{rsa.cert}", "key-file": "{rsa.key}", "dh-params-file": "{dh_parameters}"},
         f"-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256 {ALICE}", "Server Temp Key: DH, 3072 bits"),
]


def client_cases() -> list[Case]:
    """Every way to ask for client certificates, with every kind of one, in both versions."""
    out = []
    expired = {"failed": "expired", "reason": "does not hold: certificate has expired"}
    early = {"failed": "expired", "reason": "does not hold: certificate is not yet valid"}
    unknown = {"failed": "untrusted", "reason": "does not hold: unable to get local issuer certificate"}
    revoked = {"failed": "revoked", "reason": "does not hold: certificate revoked"}
    bad = {"strange_client": unknown, "expired_client": expired, "early_client": early, "revoked_client": revoked}
    for version in ("-tls1_2", "-tls1_3"):
        for wanted in ("yes", "optional", "no"):
            settings = {"auth-clients": wanted, "crl-file": "{crl}"}
            what = f"{version}, auth-clients {wanted}"
            none = {"failed": "no_certificate", "reason": "the client sent no certificate, and tls-auth-clients wants one"}
            out.append(Case(f"{what}, without", settings, version, **none) if wanted == "yes" else
                       Case(f"{what}, without", settings, version, "Cipher is", identity=""))
            out.append(Case(f"{what}, a good one", settings, f"{version} {ALICE}", "Cipher is",
                            identity="" if wanted == "no" else "alice"))
            for name, failure in bad.items():
                words = f"{version} {with_client(name)}"
                out.append(Case(f"{what}, {name}", settings, words, "Cipher is", identity="") if wanted == "no" else
                           Case(f"{what}, {name}", settings, words, **failure))
    return out


OTHERS = [
    Case("revoked, and no list", {}, with_client("revoked_client"), "Cipher is", identity="rita"),
    Case("issued by an authority between, sent along", {}, "-cert {chained_client.cert} -key {chained_client.key} "
         "-cert_chain {chained_client.cert}", "Cipher is", identity="carol"),
    Case("issued by an authority between, alone", {}, with_client("chained_client"), failed="untrusted", reason="does not hold"),
    Case("the server's certificate of an authority between", {"cert-file": "{chained.cert}", "key-file": "{chained.key}"}, ALICE,
         r" 1 s:CN = Intermediate authority[\s\S]*Verification: OK"),
    Case("a directory of authorities", {"ca-cert-file": "", "ca-cert-dir": "{ca_directory}"}, ALICE, "Cipher is"),
    Case("a directory of authorities, one that is unknown", {"ca-cert-file": "", "ca-cert-dir": "{ca_directory}"},
         with_client("strange_client"), failed="untrusted", reason="does not hold"),
    Case("a key with a passphrase", {"cert-file": "{sealed.cert}", "key-file": "{sealed.key}", "key-file-pass": PASSPHRASE},
         ALICE, "Cipher is"),
    Case("a name of the server that it has", {}, f"-servername keel.test -verify_hostname keel.test {ALICE}", "Verification: OK"),
    Case("a name of the server that it has not", {}, f"-servername elsewhere.test {ALICE}", "Cipher is"),
    Case("an address of the server", {}, f"-verify_ip 127.0.0.1 {ALICE}", "Verification: OK"),
    Case("a client that does not trust the server", {}, f"-CAfile {{stranger.cert}} -verify_return_error {ALICE}",
         failed="peer_refused", reason="the peer refuses: "),
    Case("a client without an authority", {}, f"-no-CAfile -verify_return_error {ALICE}", failed="peer_refused",
         reason="the peer refuses: "),
]

SETTINGS = ("cert-file", "key-file", "key-file-pass", "ca-cert-file", "ca-cert-dir", "crl-file", "dh-params-file", "auth-clients",
            "protocols", "ciphers", "ciphersuites", "groups", "prefer-server-ciphers", "session-caching")


def initial(server: TlsServer) -> dict[str, str]:
    """The settings that cases may change, as they are now."""
    with server.plain() as client:
        pairs = client.value("CONFIG", "GET", *(f"tls-{name}" for name in SETTINGS))
    values = [part.value.decode() for part in pairs]
    return {name.removeprefix("tls-"): value for name, value in zip(values[::2], values[1::2])}


def difference(after: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}


def play(server: TlsServer, defaults: dict[str, str], case: Case) -> None:
    settings = {**defaults, **{name: names(value) for name, value in case.settings.items()}}
    server.set(*(word for name, value in settings.items() for word in (f"tls-{name}", value)))
    before, told = server.counters(), len(server.failures())
    words = names(case.client).split()
    trust = [] if "-CAfile" in words or "-no-CAfile" in words else ["-CAfile", certificates().authority.cert]
    text = s_client(server.port, *trust, *words, send=encode([b"PING"]) + encode([b"CLIENT", b"INFO"]) + encode([b"QUIT"]))
    if case.failed:
        wait_until(lambda: server.counters() != before, what="a counter")
        expect_equal(difference(server.counters(), before), {f"handshakes_failed_{case.failed}": 1}, "counters")
        expect("+PONG" not in text, "the server has answered")
        lines = server.wait_failures(told + 1)
        expect_equal(len(lines), told + 1, f"lines about failed handshakes, {lines[told:]}")
        expect_in(case.reason, lines[told], "reason")
    else:
        expect("+PONG" in text, f"no answer: {text[-700:]}\nreasons: {server.failures()[told:]}")
        expect(re.search(case.shown, text), f"{case.shown!r} is not in {text[-3000:]}")
        expect(re.search(r" transport=tls identity=%s\r?\n" % case.identity, text), f"CLIENT INFO: {text[-700:]}")
        expect_equal(difference(server.counters(), before), {"handshakes_ok": 1}, "counters")
        expect_equal(len(server.failures()), told, "lines about failed handshakes")
    wait_until(lambda: server.tls()["connections"] == "0" and server.tls()["handshakes_in_flight"] == "0", what="the end")


def play_all(cases: list[Case]) -> None:
    """All of them on one server; every failing one is told."""
    problems = []
    with TlsServer("--loglevel", "notice", io_threads=2) as server:
        defaults = initial(server)
        for case in cases:
            try:
                play(server, defaults, case)
            except Failure as failure:
                problems.append(f"{case.name}: {failure}")
        healthy(server)
    expect(not problems, "\n  ".join([f"{len(problems)} of {len(cases)} cases fail:", *problems]))


def test_versions() -> None:
    play_all(VERSIONS)


def test_ciphers_and_groups() -> None:
    play_all(CIPHERS)


def test_client_certificates() -> None:
    play_all(client_cases())


def test_chains_names_and_passphrases() -> None:
    play_all(OTHERS)


def first_visit(server: TlsServer, directory: str, words: list[str]) -> Path:
    """A session that a client keeps; there is no file when the server gave it none."""
    kept = Path(directory) / "session"
    expect_in("+PONG", s_client(server.port, *words, "-sess_out", kept), "what the server sends first")
    return kept


def comes_back(server: TlsServer, kept: Path, words: list[str]) -> bool:
    """Whether a session is resumed, as both sides see it; the client is served in any case."""
    before = server.counters()
    text = s_client(server.port, *words, "-sess_in", kept)
    expect_in("+PONG", text, "what the server sends to a client that comes back")
    expect_in("identity=alice", s_client(server.port, *words, "-sess_in", kept, send=b"CLIENT INFO\r\nQUIT\r\n"), "CLIENT INFO")
    reused = "Reused, TLSv1" in text
    expect_equal(difference(server.counters(), before), {"handshakes_ok": 2} | ({"sessions_resumed": 2} if reused else {}),
                 "counters")
    return reused


KINDS = ("-tls1_2 -no_ticket", "-tls1_2", "-tls1_3")


def words_of(kind: str) -> list[str]:
    return names(f"-CAfile {{authority.cert}} {ALICE} {kind}").split()


def test_sessions_are_resumed() -> None:
    """By number and by ticket; the peer keeps its name. Not when it is switched off."""
    with TlsServer() as server, TemporaryDirectory() as directory:
        for kind in KINDS:
            words = words_of(kind)
            expect(comes_back(server, first_visit(server, directory, words), words), f"{kind}: the session is not resumed")
        server.set("tls-session-caching", "no")
        for kind in KINDS:
            words = words_of(kind)
            (Path(directory) / "session").unlink(missing_ok=True)
            kept = first_visit(server, directory, words)
            expect(not kept.exists() or not comes_back(server, kept, words), f"{kind}: the session is resumed")
        expect_equal(server.counters()["sessions_resumed"], 2 * len(KINDS), "sessions_resumed")


def test_no_session_outlives_its_trust() -> None:
    """Files with the same authorities keep sessions good, and other authorities, or a list of revoked ones, do not."""
    made = certificates()
    with TemporaryDirectory() as directory:
        files = {name: Path(directory) / name for name in ("cert", "key", "ca", "crl")}
        for name, source in (("cert", made.server.cert), ("key", made.server.key), ("ca", made.authority.cert),
                             ("crl", made.empty_crl)):
            files[name].write_bytes(Path(source).read_bytes())
        with TlsServer("--tls-cert-file", files["cert"], "--tls-key-file", files["key"], "--tls-ca-cert-file", files["ca"],
                       "--tls-crl-file", files["crl"]) as server:
            def reload() -> None:
                before = server.tls()["generation"]
                server.set("tls-ca-cert-file", files["ca"])  # the same path: files are read again
                expect(server.tls()["generation"] != before, "the files are not read")

            for change, wanted in ((("cert", made.other.cert, "key", made.other.key), True),
                                   (("ca", made.authority.cert, "ca", made.stranger.cert), False),
                                   (("crl", made.crl), False)):
                kept = []
                for number, kind in enumerate(KINDS):
                    (Path(directory) / str(number)).mkdir(exist_ok=True)
                    kept.append(first_visit(server, str(Path(directory) / str(number)), words_of(kind)))
                text = {name: b"" for name in change[::2]}
                for name, source in zip(change[::2], change[1::2]):
                    text[name] += Path(source).read_bytes()
                for name, content in text.items():
                    files[name].write_bytes(content)
                reload()
                for session, kind in zip(kept, KINDS):
                    if wanted and kind == KINDS[0]:
                        continue  # numbers belong to one generation
                    expect_equal(comes_back(server, session, words_of(kind)), wanted, f"{kind}: resumed after {change[0]} changed")


PASSPHRASE_FILE = """plugins: [transport-tcp, transport-tls, string]
listeners:
  - tls: 127.0.0.1:{port}
    cert-file: {cert}
    key-file: {key}
    key-file-pass: %s
    ca-cert-file: {ca}
  - tcp: 127.0.0.1:{plain}
"""


def test_passphrase_in_the_file() -> None:
    """As text, from another file and from the environment."""
    sealed = certificates().sealed
    with TemporaryDirectory() as directory:
        secret = Path(directory) / "pass"
        secret.write_text(PASSPHRASE + "\n")
        for how in (f"{PASSPHRASE}", f"{{{{file: {secret}}}}}", "{{env: KEEL_TEST_PASS}}"):
            with TlsServer(config=PASSPHRASE_FILE % how, pair=sealed, environment={"KEEL_TEST_PASS": PASSPHRASE}) as server:
                server.connect().value("PING")


def test_wrong_keys_are_refused_at_start() -> None:
    made = certificates()
    for cert, key, words, part in (
            (made.sealed.cert, made.sealed.key, ("--tls-key-file-pass", "wrong"), "key-file-pass is wrong"),
            (made.sealed.cert, made.sealed.key, (), "key-file-pass is wrong"),
            (made.server.cert, made.other.key, (), "does not fit the certificate"),
            (made.server.cert, made.server.cert, (), "holds no private key"),
            (made.server.key, made.server.key, (), "no certificate in it"),
            (made.server.cert, "", (), "key-file is not said"),
            ("", made.server.key, (), "cert-file is not said"),
            ("/nowhere/server.crt", made.server.key, (), "'/nowhere/server.crt' cannot be opened")):
        port = free_port()
        for verb in ("check", "serve"):
            result = keel(verb, "--port", "0", "--bind", "127.0.0.1", "--plugin", "transport-tls", "--tls-port", port,
                          "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", made.authority.cert, *words)
            expect_equal(result.returncode, 1, f"exit status of {verb} with {part!r}")
            expect_in(part, result.stderr, f"sentence of {verb}")
            expect_in(f"listener tls 127.0.0.1:{port}: ", result.stderr, f"sentence of {verb}")
            expect_equal(len(result.stderr.strip().splitlines()), 1, f"lines of {verb}: {result.stderr}")
            expect("wrong'" not in result.stderr, "the passphrase is printed")


def test_no_renegotiation() -> None:
    """A client of TLS 1.2 that wants to shake hands again is refused, and others do not notice."""
    with TlsServer() as server, server.connect() as other:
        words = names(f"-CAfile {{authority.cert}} {ALICE} -tls1_2").split()
        with subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", *words], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as client:
            client.stdin.write(b"R\n")
            client.stdin.flush()
            try:
                text = client.communicate(timeout=patience(10))[0].decode()
            except subprocess.TimeoutExpired:
                client.kill()
                raise Failure("the client waits for its second handshake") from None
        expect_in("RENEGOTIATING", text, "what the client shows")
        expect_in("no renegotiation", text, "what the client shows")
        expect_equal(other.value("PING"), b"PONG", "PING of another one")
        expect_equal(server.counters(), {"handshakes_ok": 2}, "counters")


SENTENCE = (b"-ERR This port speaks TLS, and this client does not. Connect with TLS (redis-cli --tls), or to another port.\r\n")


def test_clients_that_do_not_speak_tls() -> None:
    """Text gets a sentence that a client of RESP shows, bytes of no kind an end; each is a line and a count."""
    with TlsServer(io_threads=2) as server:
        texts = (encode([b"PING"]), encode([b"HELLO", b"3"]), b"PING\r\n", b"GET / HTTP/1.1\r\nHost: keel.test\r\n\r\n", b"$")
        for count, data in enumerate(texts, 1):
            with raw(server.port, data) as client:
                expect_equal(received(client), SENTENCE, f"what {data!r} gets")
            expect_equal(server.wait_failures(count)[count - 1:], ["what the peer sends is not TLS"], f"lines after {data!r}")
        for count, data in enumerate((b"\0", b"\xff" * 1000, b"\r\n", b"\x16\x02\x01", b"\x80\x2e\x01\x03\x01"), len(texts) + 1):
            with raw(server.port, data) as client:
                expect_equal(received(client), b"", f"what {data!r} gets")
            expect_equal(server.wait_failures(count)[count - 1:], ["what the peer sends is not TLS"], f"lines after {data!r}")
        expect_equal(server.counters(), {"handshakes_failed_not_tls": len(texts) + 5}, "counters")
        with Client(server.port) as client:
            reply = client.call("PING")
            expect(reply.kind == "error" and reply.value.startswith(b"ERR This port speaks TLS"), f"the reply is {reply}")
        healthy(server)


def test_records_that_make_no_sense() -> None:
    """They begin as TLS does, and go on as nothing: closed, counted, and told with a reason."""
    with TlsServer() as server:
        hello = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03"
        for count, data in enumerate((hello, b"\x16\x03\x01\xff\xff" + b"x" * 1000, b"\x16\x03\x01\x00\x04\x63\x00\x00\x00",
                                      b"\x16\x03\x03\x00\x00" * 100), 1):
            with raw(server.port, data) as client:
                alert = received(client)
                expect(alert == b"" or alert[0] == 21, f"{data[:20]!r} gets {alert!r}")
            line = server.wait_failures(count)[count - 1]
            expect(line, f"there is no reason after {data[:20]!r}")
        expect_equal(sum(server.counters().values()), 4, "failures that are counted")
        with server.connect() as client:
            plain = socket.socket(fileno=client.socket.detach())
            plain.sendall(b"\x17\x03\x03\x00\x20" + b"forged bytes in a record of TLS 1")
            client.socket = plain
            expect(client.closed_by_server(), "a connection with forged bytes stays open")
        healthy(server)


def test_tls_on_the_plain_port() -> None:
    """The server takes a client hello for a command that makes no sense, and nothing happens to others."""
    with TlsServer() as server, server.plain() as other:
        for _ in range(10):
            try:
                TlsClient(server.plain_port, timeout=2).close()
                raise Failure("a plain port shakes hands")
            except (ssl.SSLError, ConnectionResetError, TimeoutError):
                pass
        expect_equal(other.value("PING"), b"PONG", "PING")
        wait_until(lambda: server.info("clients")["connected_clients"] == "2", what="the end of those clients")
        expect_equal(server.counters(), {}, "counters")


def test_handshakes_under_way_and_connections_that_are_open() -> None:
    """The gauges of INFO tls go up and down; whoever goes half-way is counted as gone, and told about on verbose."""
    with TlsServer("--loglevel", "verbose", io_threads=2) as server:
        half = [raw(server.port, b"\x16\x03\x01") for _ in range(3)]
        whole = [server.connect() for _ in range(4)]
        silent = Client(server.port)

        def gauges() -> tuple:
            facts = server.tls()
            return int(facts["handshakes_in_flight"]), int(facts["connections"])

        wait_until(lambda: gauges() == (3, 4), what=f"3 handshakes under way and 4 connections, after {gauges()}")
        for client in (*half, *whole, silent):
            client.close()
        wait_until(lambda: gauges() == (0, 0), what="the end of all")
        expect_equal(server.counters(), {"handshakes_ok": 4, "handshakes_failed_peer_gone": 3}, "counters")
        expect_equal(server.wait_failures(3), ["the peer went away in the middle of the handshake"] * 3, "lines")


def test_identity_is_one_word() -> None:
    """A name that would break a line of CLIENT LIST is escaped."""
    made = certificates()
    shown = {"two words": b"two\\x20words", "x=1,y": b"x=1,y", "a\tb": b"a\\x09b", "back\\\\slash": b"back\\x5cslash",
             "\u00fcml": b"\\xc3\\xbcml"}
    with TlsServer() as server:
        for name, wanted in shown.items():
            with server.connect(over=context(made.authority.issue(name))) as client:
                expect_equal(client.value("CLIENT", "INFO").split(b" identity=")[1].rstrip(b"\n"), wanted, "identity")


def test_ends_with_and_without_goodbye() -> None:
    """QUIT ends with close_notify, the client's close_notify is answered, and what is cut is told."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        over = context(certificates().client, version=version)
        with TlsServer("--loglevel", "verbose", io_threads=2) as server:
            with server.connect(over=over, ragged=False) as client:
                client.send(encode([b"SET", b"k", b"v" * 1_000_000]) + encode([b"GET", b"k"]) + encode([b"QUIT"]))
                expect_equal(client.read().value, b"OK", "SET")
                expect_equal(len(client.read().value), 1_000_000, "GET")
                expect_equal(client.read().value, b"OK", "QUIT")
                expect(client.ends_with_goodbye(), f"{version.name}: no goodbye after QUIT")
            with server.connect(over=over, ragged=False) as client:
                client.value("PING")
                client.socket.settimeout(patience(5))
                client.socket.unwrap()  # says goodbye, and waits for the other one
            with server.connect(over=over, ragged=False) as client:
                number = client.value("CLIENT", "ID")
                with server.plain() as plain:
                    expect_equal(plain.value("CLIENT", "KILL", "ID", number), 1, "CLIENT KILL")
                expect(client.ends_with_goodbye(), f"{version.name}: no goodbye after CLIENT KILL of an idle client")
            told = server.log().count("Connection ended without the goodbye")
            expect_equal(told, 0, "lines about missing goodbyes")
            with server.connect(over=over) as client:
                client.send(encode([b"SET", b"whole", b"1"]) + encode([b"SET", b"cut", b"2"])[:-3])
                expect_equal(client.read().value, b"OK", "SET")
                socket.socket(fileno=client.socket.detach()).close()
            wait_until(lambda: server.log().count("Connection ended without the goodbye") == 1, what="a line about a missing goodbye")
            with server.plain() as plain:
                expect_equal(plain.value("EXISTS", "whole", "cut"), 1, "keys of whole commands")
            client = server.connect(over=over)
            client.value("PING")
            descriptor = socket.socket(fileno=client.socket.detach())
            descriptor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            descriptor.close()
            wait_until(lambda: server.tls()["connections"] == "0", what="the end of a connection that was reset")
            expect_equal(server.counters(), {"handshakes_ok": 5}, "counters")
            healthy(server)


def test_idle_connections_give_buffers_back() -> None:
    """OpenSSL's buffers of records, two of 16 KiB a connection, stay while records come and go when a connection rests."""
    connections, buffers = 100, 2 * 16 * 1024
    with TlsServer() as server, server.plain() as plain, ExitStack() as open_ones:

        def allocated() -> int:
            return int(re.search(rb"allocator_allocated:(\d+)", plain.value("INFO", "memory"))[1])

        clients = [open_ones.enter_context(server.connect()) for _ in range(connections)]

        def ping_all() -> int:
            for client in clients:
                client.value("PING")
            return allocated()

        ping_all()
        busy = ping_all()
        wait_until(lambda: busy - allocated() > connections * buffers * 9 // 10, what="buffers that go back")
        resting = allocated()
        expect(ping_all() - resting > connections * buffers * 9 // 10, "buffers are not kept while records come")


def test_update_of_keys() -> None:
    """TLS 1.3 changes keys on the way: ours follow, whoever asks for it."""
    with TlsServer() as server:
        words = names(f"-CAfile {{authority.cert}} {ALICE} -tls1_3").split()
        with subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", *words], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as client:
            try:
                text = b""
                for letter in (b"K", b"k"):  # with and without an update of the server's
                    client.stdin.write(letter + b"\n")
                    client.stdin.flush()
                    while b"KEYUPDATE" not in text.split(b"PONG")[-1]:
                        text += client.stdout.readline()
                    client.stdin.write(b"PING\r\n")
                    client.stdin.flush()
                    while not text.endswith(b"+PONG\r\n"):
                        line = client.stdout.readline()
                        expect(line, f"the connection ends after {letter}: {text[-300:]}")
                        text += line
            finally:
                client.kill()
        expect_equal(server.counters(), {"handshakes_ok": 1}, "counters")
