"""The words of the operator: what `keel check`, `keel plugins` and a wrong configuration say; CONFIG SET and REWRITE."""

import os
import re
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

from support import Client, Server, expect, expect_equal, expect_in, free_port, keel, listens

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = "listeners:\n  - tcp: 127.0.0.1:{port}\n"


def refused(*words: object, **options) -> str:
    """Both verbs refuse these words, in the same sentences."""
    served, checked = keel("serve", *words, **options), keel("check", *words, **options)
    expect_equal((served.returncode, checked.returncode), (1, 1), f"exit statuses with {words}")
    expect_equal(served.stderr, checked.stderr, f"sentences with {words}")
    expect_equal(checked.stdout, "", f"output with {words}")
    return checked.stderr


def refused_file(text: str) -> str:
    """As refused(), for the text of a file, which stands in the sentences as `F`."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "keel.yaml"
        path.write_text(text)
        return refused(path).replace(str(path), "F")


def test_unknown_directive_names_the_nearest() -> None:
    expect_equal(refused("--maxmemroy", "1gb"), "keel: --maxmemroy: unknown directive; did you mean 'maxmemory'?\n",
                 "sentence")
    expect_equal(refused("--prot", "1"), "keel: --prot: unknown directive; did you mean 'port'?\n", "sentence")
    expect_equal(refused("--qqqqqqqq", "1"), "keel: --qqqqqqqq: unknown directive\n", "sentence")


def test_unknown_key_names_line_and_nearest() -> None:
    expect_equal(refused_file("plugins: [transport-tcp, string]\nserver:\n  maxclient: 5\n"),
                 "keel: F:3: 'server' has no option 'maxclient'; did you mean 'maxclients'?\n", "sentence")
    expect_in("F:1: ", refused_file("severs:\n  maxclients: 5\n"), "sentence")


def test_all_problems_are_told_at_once() -> None:
    text = refused_file("server:\n  maxclient: 5\n  maxmemory: lots\n  port: 99999999\n")
    expect_equal(len(text.strip().splitlines()), 3, f"sentences in {text!r}")
    for part in ("F:2", "F:3", "F:4", "maxmemory", "port"):
        expect_in(part, text, "sentences")


def test_value_out_of_range() -> None:
    expect_in("maxclients", refused("--maxclients", "0"), "sentence")
    expect_in("port", refused("--port", "65536"), "sentence")
    expect_in("maxmemory-policy", refused("--maxmemory-policy", "never"), "sentence")
    expect_in("daemonize", refused("--daemonize", "yes"), "sentence")


def test_missing_plugin() -> None:
    text = refused_file("plugins: [transport-tcp, strnig]\n")
    expect_in("strnig", text, "sentence")
    expect_equal(len(text.strip().splitlines()), 1, f"sentences in {text!r}")
    expect_in("no-such", refused("--plugin", "no-such"), "sentence")


def test_listener_without_its_plugin() -> None:
    text = refused_file("plugins: [transport-unix, string]\nlisteners:\n  - tcp: 127.0.0.1:0\n")
    expect_in("transport-tcp", text, "sentence")
    expect_in("quux", refused_file("listeners:\n  - quux: 127.0.0.1:0\n"), "sentence")


def test_file_that_is_missing_or_no_yaml() -> None:
    expect_in("/nowhere/keel.yaml", refused("/nowhere/keel.yaml"), "sentence")
    expect_in("F:", refused_file("server: [}\n"), "sentence")


def test_check_of_the_files_that_come_with_it() -> None:
    for name in ("keel.yaml", "keel-minimal.yaml"):
        result = keel("check", ROOT / "etc" / name, "--port", free_port())
        expect_equal((result.returncode, result.stderr), (0, ""), f"check of {name}")
        expect_in("good", result.stdout, "output")


def test_check_says_that_a_port_is_taken() -> None:
    with Server() as server:
        result = keel("check", "--bind", "127.0.0.1", "--port", server.port)
        expect_equal(result.returncode, 1, "exit status")
        expect_in(f"127.0.0.1:{server.port}", result.stderr, "sentence")


def test_check_leaves_a_live_socket_alone() -> None:
    """Checking the configuration of a server that runs must not take its Unix socket away."""
    with Server(unix=True) as server:
        keel("check", "--port", "0", "--unixsocket", server.path)
        expect(os.path.exists(server.path), "keel check has removed the socket of a running server")
        with server.connect(unix=True) as client:
            client.value("PING")


def test_check_hides_secrets() -> None:
    result = keel("check", "--port", "0", "--requirepass", "hush-hush")
    expect_equal(result.returncode, 0, "exit status")
    expect("hush-hush" not in result.stdout + result.stderr, "the password is printed")


def test_plugins_are_listed() -> None:
    result = keel("plugins")
    expect_equal(result.returncode, 0, "exit status")
    for part in ("transport-tcp", "transport-unix", "string", "abi 1", "provides transport:tcp"):
        expect_in(part, result.stdout, "list")
    with TemporaryDirectory() as directory:
        (Path(directory) / "junk.so").write_bytes(b"\x7fELF junk")
        expect_in("junk.so", keel("plugins", "--plugin-path", directory).stdout, "list")


def test_secret_from_file_and_environment() -> None:
    config = FILE + "server:\n  requirepass: {{env: KEEL_TEST_PASSWORD}}\n"
    with Server(config=config, environment={"KEEL_TEST_PASSWORD": "from-env"}) as server, server.connect() as client:
        expect_equal(client.value("AUTH", "from-env"), b"OK", "AUTH")
    config = FILE + "server:\n  requirepass: {{file: {directory}/password}}\n"
    with TemporaryDirectory() as elsewhere:
        (Path(elsewhere) / "password").write_text("from-file\n")
        with Server(config=config.replace("{directory}", elsewhere)) as server, server.connect() as client:
            expect_equal(client.value("AUTH", "from-file"), b"OK", "AUTH")


def test_renamed_commands() -> None:
    with Server(config=FILE + "server:\n  rename-command: {{FLUSHALL: '', GET: fetch}}\n") as server:
        with server.connect() as client:
            client.value("SET", "k", "v")
            expect_equal(client.value("FETCH", "k"), b"v", "the new name")
            for gone in ("GET", "FLUSHALL"):
                expect_equal(client.call(gone, "k").kind, "error", f"the old name {gone}")


def move_port(threads: int) -> None:
    with Server(io_threads=threads) as server:
        clients = server.connections(8)
        old = server.port
        for client in clients:  # whatever thread serves the connection
            new = free_port()
            reply = client.call("CONFIG", "SET", "port", new)
            expect_equal(reply, ("status", b"OK"), "CONFIG SET port")
            expect_equal(client.value("CONFIG", "GET", "port")[1].value, str(new).encode(), "CONFIG GET port")
            Client(new).value("PING")
            expect_in(f"port={new}", client.text("INFO", "server"), "INFO")
            expect(not listens(old), "the old port is open")
            old = server.port = new
        for client in clients:
            client.value("PING")


def test_config_set_port_with_one_thread() -> None:
    move_port(1)


def test_config_set_port_with_four_threads() -> None:
    move_port(4)


def test_config_set_port_in_use() -> None:
    """A port that cannot be had changes nothing."""
    with Server() as other, Server() as server, server.connect() as client:
        reply = client.call("CONFIG", "SET", "port", other.port)
        expect_equal(reply.kind, "error", "CONFIG SET to a port in use")
        expect_equal(client.value("CONFIG", "GET", "port")[1].value, str(server.port).encode(), "CONFIG GET port")
        server.connect().value("PING")


def test_config_set_bind() -> None:
    with Server() as server, server.connect() as client:
        client.value("CONFIG", "SET", "bind", "127.0.0.1 127.0.0.2 -198.51.100.7")
        Client(server.port, host="127.0.0.2").value("PING")
        client.value("CONFIG", "SET", "bind", "127.0.0.2")
        Client(server.port, host="127.0.0.2").value("PING")
        expect_equal(client.call("CONFIG", "SET", "bind", "198.51.100.7").kind, "error", "an address of another machine")
        Client(server.port, host="127.0.0.2").value("PING")
        client.value("CONFIG", "SET", "bind", "127.0.0.1")


def test_config_rewrite_and_restart() -> None:
    text = "# mine\nlisteners:\n  - tcp: 127.0.0.1:{port}\nserver:\n  maxclients: 100\n  timeout: 7\n"
    with Server(config=text) as server:
        overlay = Path(f"{server.config}.overlay.yaml")
        before = server.config.read_bytes()
        with server.connect() as client:
            client.value("CONFIG", "SET", "maxclients", 200, "hz", 50, "requirepass", "pass # word: \"x\"")
            client.value("CONFIG", "SET", "client-output-buffer-limit", "normal 9000000 8000000 7")
            client.value("CONFIG", "REWRITE")
        expect_equal(server.config.read_bytes(), before, "the file of the operator")
        expect_equal(stat.S_IMODE(overlay.stat().st_mode), 0o600, "mode of the overlay, which holds a password")
        server.stop()
        server.start()
        with server.connect() as client:
            expect_equal(client.call("PING").kind, "error", "PING without the password")
            client.value("AUTH", "pass # word: \"x\"")
            for name, value in (("maxclients", "200"), ("hz", "50"), ("timeout", "7")):
                expect_equal(client.value("CONFIG", "GET", name)[1].value, value.encode(), name)
            expect_in("normal 9000000 8000000 7",
                      client.value("CONFIG", "GET", "client-output-buffer-limit")[1].value.decode(), "limits")
            client.value("CONFIG", "SET", "maxclients", 100, "hz", 10, "requirepass", "")
            client.value("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0")
            client.value("CONFIG", "REWRITE")
        expect("maxclients" not in (overlay.read_text() if overlay.exists() else ""), "an option that was set back stays")
        server.stop()
        server.start()
        with server.connect() as client:
            expect_equal(client.value("CONFIG", "GET", "maxclients")[1].value, b"100", "maxclients")
            client.value("PING")


def test_config_rewrite_of_the_port() -> None:
    with Server(config=FILE) as server:
        with server.connect() as client:
            new = free_port()
            client.value("CONFIG", "SET", "port", new)
            client.value("CONFIG", "REWRITE")
        server.stop()
        server.port = new
        server.start()


def test_config_rewrite_without_a_file() -> None:
    with Server() as server, server.connect() as client:
        expect_equal(client.call("CONFIG", "REWRITE"), ("error", b"ERR The server is running without a config file"),
                     "CONFIG REWRITE")


def test_command_line_comes_last() -> None:
    with Server("--maxclients", "321", config=FILE + "server: {{maxclients: 123}}\n") as server:
        with server.connect() as client:
            expect_equal(client.value("CONFIG", "GET", "maxclients")[1].value, b"321", "maxclients")


def test_the_default_file_has_every_option_of_tls() -> None:
    """The section of a plugin in etc/keel.yaml, made alive, changes nothing, and leaves nothing out."""
    text = (ROOT / "etc" / "keel.yaml").read_text()
    section = text[text.index("# transport-tls:"):]
    alive = re.sub(r"^  # (tls-[a-z-]+:)", r"  \1", section[2:], flags=re.MULTILINE)
    with TemporaryDirectory() as directory:
        file = Path(directory) / "keel.yaml"
        file.write_text(alive)
        with_file = keel("check", file, "--plugin", "transport-tls")
        without = keel("check", "--plugin", "transport-tls")
    expect_equal(with_file.returncode, 0, with_file.stderr)
    options = [line for line in without.stdout.splitlines() if line.startswith("tls-")]
    expect(len(options) > 20, "options of transport-tls")
    expect_equal([line for line in with_file.stdout.splitlines() if line.startswith("tls-")], options, "values")
    expect_equal(sorted(re.findall(r"^  (tls-[a-z-]+):", alive, re.MULTILINE)),
                 sorted(line.split()[0] for line in options), "names")
