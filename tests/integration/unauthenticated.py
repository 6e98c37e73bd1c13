"""Who has not said the password cannot make the server grow, or keep it busy."""

import time

import support
from support import Closed, Server, encode, expect, expect_equal, expect_in, figure
from tls_support import TlsServer

PASSWORD = "secret"
MOST_EACH = 2 * (10 * 16_384 + 64 * 1024)  # ten arguments of the length allowed, a receive, and room to grow


class Guard:
    """Makes a kind of server one with a password, and a connection that knows it."""

    def __init__(self, **options):
        super().__init__("--requirepass", PASSWORD, "--maxclients", 20_000, **options)
        self.admin = self.connect()
        self.admin.value("AUTH", PASSWORD)

    def memory(self) -> int:
        lines = self.admin.text("INFO", "memory").splitlines()
        return int(next(line for line in lines if line.startswith("used_memory:")).split(":")[1])


class Guarded(Guard, Server):
    pass


class GuardedTls(Guard, TlsServer):
    pass


def attack(what: str, data: bytes, count: int = 500, answer: bytes | None = None, kind: type[Guard] = Guarded,
           more: int = 0) -> None:
    """Many connections send the bytes and wait; what they cost is bounded. `more`: what each costs anyway."""
    with kind() as server:
        before, resident = server.memory(), server.resident()
        clients = []
        for _ in range(count):
            client = server.connect(timeout=30)
            clients.append(client)
            try:
                client.send(data)
            except (Closed, OSError):
                pass
        time.sleep(0.2)
        server.admin.value("PING")
        grown, resident = server.memory() - before, server.resident() - resident
        figure(f"{what}: {grown / count:,.0f} bytes each by used_memory, {resident / count:,.0f} resident")
        if answer is not None:
            for client in clients[:20]:
                reply = client.read()
                expect(reply.kind == "error" and answer in reply.value, f"{what}: the reply is {reply}")
                expect(client.closed_by_server(), f"{what}: the connection stays open")
        expect(support.SANITIZED or (grown < count * (MOST_EACH + more) and resident < count * (MOST_EACH + more) + 20_000_000),
               f"{what}: {grown} bytes, {resident} resident")
        for client in clients:
            client.close()


def test_huge_arrays_are_refused() -> None:
    attack("a header of 1,000,000,000 words", b"*1000000000\r\n", answer=b"unauthenticated multibulk length")
    attack("a header of 11 words", b"*11\r\n", answer=b"unauthenticated multibulk length")


def test_huge_arguments_are_refused() -> None:
    attack("an argument of 500 MB", b"*3\r\n$500000000\r\n", answer=b"unauthenticated bulk length")
    attack("an argument of 16,385 bytes", b"*3\r\n$16385\r\n", answer=b"unauthenticated bulk length")


def test_arguments_as_big_as_allowed() -> None:
    argument = b"$16384\r\n" + b"x" * 16384 + b"\r\n"
    attack("nine arguments of 16 KiB, and a half", b"*10\r\n" + argument * 9 + argument[:8000], count=300)


def test_lines_without_end() -> None:
    attack("an inline command of 60,000 bytes", b"x" * 60_000, count=300)
    attack("an inline command that is too long", b"x" * 200_000, count=300, answer=b"too big inline request")


def test_attacks_over_tls() -> None:
    """A handshake is no password."""
    connection = 100_000  # of OpenSSL, with what it keeps of the peer
    attack("TLS, a header of 1,000,000,000 words", b"*1000000000\r\n", 50, b"unauthenticated multibulk length", GuardedTls, connection)
    attack("TLS, an argument of 500 MB", b"*3\r\n$500000000\r\n", 50, b"unauthenticated bulk length", GuardedTls, connection)
    attack("TLS, an inline command of 60,000 bytes", b"x" * 60_000, 50, None, GuardedTls, connection)
    attack("TLS, an inline command that is too long", b"x" * 200_000, 50, b"too big inline request", GuardedTls, connection)
    with GuardedTls() as server, server.connect() as client:
        for words in (("GET", "k"), ("CLIENT", "LIST"), ("CONFIG", "GET", "tls-key-file")):
            reply = client.call(*words)
            expect(reply.kind == "error" and reply.value.startswith(b"NOAUTH"), f"{words} gave {reply}")
        client.value("AUTH", PASSWORD)
        expect_in("user=default", client.text("CLIENT", "INFO"), "CLIENT INFO")


def test_floods_of_commands() -> None:
    """Pipelines of small commands: refused one by one, in time that grows with their number only, in bounded memory."""
    for what, request in (("RESP", encode([b"PING"])), ("inline", b"PING\r\n"), ("wrong passwords", encode([b"AUTH", b"no"]))):
        with Guarded() as server, server.connect(timeout=5) as client:
            count, peak = 300_000, 0
            data, got, sent = memoryview(request * count), 0, 0
            before, worked = server.resident(), server.cpu_seconds()
            client.socket.setblocking(False)
            began = time.monotonic()
            while got < count and time.monotonic() - began < support.patience(30):
                try:
                    sent += client.socket.send(data[sent:sent + 200_000]) if sent < len(data) else 0
                except BlockingIOError:
                    pass
                try:
                    got += client.socket.recv(1 << 20).count(b"\n")
                except BlockingIOError:
                    time.sleep(0.0005)
                peak = max(peak, server.resident())
            seconds = time.monotonic() - began
            figure(f"{what}: {got / seconds:,.0f} refused/s, at most {(peak - before) / 1e6:.1f} MB more resident")
            expect(got == count, f"{what}: {got} of {count} commands are answered after {seconds:.1f} s")
            # On a machine that is busy with other work only the time of the processor says what they cost.
            worked = server.cpu_seconds() - worked
            expect(worked < support.patience(5), f"{what}: {count} commands took {worked:.1f} s of processor time")


def test_floods_that_are_not_read() -> None:
    """The replies of those who send and never read are bounded: the server stops to read, or closes."""
    with Guarded() as server:
        before, sent, closed = server.resident(), 0, 0
        request = encode([b"PING"]) * 5000
        clients = [server.connect(receive_buffer=4096) for _ in range(10)]
        for client in clients:
            client.socket.setblocking(False)
        end = time.monotonic() + 2
        while time.monotonic() < end:
            for client in clients:
                try:
                    sent += client.socket.send(request) if client.open else 0
                except BlockingIOError:
                    pass
                except OSError:
                    client.close()
                    closed += 1
        grown = server.resident() - before
        figure(f"10 that do not read sent {sent / 1e6:.1f} MB, {closed} were closed; {grown / 1e6:.1f} MB more resident")
        expect(support.SANITIZED or grown < 32_000_000, f"{grown / 1e6:.1f} MB more resident after {sent / 1e6:.1f} MB sent")
        server.admin.value("PING")


def test_only_few_commands_are_allowed() -> None:
    with Guarded() as server, server.connect() as client:
        for words in (("GET", "k"), ("INFO",), ("CLIENT", "LIST"), ("SHUTDOWN",), ("MONITOR",),
                      ("CONFIG", "GET", "requirepass"), ("CLIENT", "KILL", "TYPE", "normal"), ("CLIENT", "SETNAME", "x"),
                      ("COMMAND",), ("SELECT", "1"), ("HELLO", "3")):
            reply = client.call(*words)
            expect(reply.kind == "error" and reply.value.startswith(b"NOAUTH"), f"{words} gave {reply}")
        expect_equal(client.call("AUTH", "no").value[:9], b"WRONGPASS", "a wrong password")
        expect_equal(client.value("AUTH", PASSWORD), b"OK", "AUTH")
        client.value("SET", "k", "v")
        expect_equal(client.value("GET", "k"), b"v", "GET")
        with server.connect() as other:
            expect_equal(other.call("HELLO", "3", "AUTH", "default", PASSWORD).kind, "map", "HELLO with AUTH")


def test_limits_go_with_the_password() -> None:
    """AUTH and a big command in one write: the limit of those who are unknown does not hold for it."""
    with Guarded() as server, server.connect() as client:
        client.send(encode([b"AUTH", PASSWORD.encode()]) + encode([b"SET", b"k", b"x" * 1_000_000])
                    + encode([b"MGET"] + [b"k"] * 20))
        expect_equal(client.read(), ("status", b"OK"), "AUTH")
        expect_equal(client.read(), ("status", b"OK"), "SET")
        expect_equal(len(client.read().value), 20, "MGET")
        healthy_admin = server.admin.value("STRLEN", "k")
        expect_equal(healthy_admin, 1_000_000, "STRLEN")
