"""What the tests of TLS share: authorities and certificates made once a run, servers and clients that speak TLS.

Certificates are made by the program `openssl` when a test asks for them first, in a directory that goes with the run.
"""

import atexit
import functools
import itertools
import re
import shutil
import ssl
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import NamedTuple

import support
from support import Client, Closed, Failure, Server, Skipped, expect, expect_equal, free_port, patience, wait_until

PASSPHRASE = "open sesame"
NAMES = "DNS:localhost,DNS:keel.test,IP:127.0.0.1,IP:::1"
EARLIER, PAST, FUTURE, LATER = "20200101000000Z", "20210101000000Z", "20880101000000Z", "20900101000000Z"

warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*TLSv1")  # old versions are tried on purpose


class Pair(NamedTuple):
    """A certificate and its key, as paths."""

    cert: str
    key: str


def openssl(*words: object, stdin: bytes = b"", seconds: float = 20) -> bytes:
    """Run openssl, which must not fail; its output."""
    try:
        result = subprocess.run(["openssl", *map(str, words)], input=stdin, capture_output=True, timeout=patience(seconds),
                                check=False)
    except FileNotFoundError:
        raise Skipped("the program openssl is not installed") from None
    if result.returncode != 0:
        raise Failure(f"openssl {' '.join(map(str, words))}: {result.stderr.decode(errors='replace')[-1000:]}")
    return result.stdout


class Authority:
    """An authority of its own, in a directory: issues certificates and revokes them."""

    def __init__(self, directory: Path, name: str, above: "Authority | None" = None):
        self.directory, self.name, self.numbers = directory, name, itertools.count()
        directory.mkdir()
        (directory / "index.txt").touch()
        (directory / "index.txt.attr").write_text("unique_subject = no\n")
        (directory / "crlnumber").write_text("01\n")
        (directory / "ca.cnf").write_text(
            "[ca]\ndefault_ca = this\n[this]\npolicy = any\ndefault_md = sha256\nrand_serial = yes\ndefault_days = 30\n"
            f"default_crl_days = 30\ndatabase = {directory}/index.txt\nnew_certs_dir = {directory}\ncrlnumber = {directory}/crlnumber\n"
            "[any]\ncommonName = supplied\n")
        self.cert, self.key = str(directory / "ca.crt"), str(directory / "ca.key")
        if above is None:
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 30, "-subj",
                    f"/CN={name}", "-keyout", self.key, "-out", self.cert, "-addext", "basicConstraints=critical,CA:TRUE",
                    "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        else:
            self.cert, self.key = above.issue(name, authority=True)

    def issue(self, name: str, names: str = "", kind: str = "ec", begins: str = "", ends: str = "", key: str = "",
              authority: bool = False) -> Pair:
        """A certificate for that common name; `names` is its subjectAltName. With `key` for a key that there is."""
        stem = self.directory / f"{re.sub(r'[^a-z0-9]', '-', name)}-{next(self.numbers)}"
        pair = Pair(f"{stem}.crt", key or f"{stem}.key")
        new_key = {"ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "rsa": ("-newkey", "rsa:2048")}[kind]
        openssl("req", "-new", "-utf8", *(("-key", key) if key else (*new_key, "-nodes", "-keyout", pair.key)), "-subj", f"/CN={name}",
                "-out", f"{stem}.csr")
        lines = ["basicConstraints=critical,CA:" + ("TRUE" if authority else "FALSE")]
        lines += ["keyUsage=critical,keyCertSign,cRLSign"] if authority else []
        lines += [f"subjectAltName={names}"] if names else []
        Path(f"{stem}.ext").write_text("\n".join(lines) + "\n")
        openssl("ca", "-config", self.directory / "ca.cnf", "-cert", self.cert, "-keyfile", self.key, "-batch",
                "-notext", "-in", f"{stem}.csr", "-out", pair.cert, "-extfile", f"{stem}.ext",
                *(("-startdate", begins) if begins else ()), *(("-enddate", ends) if ends else ()))
        return pair

    def crl(self, *revoked: Pair) -> str:
        """A list of what is revoked, those certificates as well; its path."""
        words = ("ca", "-config", self.directory / "ca.cnf", "-cert", self.cert, "-keyfile", self.key)
        for pair in revoked:
            openssl(*words, "-revoke", pair.cert)
        path = self.directory / f"list-{next(self.numbers)}.crl"
        openssl(*words, "-gencrl", "-out", path)
        return str(path)


class Certificates:
    """Everything that tests need, each made when it is asked for first."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="keel-tls-"))
        atexit.register(shutil.rmtree, self.directory, True)

    def new_directory(self) -> Path:
        """One of a test's own, which goes with the rest."""
        return Path(tempfile.mkdtemp(dir=self.directory))

    @functools.cached_property
    def authority(self) -> Authority:
        return Authority(self.directory / "authority", "Test authority")

    @functools.cached_property
    def stranger(self) -> Authority:
        """An authority that the server does not know."""
        return Authority(self.directory / "stranger", "Strange authority")

    @functools.cached_property
    def between(self) -> Authority:
        """An authority that the first one has signed."""
        return Authority(self.directory / "between", "Intermediate authority", self.authority)

    @functools.cached_property
    def server(self) -> Pair:
        return self.authority.issue("localhost", NAMES)

    @functools.cached_property
    def other(self) -> Pair:
        """For the same names, with another key."""
        return self.authority.issue("localhost", NAMES)

    @functools.cached_property
    def rsa(self) -> Pair:
        return self.authority.issue("localhost", NAMES, kind="rsa")

    @functools.cached_property
    def sealed(self) -> Pair:
        """The server's, with a passphrase on its key."""
        path = self.directory / "sealed.key"
        openssl("pkey", "-in", self.server.key, "-aes128", "-passout", f"pass:{PASSPHRASE}", "-out", path)
        return Pair(self.server.cert, str(path))

    @functools.cached_property
    def chained(self) -> Pair:
        """Issued by the authority between, whose certificate stands behind it in the file."""
        pair = self.between.issue("localhost", NAMES)
        path = self.directory / "chained.crt"
        path.write_bytes(Path(pair.cert).read_bytes() + Path(self.between.cert).read_bytes())
        return Pair(str(path), pair.key)

    @functools.cached_property
    def chained_client(self) -> Pair:
        """As `chained`, of a client."""
        pair = self.between.issue("carol")
        path = self.directory / "carol.crt"
        path.write_bytes(Path(pair.cert).read_bytes() + Path(self.between.cert).read_bytes())
        return Pair(str(path), pair.key)

    @functools.cached_property
    def nameless(self) -> Pair:
        """Without a subjectAltName."""
        return self.authority.issue("localhost")

    @functools.cached_property
    def expired(self) -> Pair:
        """Of a server."""
        return self.authority.issue("localhost", NAMES, begins=EARLIER, ends=PAST)

    @functools.cached_property
    def client(self) -> Pair:
        return self.authority.issue("alice")

    @functools.cached_property
    def strange_client(self) -> Pair:
        return self.stranger.issue("mallory")

    @functools.cached_property
    def expired_client(self) -> Pair:
        return self.authority.issue("olga", begins=EARLIER, ends=PAST)

    @functools.cached_property
    def early_client(self) -> Pair:
        """Not valid yet."""
        return self.authority.issue("fritz", begins=FUTURE, ends=LATER)

    @functools.cached_property
    def revoked_client(self) -> Pair:
        return self.authority.issue("rita")

    @functools.cached_property
    def empty_crl(self) -> str:
        """A list with nobody on it."""
        return self.authority.crl()

    @functools.cached_property
    def crl(self) -> str:
        """The list with the revoked client on it."""
        expect(self.empty_crl, "the other list is made before")
        return self.authority.crl(self.revoked_client)

    @functools.cached_property
    def ca_directory(self) -> str:
        """As openssl rehash prepares it."""
        path = self.directory / "authorities"
        path.mkdir()
        shutil.copy(self.authority.cert, path / "authority.pem")
        openssl("rehash", path)
        return str(path)

    @functools.cached_property
    def dh_parameters(self) -> str:
        path = self.directory / "dh.pem"
        openssl("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe3072", "-out", path)
        return str(path)


@functools.cache
def certificates() -> Certificates:
    """Those of this run."""
    return Certificates()


def serial(cert: str) -> str:
    """The serial number in a file, as INFO shows it."""
    return openssl("x509", "-in", cert, "-noout", "-serial").decode().strip().removeprefix("serial=")


def context(client: Pair | None = None, ca: str | None = None, version: ssl.TLSVersion | None = None,
            ciphers: str = "") -> ssl.SSLContext:
    """What a client trusts and shows; `version`: that one alone."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(ca or certificates().authority.cert)
    if client:
        made.load_cert_chain(client.cert, client.key)
    if version:
        made.minimum_version = made.maximum_version = version
    if ciphers:
        made.set_ciphers(ciphers)
    return made


@functools.cache
def usual_context() -> ssl.SSLContext:
    """Of a client that the server trusts."""
    return context(certificates().client)


class TlsClient(Client):
    """A connection over TLS, on which the handshake is over; `over` is the context of the client."""

    def __init__(self, address: int | str, over: ssl.SSLContext | None = None, name: str = "localhost",
                 session: ssl.SSLSession | None = None, ragged: bool = True, **options):
        super().__init__(address, **options)
        try:
            self.socket = (over or usual_context()).wrap_socket(self.socket, server_hostname=name, session=session,
                                                                suppress_ragged_eofs=ragged)
        except BaseException:
            self.socket.close()
            raise

    def send(self, data: bytes) -> None:
        try:
            super().send(data)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            raise Closed() from None

    def peer_serial(self) -> str:
        """The serial number of the server's certificate."""
        return self.socket.getpeercert()["serialNumber"]

    def ends_with_goodbye(self, seconds: float = 5) -> bool:
        """Whether what comes next is the server's close_notify; False: an end without. Needs ragged=False."""
        self.socket.settimeout(patience(seconds))
        try:
            return self.socket.recv(1) == b""
        except (ssl.SSLEOFError, ConnectionResetError):
            return False


class TlsServer(Server):
    """A server with a TLS listener, which is the one that `connect` uses, and a plain one."""

    def __init__(self, *words: object, config: str | None = None, pair: Pair | None = None, plain: bool = True, **options):
        if not (Path(support.BINARY).parent.parent / "plugins" / "transport-tls.so").exists():
            raise Skipped("transport-tls is not built")
        self.plain_port = free_port() if plain else 0
        self.pair = pair or certificates().server
        if config is not None:
            facts = {"plain": self.plain_port, "cert": self.pair.cert, "key": self.pair.key, "ca": certificates().authority.cert}
            for name, value in facts.items():
                config = config.replace("{%s}" % name, str(value))
        super().__init__(*words, config=config, **options)

    def addresses(self) -> list[str]:
        return ["--plugin", "transport-tls", "--bind", "127.0.0.1", "--port", str(self.plain_port), "--tls-port", str(self.port),
                "--tls-cert-file", self.pair.cert, "--tls-key-file", self.pair.key,
                "--tls-ca-cert-file", certificates().authority.cert]

    def asking(self, **options) -> Client:
        """Without TLS, so that no handshake is counted."""
        return self.plain(**options)

    def connect(self, unix: bool = False, **options) -> Client:
        """Over TLS, or over the Unix socket as it is."""
        return super().connect(unix=True, **options) if unix else TlsClient(self.port, **options)

    def plain(self, **options) -> Client:
        """Without TLS, if it has a port for that."""
        return Client(self.plain_port, **options) if self.plain_port else self.connect(**options)

    def tls(self, address: str = "") -> dict[str, str]:
        """What INFO tls says about the listener of an address, or the one that `connect` uses."""
        facts = self.info("tls")
        address = address or f"127.0.0.1:{self.port}"
        prefixes = [name.removesuffix("address") for name, value in facts.items() if value == address]
        expect_equal(len(prefixes), 1, f"listeners of {address} in INFO tls")
        return {name.removeprefix(prefixes[0]): value for name, value in facts.items() if name.startswith(prefixes[0])}

    def counters(self) -> dict[str, int]:
        """Those of INFO tls that are not zero, without what is open and under way."""
        return {name: int(value) for name, value in self.tls().items()
                if name.startswith(("handshakes_ok", "handshakes_failed", "sessions")) and value != "0"}

    def set(self, *words: object) -> None:
        """CONFIG SET, over the plain listener."""
        with self.plain() as client:
            client.value("CONFIG", "SET", *words)

    def failures(self) -> list[str]:
        """The reasons in the log's lines about handshakes that have failed on the listener that `connect` uses."""
        return re.findall(r" Handshake failed addr=127\.0\.0\.1:\d+ listener=\"tls 127\.0\.0\.1:%d\" reason=\"?([^\"\n]*)"
                          % self.port, self.log())

    def wait_failures(self, count: int) -> list[str]:
        """The same, when there are that many."""
        wait_until(lambda: len(self.failures()) >= count, what=f"{count} lines about handshakes, after {self.failures()}")
        return self.failures()


def s_client(port: int, *words: object, send: bytes = b"PING\r\nQUIT\r\n", seconds: float = 10) -> str:
    """Run `openssl s_client` to its end; what it prints, and what the server has sent."""
    try:
        result = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-ign_eof", "-nocommands",
                                 *map(str, words)], input=send, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                timeout=patience(seconds), check=False)
    except FileNotFoundError:
        raise Skipped("the program openssl is not installed") from None
    return re.sub(r"(?m)^ +[0-9a-f]{4} - .*\n", "", result.stdout.decode(errors="replace"))  # tickets


def raw(port: int, data: bytes) -> Client:
    """A connection on which these bytes are sent as they are."""
    client = Client(port)
    client.send(data)
    return client


def received(client: Client, seconds: float = 5) -> bytes:
    """Everything until the end of a connection."""
    client.socket.settimeout(patience(seconds))
    data = b""
    try:
        while part := client.socket.recv(1 << 16):
            data += part
    except ConnectionResetError:
        pass
    return data
