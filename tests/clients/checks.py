"""What the tests of clients in Python share: the servers of the integration tests, and a count of what passed."""

import sys
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

import support  # noqa: E402

passed = failed = 0


def check(what: str, got: object, wanted: object) -> None:
    """Count whether two values are equal; say so when they are not."""
    global passed, failed
    if got == wanted:
        passed += 1
    else:
        failed += 1
        print(f"{what}: expected {str(wanted)[:200]!r}, got {str(got)[:200]!r}", flush=True)


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
        print(f"{name}: {traceback.format_exc(limit=-3)}", flush=True)


def finish() -> None:
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def begin() -> None:
    """Take the path of the server from the command line."""
    support.use(sys.argv[1], False)
