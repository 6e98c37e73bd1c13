"""The example plugins in a server: the layer rot13 over TCP and Unix sockets, the transport loopback, the type ring."""

import re
import socket
import threading
import time
from pathlib import Path

import support
from support import (Client, Closed, Server, Skipped, encode, expect, expect_equal, expect_in, figure, free_port, healthy,
                     patience, wait_until)

TURN = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", b"nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM")
GREETING = b"13"
PLUGINS = "plugins: [transport-tcp, transport-unix, string, rot13]\nplugin-path: [{examples}]\n"
ROT13 = PLUGINS + "listeners:\n  - rot13: 127.0.0.1:{port}\n{more}  - tcp: 127.0.0.1:{plain}\n"


class TurnedSocket:
    """A socket whose bytes go through rot13, behind a greeting from each side."""

    def __init__(self, plain: socket.socket, greeting: bytes | None = GREETING):
        self.plain, self.expected = plain, GREETING
        if greeting:
            plain.sendall(greeting)

    def sendall(self, data: bytes) -> None:
        self.plain.sendall(data.translate(TURN))

    def recv(self, most: int) -> bytes:
        while self.expected:
            data = self.plain.recv(len(self.expected))
            if not data:
                return b""
            expect(self.expected.startswith(data), f"the server greets with {data!r}")
            self.expected = self.expected[len(data):]
        return self.plain.recv(most).translate(TURN)

    def __getattr__(self, name: str):
        return getattr(self.plain, name)


class TurnedClient(Client):
    """A client that speaks rot13."""

    def __init__(self, address: int | str, greeting: bytes | None = GREETING, **options):
        super().__init__(address, **options)
        self.socket = TurnedSocket(self.socket, greeting)


class TurnedServer(Server):
    """A server with a rot13 listener, which is the one that `connect` uses, and a plain one."""

    def __init__(self, *words: object, more: str = "", **options):
        examples = Path(support.BINARY).parent.parent / "examples"
        if not (examples / "rot13.so").exists():
            raise Skipped("the examples are not built")
        self.plain_port = free_port()
        config = ROT13.replace("{examples}", str(examples)).replace("{plain}", str(self.plain_port)).replace("{more}", more)
        super().__init__(*words, config=config, **options)

    def connect(self, unix: bool = False, **options) -> Client:
        return TurnedClient(self.path if unix else self.port, **options)

    def plain(self, **options) -> Client:
        return Client(self.plain_port, **options)


def test_commands_through_the_layer() -> None:
    for threads in (1, 4):
        with TurnedServer(io_threads=threads) as server:
            clients = server.connections(8)
            for number, client in enumerate(clients):
                client.value("SET", f"Key:{number}", f"Hello {number}")
            with server.plain() as plain:
                for number, client in enumerate(clients):
                    expect_equal(client.value("GET", f"Key:{number}"), f"Hello {number}".encode(), "GET")
                    expect_equal(plain.value("GET", f"Key:{number}"), f"Hello {number}".encode(), "GET without the layer")
                expect_in(" transport=tcp identity=\n", plain.text("CLIENT", "INFO"), "CLIENT INFO of the plain one")
                lines = plain.text("CLIENT", "LIST").splitlines()
                expect_equal(sum(" transport=rot13" in line for line in lines), 8, f"connections in {lines}")
                plugins = plain.value("PLUGIN", "LIST")
                expect(any(b"rot13" in str(entry.value).encode() for entry in plugins), f"PLUGIN LIST gives {plugins}")
            expect_in(f"laddr=127.0.0.1:{server.port} ", clients[0].text("CLIENT", "INFO"), "CLIENT INFO")
            expect_in("name=rot13", server.info("server")["listener0"], "INFO")


def test_over_a_unix_socket() -> None:
    more = "  - rot13: {path}\n    over: unix\n    mode: \"0700\"\n    greeting: \"13\"\n"
    with TurnedServer(more=more, unix=True) as server, server.connect(unix=True) as client:
        client.value("SET", "k", "v")
        expect_equal(server.connect().value("GET", "k"), b"v", "GET over TCP")
        expect_in(f"addr={server.path}:0 ", client.text("CLIENT", "INFO"), "CLIENT INFO")


def test_pipelines_and_cuts() -> None:
    with TurnedServer(io_threads=2) as server, server.connect(timeout=30) as client:
        count = 20_000
        replies = client.pipeline([("SET", f"k:{i}", f"value {i}") for i in range(count)])
        expect(all(reply == ("status", b"OK") for reply in replies), "a SET in a pipeline fails")
        replies = client.pipeline([("GET", f"k:{i}") for i in range(count)])
        expect(all(replies[i].value == f"value {i}".encode() for i in range(count)), "replies are mixed up")
        for byte in encode([b"SET", b"cut", b"into bytes"]):
            client.send(bytes([byte]))
            time.sleep(0.001)
        expect_equal(client.read().value, b"OK", "the reply to a command in single bytes")
        expect_equal(client.value("GET", "cut"), b"into bytes", "GET")


def big(size: int) -> bytes:
    return (b"The Quick Brown Fox %d " % size) * (size // 20)


def test_big_values() -> None:
    with TurnedServer(io_threads=2) as server, server.connect(timeout=30) as client:
        for size in (16_000, 70_000, 1_000_000, 20_000_000):
            value = big(size)
            client.value("SET", "big", value)
            expect_equal(client.value("GET", "big"), value, "the value")
            expect_equal(server.plain().value("STRLEN", "big"), len(value), "STRLEN")


def test_slow_reader_does_not_hold_values_twice() -> None:
    """Many big replies that nobody reads wait as they are, not as what the layer makes of them; all of them come."""
    with TurnedServer() as server, server.plain() as plain, server.connect(receive_buffer=8192, timeout=60) as slow:
        value = big(2_000_000)
        plain.value("SET", "big", value)
        before = int(plain.text("INFO", "memory").split("used_memory:")[1].split()[0])
        count = 30
        slow.send(encode([b"GET", b"big"]) * count)
        wait_until(lambda: any(int(n) > 10 * len(value) for n in re.findall(r" omem=(\d+) ", plain.text("CLIENT", "LIST"))),
                   what="replies that wait, and are counted")
        time.sleep(0.3)
        grown = int(plain.text("INFO", "memory").split("used_memory:")[1].split()[0]) - before
        figure(f"{count} replies of {len(value) / 1e6:.0f} MB that nobody reads: {grown / 1e6:.1f} MB more")
        expect(support.SANITIZED or grown < 5 * len(value), f"used_memory has grown by {grown}")
        for _ in range(count):
            expect(slow.read().value == value, "a reply is damaged")
        expect_equal(slow.call("PING").value, b"PONG", "PING after all of that")


def test_output_limit_counts_what_waits() -> None:
    with TurnedServer("--client-output-buffer-limit", "normal", "5mb", "0", "0") as server, server.plain() as plain:
        plain.value("SET", "big", big(1_000_000))
        slow = server.connect(receive_buffer=8192)
        slow.send(encode([b"GET", b"big"]) * 30)
        wait_until(lambda: int(server.info("stats")["client_output_buffer_limit_disconnections"]) == 1, what="the end of a client")
        slow.close()
        healthy(server)


def test_kill() -> None:
    for threads in (1, 4):
        with TurnedServer(io_threads=threads) as server, server.plain() as plain:
            busy = server.connections(6)
            names = [client.text("CLIENT", "INFO").split()[0].removeprefix("id=") for client in busy]
            stop = threading.Event()

            def burst(client: Client) -> None:
                try:
                    while not stop.is_set():
                        client.pipeline([("SET", "k", "v" * 100), ("GET", "k")] * 50)
                except (Closed, OSError, ValueError):
                    pass

            threads_of_clients = [threading.Thread(target=burst, args=(client,)) for client in busy]
            for thread in threads_of_clients:
                thread.start()
            time.sleep(0.1)
            for name in names:
                expect_equal(plain.value("CLIENT", "KILL", "ID", name), 1, "CLIENT KILL")
            stop.set()
            for thread in threads_of_clients:
                thread.join(patience(10))
                expect(not thread.is_alive(), "a killed client waits for a reply")
            wait_until(lambda: "transport=rot13" not in plain.text("CLIENT", "LIST"), what="the end of the killed clients")
            with server.connect() as suicide:
                name = suicide.text("CLIENT", "INFO").split()[0].removeprefix("id=")
                suicide.send_words("CLIENT", "KILL", "ID", name, "SKIPME", "no")
                expect(suicide.closed_by_server(), "a client that kills itself stays connected")
            healthy(server)


def test_orderly_ends() -> None:
    with TurnedServer(io_threads=2) as server:
        with server.connect() as client:
            client.value("SET", "big", big(3_000_000))
            client.send(encode([b"GET", b"big"]) + encode([b"QUIT"]) + encode([b"SET", b"after", b"it"]))
            expect_equal(client.read().value, big(3_000_000), "the reply before QUIT")
            expect_equal(client.read().value, b"OK", "the reply of QUIT")
            expect_equal(client.socket.recv(10), b"", "what comes behind the reply of QUIT")
        with server.connect() as client:
            client.send(b"".join(encode([b"INCR", b"n"]) for _ in range(500)))
            client.socket.shutdown(socket.SHUT_WR)
            expect_equal([client.read().value for _ in range(500)], list(range(1, 501)), "replies after a half-close")
            expect_equal(client.socket.recv(10), b"", "what comes behind them")
        with server.connect() as client:
            client.send(b"*1\r\n+nonsense\r\n")
            expect_in("Protocol error", client.read().value.decode(), "the reply to nonsense")
            expect(client.closed_by_server(), "a client that sends nonsense stays connected")
        expect_equal(server.plain().value("EXISTS", "after"), 0, "a command after QUIT has run")


def test_pushes_go_through_the_layer() -> None:
    with TurnedServer(io_threads=2) as server, server.connect() as monitor, server.plain() as plain:
        monitor.value("MONITOR")
        plain.value("SET", "Some", "Words")
        expect_in('"SET" "Some" "Words"', monitor.read().value.decode(), "the line of the monitor")
        with server.connect() as waiting:
            expect_equal(waiting.value("WAIT", 1, 50), 0, "the reply at a deadline")


def test_handshakes_that_fail() -> None:
    with TurnedServer(more="    handshake-timeout: 1\n", io_threads=2) as server:
        with server.connect(greeting=b"xx") as wrong:
            expect(wrong.closed_by_server(), "a client with a wrong greeting stays connected")
        with server.connect(greeting=b"1") as half:
            half.socket.shutdown(socket.SHUT_WR)
            expect(half.closed_by_server(), "a client that ends in its greeting stays connected")
        began = time.monotonic()
        silent = [server.connect(greeting=greeting) for greeting in (None, b"1")]
        good = server.connect()
        good.value("PING")
        for client in silent:
            expect(client.closed_by_server(4), "a client that does not greet stays connected")
        expect(time.monotonic() - began > 0.9, "the patience is too short")
        time.sleep(0.5)
        good.value("PING")
        wait_until(lambda: int(server.info("clients")["connected_clients"]) <= 2, what="the end of the others")


SILENT = "it was silent for a second while others waited"


def failures(server: Server, level: str = "*") -> list[str]:
    """The lines of the log about handshakes that have failed, as "reason ..."."""
    return re.findall(r" %s Handshake failed addr=\S+ listener=\"rot13 127.0.0.1:%d\" reason=\"?([^\"\n]*)" % (
        re.escape(level), server.port), server.log())


def test_failures_are_told_once() -> None:
    """One line for each handshake that has failed, with the reason; none for a peer that has said nothing and goes."""
    with TurnedServer("--loglevel", "verbose", more="    handshake-timeout: 1\n") as server:
        with server.connect(greeting=b"xx") as wrong:
            expect(wrong.closed_by_server(), "a client with a wrong greeting stays connected")
        expect_equal(failures(server), ["the peer does not greet as it should"], "lines after a wrong greeting")
        with server.connect(greeting=b"1") as half:
            half.socket.shutdown(socket.SHUT_WR)
            expect(half.closed_by_server(), "a client that ends in its greeting stays connected")
        expect_equal(len(failures(server, "-")), 1, "lines after an end in the greeting")
        server.connect(greeting=None).close()
        silent = [server.connect(greeting=greeting) for greeting in (None, b"1")]
        for client in silent:
            expect(client.closed_by_server(4), "a client that does not greet stays connected")
        wait_until(lambda: len(failures(server)) >= 3, what="lines about the silent ones")
        expect_equal(sorted(failures(server)[1:]), ["it took longer than 1 seconds", "the peer said nothing for 1 seconds"], "lines")
        expect_equal(len(failures(server, "-")), 1, "lines about peers that went away")
        server.connect().value("PING")


def test_layers_are_opened_by_the_first_bytes() -> None:
    with TurnedServer() as server:
        plain = server.plain()
        before = plain.text("INFO", "rot13")
        silent = [server.connect(greeting=None) for _ in range(5)]
        wait_until(lambda: plain.text("CLIENT", "LIST").count("transport=rot13") == 5, what="the connections")
        expect_equal(plain.text("INFO", "rot13"), before, "what the layer has counted")
        silent[0].socket.plain.sendall(GREETING)
        expect_equal(silent[0].value("PING"), b"PONG", "PING of one that greets late")


def test_handshakes_wait_for_others() -> None:
    """While as many as may shake hands, others wait; those that say nothing any more make room for them."""
    for threads in (1, 3):
        with TurnedServer(more="    max-handshakes: 2\n    handshake-timeout: 60\n", io_threads=threads) as server:
            early = server.connections(6)
            for client in early:
                client.value("PING")
            began = time.monotonic()
            stalled = [server.connect(greeting=b"1") for _ in range(2)]
            wait_until(lambda: server.plain().value("CLIENT", "LIST").count(b"transport=rot13") == 8, what="the stalled ones")
            time.sleep(0.1)
            waiting = [server.connect() for _ in range(12)]
            for client in waiting:
                client.send(encode([b"PING"]))
            for client in early:
                expect_equal(client.value("PING"), b"PONG", "PING of one that was there before")
            for client in waiting:
                expect_equal(client.read().value, b"PONG", "PING of one that had to wait")
            expect(time.monotonic() - began > 0.5, "nobody has waited")
            wait_until(lambda: any(client.closed_by_server(0.05) for client in stalled), what="the end of a silent handshake")
            expect(SILENT in failures(server), f"the log is {failures(server)}")


def go_on_after(server: TurnedServer, end: str) -> bool:
    """Whether those that wait go on when the first ends like that, and not because it was silent for a second."""
    told = failures(server).count(SILENT)
    first = server.connect(greeting=b"1")
    time.sleep(0.1)
    waiting = server.connections(6)
    for client in waiting:
        client.send(encode([b"PING"]))
    waiting.pop(0).close()
    time.sleep(0.1)
    try:
        if end == "opens":
            first.socket.plain.sendall(b"3")
            expect_equal(first.value("PING"), b"PONG", "PING of the first")
        elif end == "closes":
            first.close()
        else:
            first.socket.plain.sendall(b"x")
    except (Closed, OSError):
        return False
    began = time.monotonic()
    for client in waiting:
        expect_equal(client.read().value, b"PONG", f"PING after one {end}")
    return time.monotonic() - began < patience(0.7) and failures(server).count(SILENT) == told


def test_waiting_connections_go_on_when_others_end() -> None:
    """An end of a handshake of any kind, on any loop, is seen by those that wait; they may also leave the line."""
    with TurnedServer(more="    max-handshakes: 1\n    handshake-timeout: 60\n", io_threads=3) as server:
        for end in ("opens", "closes", "fails"):
            # Again when this process has stood still for so long that the first was silent.
            expect(any(go_on_after(server, end) for _ in range(3)), f"those that wait stay after one {end}: {failures(server)}")
        first = server.connect(greeting=b"1")
        time.sleep(0.1)
        for _ in range(10):  # how much comes at once is the kernel's affair
            with server.connect(greeting=None) as chatty:
                try:
                    chatty.socket.plain.sendall(GREETING + b"x" * 300_000)
                except OSError:
                    pass
                if "sent too much" in str(failures(server)):
                    break
        server.connect().value("PING")  # after the first is closed for its silence
        expect_in("sent too much", str(failures(server)), "the log")
        healthy(server)


def test_few_refusals_at_a_time() -> None:
    """Whoever reads through a layer that there are too many costs a handshake: only some may at a time."""
    with TurnedServer("--maxclients", "3", more="    handshake-timeout: 60\n") as server:
        first = server.connect()
        wait_until(lambda: "connected_clients:1\r" in first.text("INFO", "clients"), what="the end of earlier connections")
        here = [first, *server.connections(2)]
        for client in here:
            client.value("PING")
        over = [server.connect(greeting=None) for _ in range(80)]
        wait_until(lambda: int(here[0].text("INFO", "stats").split("rejected_connections:")[1].split()[0]) >= 80, what="refusals")
        open_still = 0
        for client in over:
            client.socket.plain.settimeout(0.02)
            try:
                open_still += client.socket.plain.recv(1) != b""
            except TimeoutError:
                open_still += 1
            except ConnectionResetError:
                pass
        expect_equal(open_still, 32, "connections that wait to be told")


def test_section_of_info() -> None:
    with TurnedServer() as server, server.connect() as client:
        client.value("SET", "k", "v" * 1000)
        for words in (("INFO", "ROT13"), ("INFO",), ("INFO", "all"), ("INFO", "everything"), ("INFO", "default")):
            text = client.text(*words)
            expect_in("# Rot13\r\nrot13_connections:2\r\n", text, str(words))  # one asked whether the server answers
        expect(int(server.info("rot13")["rot13_bytes"]) > 1000, "the bytes are not counted")
        expect("rot13" not in client.text("INFO", "stats"), "INFO stats has a section of a plugin")
    with Server() as server:
        expect_equal(server.connect().text("INFO", "rot13"), "", "INFO of a section that nobody has")


def test_directives_of_the_layer() -> None:
    """CONFIG SET rot13-greeting holds for a listener without a greeting of its own, for those that come from then on."""
    with TurnedServer() as server, server.connect() as client, server.plain() as plain:
        for greeting in (b"hello", b"13"):
            plain.value("CONFIG", "SET", "rot13-greeting", greeting)
            other = Client(server.port)
            other.socket.sendall(greeting)
            expect_equal(other.socket.recv(100), greeting, "the greeting")
            other.close()
        expect_equal(plain.call("CONFIG", "SET", "rot13-greeting", "a\nb", "timeout", "77"),
                     ("error", b"ERR CONFIG SET failed (possibly related to argument 'rot13-greeting') - a greeting is one line"),
                     "a refusal")
        expect_equal(plain.value("CONFIG", "GET", "timeout")[1].value, b"0", "timeout")
        expect_equal(plain.value("CONFIG", "GET", "rot13-greeting")[1].value, b"13", "rot13-greeting")
        expect_equal(server.info("rot13")["rot13_reloads"], "0", "reloads so far")
        plain.value("CONFIG", "SET", "rot13-greeting", "13")
        expect_equal(server.info("rot13")["rot13_reloads"], "1", "reloads after the same value again")
        expect_equal(client.value("PING"), b"PONG", "PING of the first connection")
    with TurnedServer(more="    greeting: \"13\"\n") as server:
        server.plain().value("CONFIG", "SET", "rot13-greeting", "hello")
        server.connect().value("PING")


def test_connections_are_asked_again() -> None:
    for threads in (1, 3):
        with TurnedServer("--loglevel", "verbose", io_threads=threads) as server, server.plain() as plain:
            clients = server.connections(20)
            for client in clients:
                client.value("PING")
            plain.value("CONFIG", "SET", "rot13-banned", "other")
            time.sleep(0.3)
            clients[0].value("PING")
            plain.value("CONFIG", "SET", "rot13-banned", "13")
            for client in clients:
                expect(client.closed_by_server(), "a connection that counts no more stays")
            expect_equal(server.log().count("what its peer has proved holds no longer"), 20, "lines of the log")
            healthy_plain = plain.value("PING")
            expect_equal(healthy_plain, b"PONG", "PING without the layer")


def test_refusals_reach_the_client() -> None:
    """The sentence waits until the handshake is over, and comes before the end."""
    with TurnedServer("--maxclients", "5") as server:
        clients, reply = [], None
        while len(clients) < 10 and (reply is None or reply.kind == "status"):
            clients.append(server.connect())
            reply = clients[-1].call("PING")
        expect_equal(reply, ("error", b"ERR max number of clients reached"), "the reply")
        with server.connect(greeting=None) as over:
            time.sleep(0.1)  # the refusal comes before the greeting
            over.socket.plain.sendall(GREETING)
            expect_equal(over.read(), ("error", b"ERR max number of clients reached"), "the reply")
            expect(over.closed_by_server(), "the connection stays open")
        clients[0].value("PING")


def test_password() -> None:
    with TurnedServer("--requirepass", "Secret") as server, server.connect() as client:
        expect_equal(client.call("GET", "k").value, b"NOAUTH Authentication required.", "GET")
        client.value("AUTH", "Secret")
        client.value("SET", "k", "v")
        expect_equal(client.value("GET", "k"), b"v", "GET")


def test_settings_change_under_the_layer() -> None:
    """CONFIG SET of what a listener takes anew: the socket stays, and so do its connections."""
    with TurnedServer() as server, server.connect() as client:
        for _ in range(20):
            client.value("CONFIG", "SET", "tcp-keepalive", 100, "max-new-connections-per-cycle", 1)
            server.connect().value("PING")
            client.value("CONFIG", "SET", "tcp-keepalive", 200, "max-new-connections-per-cycle", 1000)
        expect_equal(client.value("PING"), b"PONG", "PING")


def test_wrong_settings_are_told() -> None:
    with TurnedServer() as server:
        for line, part in (("    over: nowhere\n", "transport:nowhere"), ("    greting: x\n", "greeting"),
                           ("    greeting: \"a\\nb\"\n", "a greeting is one line"),
                           ("    handshake-timeout: never\n", "handshake-timeout")):
            text = server.config.read_text().replace(f"  - tcp: 127.0.0.1:{server.plain_port}\n", "")
            file = server.directory / "wrong.yaml"
            file.write_text(text.replace(str(server.port), str(free_port())) + line)
            result = support.keel("check", file)
            expect_equal(result.returncode, 1, f"exit status with {line!r}")
            expect_in(part, result.stderr, "sentence")


def test_loopback_and_ring() -> None:
    """A transport without sockets beside TCP, and a type that somebody else has written."""
    examples = Path(support.BINARY).parent.parent / "examples"
    if not (examples / "loopback.so").exists():
        raise Skipped("the examples are not built")
    config = (f"plugins: [transport-tcp, string, loopback, ring, hello]\nplugin-path: [{examples}]\n"
              "listeners:\n  - tcp: 127.0.0.1:{port}\n  - loopback: tests\n")
    for threads in (1, 2):
        with Server(config=config, io_threads=threads) as server, server.connect() as client:
            facts = server.info("server", "plugins")
            expect_equal(facts["listener1"], "name=loopback,bind=tests", "listener1 in INFO")
            names = str(client.value("PLUGIN", "LIST"))
            for name in ("loopback", "ring", "hello"):
                expect_in(name, names, "PLUGIN LIST")
            for word in ("a", "b", "c"):
                client.value("RING.PUSH", "r", word)
            expect_equal(client.value("TYPE", "r"), b"ring", "TYPE")
            server.port = free_port()
            client.value("CONFIG", "SET", "port", server.port)
            expect_equal(server.info("server")["listener1"], "name=loopback,bind=tests", "listener1 after CONFIG SET port")
            healthy(server)
