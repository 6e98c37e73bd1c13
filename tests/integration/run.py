#!/usr/bin/env python3
"""Run the integration tests: what one command or one unit cannot show, on a server that runs.

    run.py BINARY                 all subjects
    run.py BINARY --only kill     only tests whose `subject.name` has that text in it
    run.py BINARY --long          heavier counts
    run.py BINARY --times         how long each test took

A subject is a file; its tests are the functions that begin with `test_`, in the order of the file.
A failing test prints one line and stops there; the last line of the output is `N passed, M failed`.
"""

import argparse
import importlib
import sys
import time
import traceback

sys.dont_write_bytecode = True

import support

SUBJECTS = ["start_stop", "process", "configuration", "listeners", "io_threads", "client_kill", "bad_input",
            "unauthenticated", "limits", "values_in_flight", "transactions", "blocking", "prefetch", "expiry",
            "eviction", "change_log", "memory", "plugin_checks", "missing_plugins", "example_plugins", "tls_cases",
            "tls_listeners", "tls_renewal", "tls_storm"]


def tests_of(subject: str) -> list:
    """The tests of a file, in their order."""
    module = importlib.import_module(subject)
    return [function for name, function in vars(module).items() if name.startswith("test_")]


def title_of(function) -> str:
    return f"{function.__module__}.{function.__name__.removeprefix('test_')}"


def run(function) -> str:
    """Run a test; what is wrong, or nothing."""
    try:
        function()
        return ""
    except support.Skipped as reason:
        print(f"{title_of(function)}: skipped: {reason}", flush=True)
        return ""
    except support.Failure as failure:
        return str(failure)
    except support.Closed:
        return "the server closed a connection\n" + traceback.format_exc(limit=-3)
    except Exception:  # a server under test may send anything
        return traceback.format_exc(limit=-4)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the integration tests.")
    parser.add_argument("binary", help="the server")
    parser.add_argument("--only", default="", metavar="NAME", help="only tests with this text in subject.name")
    parser.add_argument("--long", action="store_true", help="heavier counts")
    parser.add_argument("--times", action="store_true", help="print how long each test took")
    options = parser.parse_args()
    support.use(options.binary, options.long)
    passed = failed = 0
    for subject in SUBJECTS:
        for function in tests_of(subject):
            if options.only not in title_of(function):
                continue
            began = time.monotonic()
            problem = run(function)
            passed, failed = passed + (not problem), failed + bool(problem)
            if options.times:
                print(f"{time.monotonic() - began:6.2f} s {title_of(function)}", flush=True)
            if problem:
                print(f"{title_of(function)}: {problem}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
