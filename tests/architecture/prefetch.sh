#!/bin/sh
# The executor fetches keys ahead of their commands. Nothing but the time tells when a compiler has dropped that, so this
# looks for the instructions in its code. x86-64 only.
# usage: prefetch.sh PROGRAM
found=$(objdump -d -C --no-show-raw-insn "$1" |
  awk '/^[0-9a-f]+ </ { in_it = /keel::exec::Executor::(prefetch|run)\(|keel::keyspace::Table::prefetch/ } in_it && /prefetcht0/' | wc -l)
if [ "$found" -lt 3 ]; then  # the bucket, and two lines of the entry
  echo "$1: $found instructions that fetch a key ahead, 3 expected"
  exit 1
fi
