#!/bin/sh
# Every plugin exports keel_plugin_v1 and nothing else.  usage: symbols.sh DIRECTORY...
status=0
count=0
for directory in "$@"; do
  for plugin in "$directory"/*.so; do
    [ -e "$plugin" ] || continue
    count=$((count + 1))
    # Sanitizers add symbols of their own.
    symbols=$(nm -D --defined-only "$plugin" | awk '{print $NF}' | grep -Ev '^(__asan|__ubsan|__tsan|__odr_asan|__sancov)' | tr '\n' ' ')
    case "$(basename "$plugin")" in bad-no-symbol.so) wanted="" ;; *) wanted="keel_plugin_v1 " ;; esac
    if [ "$symbols" != "$wanted" ]; then
      echo "$plugin exports: $symbols"
      status=1
    fi
  done
done
echo "$count plugins"
[ "$count" -gt 0 ] || status=1
exit $status
