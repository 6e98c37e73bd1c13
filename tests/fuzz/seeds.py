#!/usr/bin/python3
"""Writes what the fuzz targets begin with: seeds.py DIRECTORY fills DIRECTORY/TARGET with real inputs,
and removes what was in DIRECTORY before.

* Values are those that redis-server 7.0 dumps, of every type and encoding.
* The forms of older files, which it no longer writes, are made from the same contents by the functions below.
* Commands are those of tests/commands, a file for each case.
"""

import hashlib
import re
import shutil
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "commands"))

from cases import read  # noqa: E402
from notation import arguments, quote  # noqa: E402
from resp import Connection  # noqa: E402
from servers import Server, free_port, reference_command  # noqa: E402

FOOTER = 10  # bytes of a payload: version and checksum
VERSION = 10
MOST = 4096  # bytes of a seed: longer ones only make the targets slow

# The codes of each type in the order in which its plugin names them (rdb_codes): the first byte of an input says which
# one the rest has, and how many bytes come at a time.
CODES = {"string": [0], "list": [18, 14, 10, 1], "set": [2, 11, 20], "hash": [4, 9, 13, 16], "zset": [5, 3, 12, 17],
         "stream": [19, 15, 21]}
INTSET, LISTPACKS = 11, (16, 17)


def words(*items: object) -> list[bytes]:
    return [item if isinstance(item, bytes) else str(item).encode() for item in items]


ELEMENTS = words("a", "", 0, 1, -1, 12, 127, 128, -4096, 40000, 1 << 23, -(1 << 31), 1 << 40, (1 << 63) - 1, "x" * 63,
                 "x" * 64, "y" * 300, bytes(range(256)))
FIELDS = [part for i, e in enumerate(ELEMENTS) for part in (b"f%d" % i, e)]
SCORED = [part for score, e in zip(words(1, 1.5, "-inf", "inf", 0, "1e300", -3, 0.1), ELEMENTS) for part in (score, e)]
COMMANDS = [
    words("SET", "int8", 12), words("SET", "int16", -300), words("SET", "int32", 1 << 30), words("SET", "big", 1 << 40),
    words("SET", "text", "hello"), words("SET", "raw", bytes(range(256)) * 2), words("SET", "packed", "abc" * 500),
    words("PFADD", "hll", *range(50)), words("SETBIT", "bits", 2000, 1),
    words("RPUSH", "list", *ELEMENTS), words("RPUSH", "lists", *range(500)), words("RPUSH", "plain", "z" * 2000),
    words("SADD", "ints", 1, -5, 300), words("SADD", "ints32", 1, 1 << 30), words("SADD", "ints64", 1, 1 << 40),
    words("SADD", "set", *ELEMENTS),
    words("HSET", "hash", *FIELDS[:14]), words("HSET", "hashes", *FIELDS),
    words("ZADD", "zset", *SCORED), words("ZADD", "zsets", *SCORED, 7, "t" * 100),
    words("XADD", "stream", "1-1", "f", 1, "g", "two"), words("XADD", "stream", "1-2", "f", 2, "g", "three"),
    words("XADD", "stream", "5-0", "other", "x" * 100), words("XADD", "stream", "6-0", "f", 3),
    words("XDEL", "stream", "1-2"), words("XGROUP", "CREATE", "stream", "group", "0"),
    words("XREADGROUP", "GROUP", "group", "one", "COUNT", 2, "STREAMS", "stream", ">"),
    words("XGROUP", "CREATECONSUMER", "stream", "group", "two"), words("XGROUP", "CREATE", "stream", "empty", "$"),
    words("XADD", "short", "1-1", "a", "b"), words("XDEL", "short", "1-1"),
]


def dumped() -> list[bytes]:
    """Code and value of each key, with strings compressed and not."""
    port = free_port()
    with Server(port, [*reference_command(port), "--hash-max-listpack-entries", "8"]):
        client = Connection(port)
        values = []
        for compressed in (b"yes", b"no"):
            client.call(b"CONFIG", b"SET", b"rdbcompression", compressed)
            client.call(b"FLUSHALL")
            for command in COMMANDS:
                reply = client.call(*command)
                if reply.kind == "error":
                    raise SystemExit(f"{command[:3]}: {reply.value!r}")
            for key in client.call(b"KEYS", b"*").value:
                values.append(client.call(b"DUMP", key.value).value[:-FOOTER])
        client.close()
    return values


# ---------------------------------------------------------------- the forms of older files

def length(n: int) -> bytes:
    if n < 64:
        return bytes([n])
    return struct.pack(">H", 0x4000 | n) if n < 16384 else b"\x80" + struct.pack(">I", n)


def string(data: bytes) -> bytes:
    return length(len(data)) + data


def strings(items: list[bytes], count: int) -> bytes:
    return length(count) + b"".join(map(string, items))


def ziplist_body(item: bytes) -> bytes:
    if re.fullmatch(rb"0|-?[1-9][0-9]{0,18}", item):
        n = int(item)
        if 0 <= n <= 12:
            return bytes([0xF1 + n])
        for head, width in ((0xFE, 1), (0xC0, 2), (0xF0, 3), (0xD0, 4), (0xE0, 8)):
            if -(1 << (8 * width - 1)) <= n < 1 << (8 * width - 1):
                return bytes([head]) + n.to_bytes(width, "little", signed=True)
    if len(item) < 64:
        return bytes([len(item)]) + item
    return struct.pack(">H", 0x4000 | len(item)) + item


def ziplist(items: list[bytes]) -> bytes:
    entries, before, last = b"", 0, 0
    for item in items:
        last = len(entries)
        entries += bytes([before]) if before < 254 else b"\xfe" + struct.pack("<I", before)
        entries += ziplist_body(item)
        before = len(entries) - last
    return struct.pack("<IIH", len(entries) + 11, last + 10, len(items)) + entries + b"\xff"


def zipmap(fields: list[bytes]) -> bytes:
    def size(n: int) -> bytes:
        return bytes([n]) if n < 254 else b"\xfe" + struct.pack("<I", n)
    pairs = zip(fields[::2], fields[1::2])
    return bytes([len(fields) // 2]) + b"".join(size(len(f)) + f + size(len(v)) + b"\x00" + v for f, v in pairs) + b"\xff"


def old_values() -> list[bytes]:
    numbers = words(*range(20))
    flipped = [part for i in range(0, len(SCORED), 2) for part in (SCORED[i + 1], SCORED[i])]
    finite = [part for i in range(0, len(flipped), 2) if b"inf" not in flipped[i + 1] for part in flipped[i:i + 2]]

    def text_scores(pairs: list[bytes]) -> bytes:
        special = {b"inf": b"\xfe", b"-inf": b"\xff"}
        return length(len(pairs) // 2) + b"".join(
            string(pairs[i]) + special.get(pairs[i + 1], bytes([len(pairs[i + 1])]) + pairs[i + 1])
            for i in range(0, len(pairs), 2))

    return [
        bytes([1]) + strings(ELEMENTS, len(ELEMENTS)), bytes([2]) + strings(ELEMENTS, len(ELEMENTS)),
        bytes([3]) + text_scores(flipped), bytes([4]) + strings(FIELDS, len(FIELDS) // 2),
        bytes([9]) + string(zipmap(FIELDS)), bytes([10]) + string(ziplist(ELEMENTS)),
        bytes([12]) + string(ziplist(finite)), bytes([13]) + string(ziplist(FIELDS)),
        bytes([14]) + length(2) + string(ziplist(ELEMENTS)) + string(ziplist(numbers)),
    ]


def plain_string(data: bytes) -> bytes | None:
    """What is in a string that is not compressed; None when it is, or is a number."""
    kind = data[0] >> 6
    if kind == 0:
        return data[1:]
    if kind == 1:
        return data[2:]
    return data[5:] if data[0] == 0x80 else None


# ---------------------------------------------------------------- the targets

class Corpus:
    def __init__(self, directory: Path):
        self.directory = directory
        shutil.rmtree(directory, ignore_errors=True)

    def add(self, target: str, seed: bytes) -> None:
        if len(seed) > MOST:
            return
        folder = self.directory / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


def add_value(corpus: Corpus, value: bytes) -> None:
    """One value, for whoever reads it or a part of it."""
    code, contents = value[0], value[1:]
    corpus.add("restore_fuzz", bytes([VERSION]) + value)
    corpus.add("rdb_fuzz", b"\xff\x00" + contents)
    for name, codes in CODES.items():
        if code in codes:
            at_a_time = (255 - codes.index(code)) // len(codes)
            limits = b"\x00" if name == "list" else b""
            for step in (0, at_a_time):
                corpus.add(f"{name}_fuzz", limits + bytes([codes.index(code) + step * len(codes)]) + contents)
    inner = plain_string(contents)
    if code == INTSET and inner is not None:
        corpus.add("intset_fuzz", inner)
    if code in LISTPACKS and inner is not None:
        corpus.add("listpack_fuzz", b"\x00" + inner)
        if code == LISTPACKS[0]:  # Redis 7.0 has no sets of this form; fields and values are different here
            corpus.add("restore_fuzz", bytes([VERSION + 1, 20]) + contents)
            corpus.add("set_fuzz", bytes([CODES["set"].index(20)]) + contents)


def add_commands(corpus: Corpus) -> None:
    for path in sorted((HERE.parent / "commands").glob("*.test")):
        for case in read(path):
            lines = b""
            for step in case.steps:
                if step.verb.endswith(">") and step.verb != "raw>" and "${" not in step.text:
                    lines += b"CONFIG SET " if step.verb == "config>" else b""
                    lines += b" ".join(a if re.fullmatch(rb"[!#-&(-\[\]-~]+", a) else quote(a).encode()
                                       for a in arguments(step.text)) + b"\n"
            if lines:
                corpus.add("commands_fuzz", lines)


def main() -> int:
    corpus = Corpus(Path(sys.argv[1]))
    for value in dumped() + old_values():
        add_value(corpus, value)
    for elements in (ELEMENTS, FIELDS, []):
        corpus.add("ziplist_fuzz", b"\x00" + ziplist(elements))
    corpus.add("zipmap_fuzz", zipmap(FIELDS))
    corpus.add("zipmap_fuzz", zipmap([]))
    add_commands(corpus)
    return 0


if __name__ == "__main__":
    sys.exit(main())
