"""Where the server can be reached: addresses, Unix sockets and their files, protected mode."""

import ctypes
import fcntl
import os
import socket
import stat
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import support
from support import Client, Failure, Server, Skipped, expect, expect_equal, expect_in, free_port, keel, listens, wait_until

BOTH = "listeners:\n  - tcp: 127.0.0.1:{port}\n  - unix: {path}\n    mode: \"0750\"\n"


def test_tcp_and_unix_at_once() -> None:
    for threads in (1, 4):
        with Server(unix=True, config=BOTH, io_threads=threads) as server:
            with server.connect() as tcp, server.connect(unix=True) as unix:
                tcp.value("SET", "k", "v")
                expect_equal(unix.value("GET", "k"), b"v", "GET over the Unix socket")
                expect_equal(tcp.value("CONFIG", "GET", "unixsocket")[1].value, server.path.encode(), "unixsocket")
                expect_in(f"{server.path}:0", unix.text("CLIENT", "INFO"), "CLIENT INFO")
                expect_in(f"laddr=127.0.0.1:{server.port}", tcp.text("CLIENT", "INFO"), "CLIENT INFO")


def test_mode_of_the_socket() -> None:
    with Server(unix=True, config=BOTH) as server:
        expect_equal(stat.S_IMODE(os.stat(server.path).st_mode), 0o750, "mode")
    with Server("--unixsocketperm", "700", unix=True) as server:
        expect_equal(stat.S_IMODE(os.stat(server.path).st_mode), 0o700, "mode")


def test_several_of_a_kind() -> None:
    other = free_port()
    text = "listeners:\n  - tcp: 127.0.0.1:{port}\n  - tcp: 127.0.0.1:%d\n  - unix: {path}\n  - unix: {path}2\n" % other
    with Server(unix=True, config=text) as server:
        for address in (server.port, other, server.path, server.path + "2"):
            Client(address).value("PING")


def test_back_and_forth() -> None:
    """A port that was left a moment ago can be taken again."""
    for threads in (1, 4):
        with Server(io_threads=threads) as server, server.connect() as admin:
            other = free_port()
            replies = admin.pipeline([("CONFIG", "SET", "port", port) for port in (other, server.port) * 20])
            expect_equal({reply.value for reply in replies}, {b"OK"}, "CONFIG SET port")
            with server.connect() as client:
                client.value("PING")
            expect(not listens(other), "the port that was left is open")


def test_address_for_a_wildcard_and_back() -> None:
    """The kernel has no two sockets on one port when one of them is a wildcard; connections and the port stay."""
    with Server("--bind", "0.0.0.0") as server, server.connect() as client:
        for bind in ("127.0.0.1", "0.0.0.0", "127.0.0.1 127.0.0.2", "* -::*", "127.0.0.2 127.0.0.1"):
            client.value("CONFIG", "SET", "bind", bind)
            with server.connect() as other:
                expect_equal(other.value("PING"), b"PONG", f"after bind {bind}")
        expect_equal(client.value("CONFIG", "GET", "bind")[1].value, b"127.0.0.2 127.0.0.1", "bind")
        client.value("CONFIG", "SET", "bind", "* -::*")
        expect_equal(client.call("CONFIG", "SET", "bind", "0.0.0.0 * 127.0.0.1").kind, "error", "one address twice")
        with socket.socket() as foreign:
            foreign.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            expect_equal(foreign.connect_ex(("127.0.0.1", server.port)), 0, "the port")
        result = subprocess.run([support.BINARY, "serve", "--bind", "127.0.0.1", "--port", str(server.port)],
                                capture_output=True, timeout=20)
        expect(result.returncode != 0, "a second server joins the port")


def test_optional_addresses() -> None:
    """An address with "-" in front may be missing; one without may not."""
    with Server("--bind", "127.0.0.1", "-198.51.100.7", "-::1") as server:
        server.connect().value("PING")
    result = keel("serve", "--port", free_port(), "--bind", "127.0.0.1", "198.51.100.7")
    expect_equal(result.returncode, 1, "exit status")
    expect_in("198.51.100.7", result.stderr, "sentence")


def test_ipv6() -> None:
    if not Path("/proc/net/if_inet6").exists() or "00000000000000000000000000000001" not in Path("/proc/net/if_inet6").read_text():
        raise Skipped("this machine has no ::1")
    with Server("--bind", "127.0.0.1", "::1") as server, server.connect(host="::1") as client:
        expect_in(f"laddr=[::1]:{server.port}", client.text("CLIENT", "INFO"), "CLIENT INFO")


def sockets_of(server: Server) -> dict[int, str]:
    """The descriptors of the server's sockets, each with its inode."""
    found = {}
    for entry in Path(f"/proc/{server.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # an earlier connection may end meanwhile
            kind, _, inode = os.readlink(entry).partition(":")
            if kind == "socket":
                found[int(entry.name)] = inode.strip("[]")
    return found


def test_port_zero_means_no_port() -> None:
    with Server("--port", "0", tcp=False, unix=True) as server:
        inodes = set(sockets_of(server).values())
        listening = [line for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()
                     if len(line.split()) > 9 and line.split()[9] in inodes]
        expect_equal(listening, [], "TCP sockets of the server")
        expect_equal(server.connect().value("CONFIG", "GET", "port")[1].value, b"0", "port")


def test_no_address_at_all() -> None:
    """A server that nobody can reach says so, or serves nothing; it does not spin."""
    server = Server("--port", "0", tcp=False, ready=False)
    with server:
        wait_until(lambda: server.process.poll() is not None or "Ready" in server.log(), what="an end or a start")
        if server.process.poll() is not None:
            expect(server.process.returncode == 1 and "listen" in server.log(), f"it ended with {server.log()!r}")
            server.process.returncode = 0


def test_socket_file_left_behind() -> None:
    """The file of a server that was killed is replaced."""
    with Server(unix=True) as server:
        server.kill()
        expect(os.path.exists(server.path), "SIGKILL leaves the file")
        server.start()
        server.connect(unix=True).value("PING")


def test_other_file_in_the_way() -> None:
    with Server() as server:
        precious = server.directory / "precious"
        precious.write_text("data")
        result = keel("serve", "--port", "0", "--unixsocket", precious)
        expect_equal(result.returncode, 1, "exit status")
        expect_in(str(precious), result.stderr, "sentence")
        expect_equal(precious.read_text(), "data", "the file in the way")


def test_too_long_a_path() -> None:
    result = keel("serve", "--port", "0", "--unixsocket", "/tmp/" + "x" * 200)
    expect_equal(result.returncode, 1, "exit status")
    expect_in("path", result.stderr, "sentence")


def socket_of(server: Server, fd: int) -> socket.socket:
    """A descriptor of the server, as one of ours."""
    pid = os.pidfd_open(server.pid)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        ours = libc.syscall(438, pid, fd, 0)  # pidfd_getfd
        if ours < 0:
            raise Skipped(f"no descriptor of another process: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(pid)
    return socket.socket(fileno=ours)


def keepalive(server: Server) -> tuple:
    """What the server has set for a connection that is made now."""
    with server.connect() as client:
        fd = int(client.text("CLIENT", "INFO").split(" fd=")[1].split()[0])
        with socket_of(server, fd) as theirs:
            return (theirs.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
                    theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE))


def test_keepalive_of_new_connections() -> None:
    """CONFIG SET holds for connections that come from then on, on listeners that are open already."""
    own = "listeners:\n  - tcp: 127.0.0.1:{port}\n    keepalive: 77\n"
    for threads in (1, 4):
        with Server(io_threads=threads) as server, server.connect() as client:
            expect_equal(keepalive(server), (1, 300), "keep-alive by default")
            for seconds in (20, 500, 30):
                client.value("CONFIG", "SET", "tcp-keepalive", seconds)
                expect_equal(keepalive(server), (1, seconds), f"keep-alive after CONFIG SET {seconds}")
            client.value("CONFIG", "SET", "tcp-keepalive", 0, "max-new-connections-per-cycle", 1)
            expect_equal(keepalive(server)[0], 0, "keep-alive after CONFIG SET 0")
            for _ in range(20):
                server.connect().value("PING")
    with Server(config=own) as server, server.connect() as client:
        client.value("CONFIG", "SET", "tcp-keepalive", 20)
        expect_equal(keepalive(server), (1, 77), "keep-alive of a listener that has its own")


def test_mark_of_the_sockets() -> None:
    """SO_MARK needs a privilege: with it the socket is marked, without it the log says so, and the server serves."""
    with Server("--socket-mark-id", "7") as server:
        for fd in sorted(sockets_of(server)):  # those that listen were there first
            with socket_of(server, fd) as theirs:
                if not theirs.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    continue
                mark = theirs.getsockopt(socket.SOL_SOCKET, socket.SO_MARK)
                said = "Could not mark the listening socket" in server.log()
                expect((mark, said) in ((7, False), (0, True)), f"the mark is {mark}, the log is {server.log()!r}")
                break
        else:
            raise Failure("there is no listening socket")


def inside(binary: str) -> None:
    """In a network of its own: a server that peers from elsewhere reach.  Their address, on lo, is no loopback one."""
    with socket.socket() as control:
        for name, address in ((b"lo", None), (b"lo:1", "198.51.100.7")):
            if address:
                request = struct.pack("16sHH4s8x", name, socket.AF_INET, 0, socket.inet_aton(address))
                fcntl.ioctl(control, 0x8916, request)  # SIOCSIFADDR
            fcntl.ioctl(control, 0x8914, struct.pack("16sH14x", name, 0x1 | 0x40))  # SIOCSIFFLAGS: up, running
    support.use(binary, False)
    with Server("--bind", "127.0.0.1", "198.51.100.7") as server:
        with server.connect(host="198.51.100.7") as far:
            reply = far.read()
            expect(reply.kind == "error" and reply.value.startswith(b"DENIED "), f"it gave {reply}")
            expect_in("protected mode", reply.value.decode(), "the reply")
            expect(far.closed_by_server(), "the connection stays open")
        with server.connect() as near:
            near.value("PING")
            near.value("CONFIG", "SET", "protected-mode", "no")
            server.connect(host="198.51.100.7").value("PING")
            near.value("CONFIG", "SET", "protected-mode", "yes", "requirepass", "secret")
            server.connect(host="198.51.100.7").value("AUTH", "secret")


def test_protected_mode() -> None:
    """In a network namespace, so that no address of this machine is opened to others."""
    try:
        able = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        able = False
    if not able:
        raise Skipped("no network namespace can be made")
    result = subprocess.run(["unshare", "-rn", sys.executable, __file__, support.BINARY], capture_output=True, text=True,
                            timeout=60, check=False)
    if result.returncode != 0:
        raise Failure(result.stderr.strip().splitlines()[-1] if result.stderr else f"status {result.returncode}")


if __name__ == "__main__":
    inside(sys.argv[1])
