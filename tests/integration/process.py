"""The server as a process: its title, its score when memory runs out, huge pages, its supervisor, its rounds, its end."""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

import support
from support import Closed, Server, Skipped, expect, expect_equal, expect_in, free_port, raise_descriptors, wait_until


def title(server: Server) -> str:
    return Path(f"/proc/{server.pid}/cmdline").read_bytes().rstrip(b"\0").decode()


def test_title_tells_where_it_listens() -> None:
    with Server(unix=True) as server, server.connect() as client:
        name = support.BINARY
        expect_equal(title(server), f"{name} 127.0.0.1:{server.port}", "the title")
        expect_equal(Path(f"/proc/{server.pid}/comm").read_text(), "keel\n", "the name of the process")
        client.value("CONFIG", "SET", "proc-title-template",
                     "{title}|{listen-addr}|{server-mode}|{port}|{tls-port}|{unixsocket}|{config-file}|{{")
        expect_equal(title(server), f"{name}|127.0.0.1:{server.port}||{server.port}|0|{server.path}|-|{{", "the title")
        client.value("CONFIG", "SET", "proc-title-template", "{port}")
        expect_equal(title(server), str(server.port), "a shorter title")
        client.value("CONFIG", "SET", "proc-title-template", "{listen-addr}", "port", server.port)
        server.port = free_port()
        client.value("CONFIG", "SET", "port", server.port)
        expect_equal(title(server), f"127.0.0.1:{server.port}", "the title after CONFIG SET port")
        client.value("CONFIG", "SET", "bind", "127.0.0.2 127.0.0.1")
        expect_equal(title(server), f"127.0.0.2:{server.port}", "the title after CONFIG SET bind")
        client.value("CONFIG", "SET", "proc-title-template", "t" * 60000)  # longer than there is room for
        expect(set(title(server)) == {"t"} and len(title(server)) > 100, f"the title is {title(server)[:200]!r}")


def test_title_as_the_directives_say() -> None:
    with Server("--set-proc-title", "no") as server:
        expect_equal(title(server).split("\0")[:2], [support.BINARY, "serve"], "the command line")
        expect_equal(server.connect().call("CONFIG", "SET", "set-proc-title", "yes").kind, "error", "CONFIG SET")
    with Server("--port", "0", "--proc-title-template", "db {listen-addr}", tcp=False, unix=True) as server:
        expect_equal(title(server), f"db {server.path}", "the title of a server without a port")
    config = "listeners:\n  - tcp: 127.0.0.1:{port}\nserver:\n  proc-title-template: '{{config-file}}'\n"
    with Server(config=config) as server:
        expect_equal(title(server), str(server.config), "the title that names the file")


def test_environment_outlives_the_title() -> None:
    """The title takes the room of the environment, whose variables are still found."""
    with Server("--requirepass", "x", environment={"KEEL_TEST_FILLER": "y" * 500}) as server, server.connect() as client:
        client.value("AUTH", "x")
        client.value("CONFIG", "SET", "proc-title-template", "t" * 60000)
        expect(len(title(server)) > 500, f"the title has {len(title(server))} bytes")


def score(server: Server) -> int:
    return int(Path(f"/proc/{server.pid}/oom_score_adj").read_text())


def test_oom_score() -> None:
    before = int(Path("/proc/self/oom_score_adj").read_text())
    if before > 900:
        raise Skipped(f"this process has the score {before} already")
    with Server() as server, server.connect() as client:
        expect_equal(score(server), before, "the score of a server that was not asked")
        client.value("CONFIG", "SET", "oom-score-adj", "yes", "oom-score-adj-values", "50 200 800")
        expect_equal(score(server), before + 50, "a relative score")
        client.value("CONFIG", "SET", "oom-score-adj-values", "60 200 800")
        expect_equal(score(server), before + 60, "another one")
        client.value("CONFIG", "SET", "oom-score-adj", "absolute")
        expect_equal(score(server), 60, "an absolute score")
        client.value("CONFIG", "SET", "oom-score-adj", "no")
        expect_equal(score(server), before, "the score in the end")
    with Server("--oom-score-adj", "absolute", "--oom-score-adj-values", "70", "200", "800") as server:
        expect_equal(score(server), 70, "the score from the start")


def without_resource_privilege() -> None:
    """In the child: what needs CAP_SYS_RESOURCE is refused, even to root."""
    import ctypes
    ctypes.CDLL(None).prctl(24, 24, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_SYS_RESOURCE


def test_oom_score_that_the_kernel_refuses() -> None:
    with Server(prepare=without_resource_privilege) as server, server.connect() as client:
        before = score(server)
        client.value("CONFIG", "SET", "oom-score-adj-values", "-900 0 0")
        reply = client.call("CONFIG", "SET", "oom-score-adj", "absolute")
        if reply.kind == "status":
            raise Skipped("this machine lets every process lower its score")
        expect_equal(reply.value.decode(), "ERR CONFIG SET failed (possibly related to argument 'oom-score-adj') - "
                     "Failed to set current oom_score_adj. Check server logs.", "the reply")
        expect_in("Unable to write oom_score_adj: Permission denied", server.log(), "log")
        expect_equal(client.value("CONFIG", "GET", "oom-score-adj")[1].value, b"no", "the directive afterwards")
        expect_equal(score(server), before, "the score afterwards")


def test_huge_pages() -> None:
    for word, wanted in (("yes", "0"), ("no", "1")):
        with Server("--disable-thp", word) as server:
            status = Path(f"/proc/{server.pid}/status").read_text()
            if "THP_enabled" not in status:
                raise Skipped("the kernel does not tell")
            expect_equal(status.split("THP_enabled:")[1].split()[0], wanted, f"THP_enabled with disable-thp {word}")


def supervisor_of(server: Server) -> str:
    return server.info("server")["process_supervised"]


def test_supervisor_by_the_directive() -> None:
    """Nobody is told anything that `supervised` does not allow; auto finds out who is there."""
    path = f"\0keel-supervisor-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        systemd.settimeout(5)
        there = {"NOTIFY_SOCKET": path.replace("\0", "@")}
        with Server(environment=there) as server:
            expect_equal(supervisor_of(server), "no", "process_supervised by default")
        with Server("--supervised", "auto", environment=there) as server:
            expect_equal(systemd.recv(100), b"READY=1", "the first word that systemd hears")
            expect_equal(supervisor_of(server), "systemd", "process_supervised")
    with Server("--supervised", "systemd") as server:
        expect_equal(supervisor_of(server), "no", "process_supervised without systemd")
        expect_in("NOTIFY_SOCKET not found", server.log(), "log")
    with Server("--supervised", "auto") as server:
        expect_equal(supervisor_of(server), "no", "process_supervised when nobody is there")


def test_upstart() -> None:
    """A process that upstart has started stops itself when it is ready, and goes on when it is told so."""
    with Server("--supervised", "auto", environment={"UPSTART_JOB": "keel"}, ready=False) as server:
        state = Path(f"/proc/{server.pid}/stat")
        wait_until(lambda: state.read_text().rsplit(")", 1)[1].split()[0] == "T", what="the stop")
        server.process.send_signal(signal.SIGCONT)
        wait_until(server.answers, what="an answer")
        expect_equal(supervisor_of(server), "upstart", "process_supervised")


def test_more_clients_mean_more_rounds() -> None:
    count = 700
    if raise_descriptors(count + 100) < count + 100:
        raise Skipped("too few descriptors")
    with Server("--hz", "1", io_threads=2) as server, server.connect() as client:
        expect_equal(server.info("server")["hz"], "1", "hz with few clients")
        clients = server.connections(count)
        for other in clients:
            other.value("PING")
        facts = server.info("server")
        expect_equal((facts["hz"], facts["configured_hz"]), ("4", "1"), "hz and configured_hz")
        client.value("CONFIG", "SET", "dynamic-hz", "no")
        expect_equal(server.info("server")["hz"], "1", "hz without dynamic-hz")


def crash(*words: str, at_runtime: str = "") -> str:
    """End a server by a fault; what it has said."""
    with Server(*words) as server, server.connect() as client:
        if at_runtime:
            client.value("CONFIG", "SET", "crash-log-enabled", at_runtime)
        server.process.send_signal(signal.SIGSEGV)
        expect_equal(server.ended(), -signal.SIGSEGV, "the end")
        server.process.returncode = 0
        return server.log()


def test_crash_report_can_be_turned_off_and_on() -> None:
    mark = "KEEL CRASH REPORT: signal SIGSEGV"
    expect_in(mark, crash(), "log")
    expect(mark not in crash("--crash-log-enabled", "no"), "a report although it is turned off")
    expect(mark not in crash(at_runtime="no"), "a report after CONFIG SET no")
    expect_in(mark, crash("--crash-log-enabled", "no", at_runtime="yes"), "log after CONFIG SET yes")


OVERFLOWS = "plugins: [transport-tcp, bad-overflows]\nplugin-path: [%s]\nlisteners:\n  - tcp: 127.0.0.1:{port}\n"


def test_used_up_stack_is_reported_from_every_thread() -> None:
    """Two I/O threads, one of which is the main thread, and a worker: each has a stack of its own for the report."""
    fixtures = Path(support.BINARY).parent.parent / "fixtures"
    if support.SANITIZED or not (fixtures / "bad-overflows.so").exists():
        raise Skipped("the fixture is not built, or a sanitizer reports in its own words")
    for which, word in ((0, "here"), (1, "here"), (0, "worker")):
        with Server(config=OVERFLOWS % fixtures, io_threads=2) as server:
            with server.connect() as first, server.connect() as second:
                for client in (first, second):  # connections go to the loops in turn
                    client.value("PING")
                client = (first, second)[which]
                client.send_words("BAD.OVERFLOWS", word)
                expect_equal(server.ended(), -signal.SIGSEGV, f"the end by a fault, {word}")
                server.process.returncode = 0
                expect_in("KEEL CRASH REPORT: signal SIGSEGV", server.log(), "log")
                expect_in("in plugin bad-overflows", server.log(), "log")
                expect_in("END OF REPORT", server.log(), "log")


def allocator_threads(server: Server) -> int:
    count = 0
    for task in Path(f"/proc/{server.pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has been joined stays here for a moment
            count += task.joinpath("comm").read_text().startswith("jemalloc")
    return count


def test_background_thread_of_the_allocator() -> None:
    if support.SANITIZED:
        raise Skipped("this build has another allocator")
    with Server() as server, server.connect() as client:
        wait_until(lambda: allocator_threads(server) > 0, what="a thread of the allocator")
        client.value("CONFIG", "SET", "jemalloc-bg-thread", "no")
        wait_until(lambda: allocator_threads(server) == 0, what="the end of that thread")
        client.value("CONFIG", "SET", "jemalloc-bg-thread", "yes")
        wait_until(lambda: allocator_threads(server) > 0, what="a new thread of the allocator")


def test_time_above_maxmemory_is_counted() -> None:
    if support.SANITIZED:
        raise Skipped("the allocator of this build does not count")
    with Server() as server, server.connect() as client:
        client.value("CONFIG", "SET", "maxmemory", 1)
        client.call("SET", "k", "v")
        time.sleep(0.2)
        facts = server.info("stats")
        expect(int(facts["current_eviction_exceeded_time"]) >= 200, f"the present time is {facts}")
        client.value("CONFIG", "SET", "maxmemory", 0)
        time.sleep(0.3)
        facts = server.info("stats")
        expect_equal(facts["current_eviction_exceeded_time"], "0", "the present time when memory suffices")
        expect(200 <= int(facts["total_eviction_exceeded_time"]) < 2000, f"the whole time is {facts}")


def test_ends_by_the_query_limit_are_counted() -> None:
    with Server("--client-query-buffer-limit", "1mb") as server:
        expect_equal(server.info("stats")["client_query_buffer_limit_disconnections"], "0", "before")
        with server.connect() as client:
            try:
                client.send(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$400000000\r\n" + b"x" * 4_000_000)
            except Closed:
                pass
            expect(client.closed_by_server(), "the connection stays open")
        expect_equal(server.info("stats")["client_query_buffer_limit_disconnections"], "1", "after one")
