#!/bin/sh
# OpenSSL is linked by transport-tls alone: neither the program nor another plugin needs it, not even by way of others.
# usage: libraries.sh PROGRAM PLUGIN_DIRECTORY
status=0
for file in "$1" "$2"/*.so; do
  found=$(ldd "$file" | grep -Ec 'lib(ssl|crypto)\.so')
  case "$(basename "$file")" in transport-tls.so) wanted=2 ;; *) wanted=0 ;; esac
  if [ "$found" -ne "$wanted" ]; then
    echo "$file: $found libraries of OpenSSL, $wanted expected"
    status=1
  fi
done
exit $status
