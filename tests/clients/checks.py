"""What the tests of clients in Python share: the servers of the integration tests, and a count of what passed."""

import sys
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

import support  # noqa: E402
from tls_support import TlsServer, certificates  # noqa: E402

passed = failed = 0
way = ""  # what stands before each line about a failure


def check(what: str, got: object, wanted: object) -> None:
    """Count whether two values are equal; say so when they are not."""
    global passed, failed
    if got == wanted:
        passed += 1
    else:
        failed += 1
        print(f"{way}{what}: expected {str(wanted)[:200]!r}, got {str(got)[:200]!r}", flush=True)


def check_that(what: str, condition: object, seen: object = "") -> None:
    """Count whether a condition holds."""
    check(f"{what} {str(seen)[:300]}".strip(), bool(condition), True)


def group(name: str, body, *words) -> None:
    """Run some checks; an exception in them is one failure."""
    global failed
    try:
        body(*words)
    except Exception:  # a server under test may send anything
        failed += 1
        print(f"{way}{name}: {traceback.format_exc(limit=-3)}", flush=True)


def tls_words(certificate: bool) -> list[str]:
    """What redis-cli and redis-benchmark need to speak TLS."""
    made = certificates()
    return ["--tls", "--cacert", made.authority.cert] + (["--cert", made.client.cert, "--key", made.client.key] if certificate else [])


def each_way(server: TlsServer, short: bool = False):
    """Both versions of TLS, with and without a certificate of the client, which the server wants or not; yields whether.

    `short`: each version and each kind once.
    """
    global way
    ways = [("TLSv1.2", True), ("TLSv1.3", False)] if short else [(v, c) for v in ("TLSv1.2", "TLSv1.3") for c in (True, False)]
    for version, certificate in ways:
        server.set("tls-protocols", version, "tls-auth-clients", "yes" if certificate else "no")
        way = f"{version} {'with' if certificate else 'without'} a certificate: "
        server.tool_words = tls_words(certificate)
        yield certificate
    way = ""


def finish() -> None:
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def begin() -> None:
    """Take the path of the server from the command line."""
    support.use(sys.argv[1], False)
