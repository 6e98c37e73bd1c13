#!/usr/bin/env python3
"""Compares the layout of every public struct, enumerator and constant with what is recorded in sdk/abi.

usage: layout.py check  INCLUDE_DIRECTORY ABI_DIRECTORY COMPILER...
       layout.py update INCLUDE_DIRECTORY ABI_DIRECTORY COMPILER

The record is a text of lines: `keel_type.save 24 8` (offset, size), `keel_type 152` (size), `KEEL_OK = 0`.
layout.txt is the draft: it must agree to the line.  released/*/layout.txt is the past: every line of it must still hold,
except that structs that tell their own size, or whose rows have a stride, may have grown."""
import pathlib
import re
import subprocess
import sys
import tempfile

GROW = {"keel_command", "keel_option"}  # rows: registered with a stride
HEADERS = ["abi", "host", "option", "command", "blocking", "keyspace", "type", "loop", "transport", "plugin"]


def strip(text):
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = text.replace("\\\n", " ")
    text = re.sub(r"KEEL_NX|KEEL_ZERO|__attribute__\s*\(\(.*?\)\)", " ", text)
    return text


def body_at(text, brace):
    depth = 0
    for i in range(brace, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return text[brace + 1:i], i + 1
    raise ValueError("a brace without its end")


def split_members(body):
    parts, depth, part = [], 0, ""
    for c in body:
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(c, 0)
        if c == ";" and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += c
    return [p for p in parts if p]


def names_of(member):
    """The names that one declaration declares; of a nested union also those inside."""
    nested = re.match(r"(?:union|struct)\s*\{", member)
    if nested:
        inner, end = body_at(member, nested.end() - 1)
        outer = member[end:].strip()
        return [outer] + [f"{outer}.{n}" for m in split_members(inner) for n in names_of(m)]
    pointer = re.match(r".*?\(\s*\*\s*(\w+)\s*\)\s*\(", member, re.S)
    if pointer:
        return [pointer.group(1)]
    return [re.search(r"(\w+)\s*(?:\[[^\]]*\])?\s*$", d).group(1) for d in member.split(",")]


def facts(include):
    structs, constants = {}, []
    for header in HEADERS:
        text = strip((include / "keel" / f"{header}.h").read_text())
        for found in re.finditer(r"struct\s+(keel_\w+)\s*\{", text):
            body, _ = body_at(text, found.end() - 1)
            structs[found.group(1)] = [n for m in split_members(body) for n in names_of(m)]
        for found in re.finditer(r"enum\s*\{", text):
            body, _ = body_at(text, found.end() - 1)
            constants += re.findall(r"(KEEL_\w+)\s*=", body)
        constants += re.findall(r"#define\s+(KEEL_MAGIC|KEEL_ABI_MAJOR)\b", text)
    return structs, constants


def measure(include, compiler):
    structs, constants = facts(include)
    lines = ["#include <stdio.h>"] + [f'#include "keel/{h}.h"' for h in HEADERS] + ["int main(void) {"]
    for name, members in structs.items():
        lines.append(f'printf("{name} %zu\\n", sizeof(struct {name}));')
        for m in members:
            lines.append(f'printf("{name}.{m} %zu %zu\\n", offsetof(struct {name}, {m}), sizeof(((struct {name} *)0)->{m}));')
    lines += [f'printf("{c} = %lld\\n", (long long)({c}));' for c in constants]
    text = "\n".join(lines + ["return 0; }"])
    # Anonymous typedefs have no tag; every public struct has one.
    with tempfile.TemporaryDirectory() as directory:
        source, program = f"{directory}/layout.c", f"{directory}/layout"
        pathlib.Path(source).write_text(text)
        subprocess.run([compiler, "-std=c11", f"-I{include}", source, "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def read(path):
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def grew_rightly(line, now, structs):
    name, _, size = line.partition(" ")
    if name not in structs or not size.isdigit():
        return False
    tells_size = structs[name][0] in ("head", "size") or "size" in structs[name][:2]
    sizes = [int(l.split()[1]) for l in now if l.split()[0] == name]
    return (tells_size or name in GROW) and sizes and sizes[0] > int(size)


def main():
    verb, include, abi, compilers = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), sys.argv[4:]
    if verb == "update":
        head = "# Written by tests/abi/layout.py update; compared by the test abi.layout. See README.md.\n"
        (abi / "layout.txt").write_text(head + "\n".join(measure(include, compilers[0])) + "\n")
        return 0
    structs, _ = facts(include)
    faults = []
    for compiler in compilers:
        now = measure(include, compiler)
        recorded = read(abi / "layout.txt")
        faults += [f"{compiler}: no longer so: {line}" for line in recorded if line not in now]
        faults += [f"{compiler}: not recorded: {line}" for line in now if line not in recorded]
        for past in sorted(abi.glob("released/*/layout.txt")):
            faults += [f"{compiler}: {past.parent.name} was released with: {line}" for line in read(past)
                       if line not in now and not grew_rightly(line, now, structs)]
        print(f"{compiler}: {len(now)} facts, {len(structs)} structs")
    print("\n".join(faults))
    return 1 if faults else 0


sys.exit(main())
