#!/usr/bin/python3
"""Checks who includes whom: the folders of the architecture, as #include lines show them.

Every folder may include itself and the standard library. Anything else is written in RULES, or is an error.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Folder: what it may include beside itself, as prefixes of the text between the quotes or brackets.
HOST_BASE = ["host/base/", "keel/"]
RULES = {
    "sdk/include/keel/cpp": ["keel/"],
    "sdk/include/keel": [],
    "plugins/types/common": ["keel/", "xxhash.h"],
    "plugins/types": ["keel/", "plugins/types/common/"],
    "plugins/transport-tcp": ["keel/"],
    "plugins/transport-unix": ["keel/"],
    "plugins/transport-tls": ["keel/", "openssl/"],
    "host/base": ["keel/", "xxhash.h", "jemalloc/"],
    "host/log": ["host/base/", "spdlog/"],
    "host/config": HOST_BASE + ["yaml-cpp/"],
    "host/plugin": HOST_BASE + ["boost/dll/"],
    "host/loop": HOST_BASE,
    "host/keyspace": HOST_BASE,
    "host/rdb": HOST_BASE + ["host/keyspace/"],
    "host/exec": HOST_BASE + ["host/keyspace/"],
    "host/net": HOST_BASE + ["host/loop/", "host/exec/"],
    "host/commands": HOST_BASE + ["host/keyspace/", "host/rdb/", "host/exec/"],
    "host/admin": HOST_BASE + ["host/keyspace/", "host/rdb/", "host/exec/", "host/config/", "host/plugin/"],
    "host/server": ["host/", "keel/"],
    "host": ["host/server/"],
}
# A library of ours or of others by its include prefix; everything without one of these is the system's.
LIBRARIES = ("host/", "plugins/", "keel/", "boost/", "yaml-cpp/", "spdlog/", "fmt/", "openssl/", "jemalloc/", "xxhash.h",
             "sdk/", "tests/")
TEST_ONLY = ("gtest/", "gmock/", "benchmark/")
C_HEADERS = {"stddef.h", "stdint.h", "string.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def rule_of(path: str) -> str | None:
    """The longest folder of RULES that the file lies in."""
    fitting = [folder for folder in RULES if path.startswith(folder + "/")]
    return max(fitting, key=len) if fitting else None


def fault(path: str, quote: str, name: str) -> str | None:
    """Why this file must not include that, or None."""
    folder = rule_of(path)
    if folder is None:
        return None
    is_test = path.endswith(("_test.cpp", "_fuzz.cpp"))
    if is_test and name.startswith(TEST_ONLY):
        return None
    if folder == "sdk/include/keel":
        own = quote == '"' and "/" not in name
        return None if own or name in C_HEADERS else "the C headers include each other and three C headers only"
    if quote == '"' and "/" not in name:
        return None  # a header beside the file
    if not name.startswith(LIBRARIES):
        return None
    if name.startswith(folder + "/") or name.startswith(tuple(RULES[folder])):
        return None
    if is_test and name.startswith("host/base/"):
        return None
    return f"{folder} must not include it"


def main() -> int:
    files = sorted(str(path.relative_to(ROOT)) for top in ("host", "plugins", "sdk", "tests")
                   for path in (ROOT / top).rglob("*") if path.suffix in (".h", ".hpp", ".c", ".cpp"))
    faults = 0
    for path in files:
        for number, line in enumerate((ROOT / path).read_text(errors="replace").splitlines(), 1):
            found = INCLUDE.match(line)
            why = fault(path, *found.groups()) if found else None
            if why:
                faults += 1
                print(f"{path}:{number}: {found.group(2)}: {why}")
    print(f"{len(files)} files, {faults} broken rules")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
