"""The notation for values: quoted strings in commands, expected replies, printed replies."""

import re
from functools import lru_cache
from typing import Callable

from resp import Reply

# ---------------------------------------------------------------- strings

ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.S)
LETTERS = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "0": "\0"}
STRING = r'"(?:[^"\\]|\\.)*"'


def unquote(text: str) -> bytes:
    """The bytes of a double quoted string."""
    result = bytearray()
    last = 0
    body = text[1:-1]
    for found in ESCAPE.finditer(body):
        result += body[last:found.start()].encode()
        code = found.group(1)
        if len(code) == 3:
            result.append(int(code[1:], 16))
        else:
            result += LETTERS.get(code, code).encode()
        last = found.end()
    return bytes(result + body[last:].encode())


def quote(data: bytes) -> str:
    """Bytes as a double quoted string that `unquote` reads back."""
    names = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}
    return '"' + "".join(
        names.get(b) or (chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in data) + '"'


ARGUMENT = re.compile(rf"\s*(?:({STRING})(?:\*(\d+))?|(\S+))(?=\s|$)", re.S)


def arguments(text: str) -> list[bytes]:
    """Split a command line: bare words, "quoted strings" and "repeated"*10 ones."""
    result = []
    at = 0
    text = text.rstrip(" ")
    while at < len(text):
        found = ARGUMENT.match(text, at)
        if not found:
            raise ValueError(f"cannot split {text[at:]!r}")
        quoted, times, word = found.groups()
        result.append(unquote(quoted) * int(times or 1) if quoted else word.encode())
        at = found.end()
    return result


# ---------------------------------------------------------------- printing

def show(reply: Reply) -> str:
    """A reply in the notation of the expectations."""
    kind, value = reply
    if kind in ("status", "error"):
        text = value.decode("latin-1")
        sign = "+" if kind == "status" else "-"
        return sign + (text if re.fullmatch(r"[!-~]([ -~]*[!-~])?", text) else quote(value))
    if kind == "bulk":
        return quote(value)
    if kind == "verbatim":
        return f"verbatim {quote(value[4:])}"
    if kind in ("double", "bignum"):
        return f"{kind} {value.decode()}"
    if kind in ("null", "nullarray"):
        return {"null": "nil", "nullarray": "nilarray"}[kind]
    if kind == "bool":
        return "true" if value else "false"
    if kind == "map":
        return "{" + ", ".join(f"{inner(k)}: {inner(v)}" for k, v in value) + "}"
    if kind in ("array", "set", "push"):
        name = "" if kind == "array" else kind + " "
        return name + "[" + " ".join(inner(item) for item in value) + "]"
    return str(value)


def inner(reply: Reply) -> str:
    """A reply inside another one: statuses and errors get quotes unless one word."""
    if reply.kind in ("status", "error") and not re.fullmatch(rb"[\w@-]+", reply.value):
        return ("+" if reply.kind == "status" else "-") + quote(reply.value)
    return show(reply)


# ---------------------------------------------------------------- expectations

# An expectation is a function of the reply, the protocol of the connection
# and a dictionary for captured values.
Expectation = Callable[[Reply, int, dict], bool]

TOKEN = re.compile(rf"""\s*(?:
      (?P<string>[+-]?{STRING}(?:\*\d+)?)
    | (?P<regex>[+-]?/(?:[^/\\]|\\.)*/)
    | (?P<range>-?\d+\.\.-?\d+)
    | (?P<mark>\.\.\.|[\[\]{{}}:|,])
    | (?P<status>\+[^\s\]}},]+)
    | (?P<error>-[A-Za-z][^\s\]}},]*)
    | (?P<number>-?\d+(?![\w.]))
    | (?P<word>[^\s\[\]{{}},:"|]+)
    )""", re.X | re.S)

BARE = re.compile(r"([+-])(?=[^\d\"/])")
KINDS = {"int": "int", "string": "bulk", "array": "array", "status": "status", "error": "error"}


@lru_cache(None)
def parse(text: str) -> Expectation:
    """Read an expectation."""
    bare = BARE.match(text)
    if bare:
        return exactly("status" if bare[1] == "+" else "error", text[1:].rstrip().encode())
    reader = Reader(text)
    result = reader.expression()
    if reader.peek():
        raise ValueError(f"unexpected {reader.peek()!r} in {text!r}")
    return result


def exactly(kind: str, value) -> Expectation:
    return lambda reply, protocol, names: reply == (kind, value)


def pattern(kind: str, text: str) -> Expectation:
    """A reply whose text contains a match; `names` gets the first group if any."""
    expression = re.compile(text.replace("\\/", "/").encode(), re.S | re.M)

    def matches(reply, protocol, names):
        if reply.kind != kind:
            return False
        found = expression.search(reply.value)
        if found:
            names["_"] = found.group(1 if found.groups() else 0)
        return bool(found)
    return matches


class Reader:
    """A recursive descent parser for one expectation."""

    def __init__(self, text: str):
        self.text = text
        self.tokens = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise ValueError(f"cannot read {text[at:]!r}")
            self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise ValueError(f"{self.text!r} ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, text: str) -> bool:
        if self.peek() == text:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.accept(text):
            raise ValueError(f"{text!r} is missing in {self.text!r} before {self.peek()!r}")

    def expression(self) -> Expectation:
        """term | term ... as name"""
        choices = [self.term()]
        while self.accept("|"):
            choices.append(self.term())
        name = self.next()[1] if self.accept("as") else None

        def matches(reply, protocol, names):
            names.pop("_", None)
            if not any(choice(reply, protocol, names) for choice in choices):
                return False
            if name:
                names[name] = names.pop("_", reply.value)
            return True
        return matches

    def items(self) -> tuple[list[Expectation], list[Expectation] | None]:
        """The items up to the closing bracket; those after a `...` are a list of their own."""
        items, head = [], None
        while not self.accept("]"):
            if self.accept("..."):
                items, head = [], items
                continue
            items.append(self.expression())
            self.accept(",")
        return (items, None) if head is None else (head, items)

    def term(self) -> Expectation:
        kind, text = self.next()
        sign = {"+": "status", "-": "error"}.get(text[0])
        if kind == "string":
            body, _, times = (text[1:] if sign else text).rpartition('"')
            data = unquote(body + '"') * int(times[1:] or 1)
            return exactly(sign or "bulk", data)
        if kind == "regex":
            return pattern(sign or "bulk", text[2 if sign else 1:-1])
        if kind in ("status", "error"):
            return exactly(kind, text[1:].encode())
        if kind == "number":
            return exactly("int", int(text))
        if kind == "range":
            low, high = (int(part) for part in text.split(".."))
            return lambda reply, protocol, names: reply.kind == "int" and low <= reply.value <= high
        if text == "[":
            return ordered("array", *self.items())
        if text == "{":
            return self.map()
        if kind == "word":
            return self.word(text)
        raise ValueError(f"unexpected {text!r} in {self.text!r}")

    def map(self) -> Expectation:
        pairs, more = [], False
        while not self.accept("}"):
            if self.accept("..."):
                more = True
                continue
            key = self.expression()
            self.need(":")
            pairs.append((key, self.expression()))
            self.accept(",")
        return mapping(pairs, more)

    def word(self, text: str) -> Expectation:
        if text == "push" or text == "set" or text == "unordered":
            self.need("[")
            items, tail = self.items()
            if text == "push":
                return either(ordered("array", items, tail), ordered("push", items, tail))
            if text == "set":
                return either(unordered("array", items, tail), unordered("set", items, tail))
            return unordered("array", items, tail)
        if text in ("double", "bignum"):
            kind, value = self.next()
            if kind == "regex":
                return either(pattern("bulk", value[1:-1]), pattern(text, value[1:-1]))
            return either(exactly("bulk", value.encode()), exactly(text, value.encode()))
        if text == "verbatim":
            term = self.term()
            return either(term, lambda reply, protocol, names: reply.kind == "verbatim"
                          and reply.value[:4] == b"txt:"
                          and term(Reply("bulk", reply.value[4:]), protocol, names))
        if text == "not":
            term = self.term()
            return lambda *args: not term(*args)
        if text == "len":
            size = int(self.next()[1])
            return lambda reply, protocol, names: (
                reply.kind in ("bulk", "array", "set", "map") and len(reply.value) == size)
        if text in ("true", "false"):
            return either(exactly("int", int(text == "true")), exactly("bool", text == "true"))
        if text == "nil":
            return exactly("null", None)
        if text == "nilarray":
            return either(exactly("nullarray", None), exactly("null", None))
        if text == "any":
            return lambda reply, protocol, names: True
        if text in KINDS:
            return lambda reply, protocol, names: reply.kind == KINDS[text]
        raise ValueError(f"unknown word {text!r} in {self.text!r}")


def either(resp2: Expectation, resp3: Expectation) -> Expectation:
    """One expectation for each protocol."""
    return lambda reply, protocol, names: (resp3 if protocol == 3 else resp2)(reply, protocol, names)


def ordered(kind: str, items: list[Expectation],
            tail: list[Expectation] | None) -> Expectation:
    """These items first; with a tail anything may follow, up to the items of the tail."""
    last = tail or []

    def matches(reply, protocol, names):
        if reply.kind != kind or len(reply.value) < len(items) + len(last):
            return False
        if tail is None and len(reply.value) > len(items):
            return False
        end = reply.value[len(reply.value) - len(last):]
        return all(item(value, protocol, names)
                   for item, value in [*zip(items, reply.value), *zip(last, end)])
    return matches


def unordered(kind: str, items: list[Expectation],
              tail: list[Expectation] | None) -> Expectation:
    """These items in any order; with a tail there may be more."""
    wanted = items + (tail or [])

    def matches(reply, protocol, names):
        if reply.kind != kind:
            return False
        left = list(reply.value)
        for item in wanted:
            found = next((v for v in left if item(v, protocol, names)), None)
            if found is None:
                return False
            left.remove(found)
        return tail is not None or not left
    return matches


def mapping(pairs: list[tuple[Expectation, Expectation]], more: bool) -> Expectation:
    """A RESP3 map or a flat RESP2 array, its pairs in any order."""
    def matches(reply, protocol, names):
        if protocol == 3 and reply.kind == "map":
            left = list(reply.value)
        elif protocol == 2 and reply.kind == "array" and len(reply.value) % 2 == 0:
            left = list(zip(reply.value[::2], reply.value[1::2]))
        else:
            return False
        for key, value in pairs:
            found = next((p for p in left if key(p[0], protocol, names)), None)
            if not found or not value(found[1], protocol, names):
                return False
            left.remove(found)
        return more or not left
    return matches
