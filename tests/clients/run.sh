#!/usr/bin/env bash
# Clients that others have written, against the server: run.sh BINARY
# Each test prints what failed and `N passed, M failed`; the sum is the last line. Node modules go to build/clients.
set -uo pipefail
if (($# != 1)); then
  echo "usage: run.sh BINARY" >&2
  exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$(realpath "$1")
work=$here/../../build/clients
mkdir -p "$work"
cp "$here"/*.mjs "$work"/

if ! cmp -s "$here/package-lock.json" "$work/package-lock.json" || [[ ! -d $work/node_modules/redis ||
  ! -d $work/node_modules/ioredis || ! -d $work/node_modules/bullmq ]]; then
  cp "$here"/package.json "$here"/package-lock.json "$work"
  (cd "$work" && npm ci --fetch-retries=5 --no-audit --no-fund --loglevel=error) || {
    rm -f "$work/package-lock.json"
    echo "the Node.js clients cannot be installed"
  }
fi

passed=0 failed=0
# count NAME COMMAND...: runs a test and adds its numbers.
count() {
  local name=$1 output
  shift
  output=$(timeout 600 "$@" 2>&1)
  local last=${output##*$'\n'}
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
  fi
  printf '%s: %s\n' "$name" "$last"
  [[ $output == *$'\n'* ]] && printf '%s\n' "${output%$'\n'*}"
  return 0
}

# both NAME PROGRAM...: a test whose expectations have to be true of Redis, too.
both() {
  count "$1" "${@:2}" "$binary"
  command -v redis-server >/dev/null && count "$1 on redis-server" "${@:2}" redis-server
}

count redis-py /usr/bin/python3 "$here/python_redis.py" "$binary"
both "redis-py, types" /usr/bin/python3 "$here/python_types.py"
count ioredis node "$work/ioredis.mjs" "$binary"
for test in ioredis_types ioredis_streams ioredis_flow bullmq_queues bullmq_connections bullmq_scripts; do
  both "${test/_/, }" node "$work/$test.mjs"
done
count node-redis node "$work/node_redis.mjs" "$binary"
count redis-cli /usr/bin/python3 "$here/redis_cli.py" "$binary"
count redis-benchmark /usr/bin/python3 "$here/redis_benchmark.py" "$binary"
if [[ -e /usr/include/hiredis/hiredis.h ]] && command -v cc >/dev/null; then
  count hiredis /usr/bin/python3 "$here/hiredis_c.py" "$binary" "$work/hiredis"
else
  echo "hiredis: skipped, libhiredis-dev is not installed"
fi
echo "$passed passed, $failed failed"
((failed == 0))
