"""Reading `.test` files: cases made of steps, steps with their expectations."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from notation import STRING, parse

TITLE = re.compile(r"== (.*?)((?: \[[\w:.|-]+\])*)$")
ONLY = re.compile(r"resp([23]): (.*)$", re.S)
STEP = re.compile(r"([A-Z])? ?(raw|send|scan|until|config|repeat \d+)?([<>])(?: (.*))?$", re.S)
OTHER = re.compile(r"(sleep|connect) (\S+)$")
OPAQUE = re.compile(rf"{STRING}|/(?:[^/\\\n]|\\.)*/")
NO_REPLY = {"closed", "silence", "blocked"}  # what may be expected of a connection instead of a reply


@dataclass
class Expected:
    """The text of one expectation, and the only protocol it is for (or None)."""

    only: int | None
    text: str


@dataclass
class Step:
    """One line to carry out, on one connection."""

    line: int
    only: int | None
    connection: str
    verb: str
    text: str
    expected: list[Expected] = field(default_factory=list)


@dataclass
class Case:
    file: str
    line: int
    title: str
    tags: list[str]
    steps: list[Step] = field(default_factory=list)


def depth(text: str) -> int:
    """How many brackets are open at the end of an expectation."""
    if re.match(r"[+-][^\d\"/\[]", text):
        return 0
    bare = OPAQUE.sub("", text)
    return sum(bare.count(c) for c in "[{") - sum(bare.count(c) for c in "]}")


def step_of(number: int, only: int | None, text: str) -> Step | None:
    """The step on a line, or None when the line is an expectation."""
    if found := OTHER.match(text):
        return Step(number, only, found[2], found[1], found[2])
    if found := STEP.match(text):
        connection, verb, arrow, rest = found.groups()
        return Step(number, only, connection or "", (verb or "") + arrow, rest or "")
    return None


def read(path: Path) -> list[Case]:
    """All cases of a file."""
    cases: list[Case] = []
    lines = path.read_text().split("\n")
    at = 0
    while at < len(lines):
        number, text = at + 1, lines[at]
        at += 1
        if not text.strip() or text.startswith("#"):
            continue
        if found := TITLE.match(text):
            cases.append(Case(path.name, number, found[1], re.findall(r"\[(.+?)\]", found[2])))
            continue
        if not cases:
            raise SystemExit(f"{path.name}:{number}: a title is missing")
        only = None
        if found := ONLY.match(text):
            only, text = int(found[1]), found[2]
        step = step_of(number, only, text)
        if not step or step.verb == "<":
            while depth(text) > 0 and at < len(lines):
                text += "\n" + lines[at]
                at += 1
        steps = cases[-1].steps
        if not step:
            if not steps:
                raise SystemExit(f"{path.name}:{number}: an expectation before any step")
            steps[-1].expected.append(Expected(only, check(path, number, text)))
        else:
            if step.verb == "<":
                body = text[text.index("<") + 1:].strip()
                step.expected.append(Expected(None, check(path, number, body)))
            steps.append(step)
    return cases


def check(path: Path, number: int, text: str) -> str:
    """Refuse an expectation that cannot be read, when it has no variables."""
    if text not in NO_REPLY and "${" not in text:
        try:
            parse(text)
        except (ValueError, re.error) as error:
            raise SystemExit(f"{path.name}:{number}: {error}")
    return text
