#!/bin/sh
# Keys, and elements of big values, are fetched ahead of their commands. Nothing but the time tells when a compiler has
# dropped that, so this looks for the instructions in the code. x86-64 only.
# usage: prefetch.sh PROGRAM PLUGIN...

# expect FILE FUNCTIONS COUNT: the functions that fit the expression have that many such instructions.
expect() {
  found=$(objdump -d -C --no-show-raw-insn "$1" |
    awk -v functions="$2" '/^[0-9a-f]+ </ { in_it = $0 ~ functions } in_it && /prefetcht0/' | wc -l)
  if [ "$found" -lt "$3" ]; then
    echo "$1: $found instructions that fetch ahead in $2, $3 expected"
    exit 1
  fi
}

# The bucket, and two lines of the entry.
expect "$1" 'keel::exec::Executor::(prefetch|run)[(]|keel::keyspace::Table::prefetch' 3
shift
# Tags, place, element.
for plugin; do expect "$plugin" '::prefetch[^ ]*[(].*keel_ahead' 3; done
