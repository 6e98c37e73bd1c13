#!/usr/bin/env python3
"""The same random commands of all types to Keel and to redis-server, reply by reply.

    run.py BINARY                       a short run
    run.py BINARY --steps 1000000       a long one
    run.py BINARY --seed 7 --resp 3     one seed, one protocol

After every few hundred commands each key has to have the same type, encoding and digest on both servers, too. What may
differ stands in differences.py with its reason. A difference prints the commands that lead to it and ends the run.
"""

import argparse
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "commands")]

import grammar  # noqa: E402
from differences import may_differ, normal  # noqa: E402
from resp import Connection, encode  # noqa: E402
from servers import Server, free_port, keel_command, reference_command  # noqa: E402

BATCH = 100  # commands sent at once
LOOK = 5  # batches between two looks at the keys


class Pair:
    """Connections to both servers."""

    def __init__(self, ports: tuple, protocol: int):
        self.connections = [Connection(port, timeout=60) for port in ports]
        if protocol == 3:
            self.both([b"HELLO", b"3"])

    def batch(self, commands: list) -> list:
        """The replies of both servers to each command."""
        data = b"".join(encode(command) for command in commands)
        for connection in self.connections:
            connection.send(data)
        replies = [[connection.read() for _ in commands] for connection in self.connections]
        return list(zip(*replies))

    def both(self, command: list) -> tuple:
        """The replies to one command."""
        return self.batch([command])[0]


def known_commands(pair: Pair):
    """Whether Keel has a command."""
    names = {reply.value.decode() for reply in pair.both([b"COMMAND", b"LIST"])[1].value}
    return lambda name: name.lower() in names


def look(pair: Pair) -> str:
    """What is different about the keys; empty = nothing."""
    keys = [key.encode() for key in grammar.KEYS]
    questions = [question for key in keys
                 for question in ([b"TYPE", key], [b"OBJECT", b"ENCODING", key], [b"DEBUG", b"DIGEST-VALUE", key],
                                  [b"EXPIRETIME", key])]
    for question, (reference, keel) in zip(questions, pair.batch(questions)):
        if reference != keel and not may_differ(question, reference, keel):
            return f"{question}: {reference} and {keel}"
    return ""


def shown(command: list) -> str:
    return " ".join(repr(word)[1:] for word in command)


def run(pair: Pair, r: random.Random, steps: int) -> int:
    """How many commands were compared; ends the process at a difference."""
    known = known_commands(pair)
    pair.both([b"FLUSHALL"])
    history: list = []
    for begin in range(0, steps, BATCH):
        commands = [grammar.command(r, known) for _ in range(BATCH)]
        if r.random() < 0.02:
            commands[0] = [b"FLUSHALL"]
        for command, (reference, keel) in zip(commands, pair.batch(commands)):
            history.append(command)
            if normal(command, reference) != normal(command, keel) and not may_differ(command, reference, keel):
                keys = {word for word in command[1:] if word.decode("latin-1") in grammar.KEYS} or {*command[1:]}
                for old in [c for c in history[-4000:-1] if keys & set(c)][-12:]:
                    print(f"    {shown(old)}")
                sys.exit(f"{shown(command)}\n  redis-server: {reference}\n  keel:         {keel}")
        if begin // BATCH % LOOK == 0:
            if wrong := look(pair):
                key = next(key for key in grammar.KEYS if f"'{key}'" in wrong)
                for old in [c for c in history if key.encode() in c][-12:]:
                    print(f"    {shown(old)}")
                sys.exit(wrong)
        del history[:-20 * BATCH]
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resp", type=int, choices=(2, 3), default=0)
    options = parser.parse_args()
    ports = free_port(), free_port()
    compared = 0
    with Server(ports[0], reference_command(ports[0])), Server(ports[1], keel_command(ports[1], options.binary, None, True)) as keel:
        for protocol in (options.resp,) if options.resp else (2, 3):
            compared += run(Pair(ports, protocol), random.Random(options.seed), options.steps)
        if breaches := keel.breaches():
            sys.exit("\n".join(breaches))
    print(f"{compared} commands, no difference")


if __name__ == "__main__":
    main()
