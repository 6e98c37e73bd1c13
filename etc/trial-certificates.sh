#!/usr/bin/env bash
# Makes an authority and certificates for trying TLS: DIRECTORY/{ca,server,client}.{crt,key}.  For trials alone: the
# authority's key lies beside the rest, and everything ends in a year.
set -euo pipefail
directory=${1:?usage: trial-certificates.sh DIRECTORY [name or address of the server]...}
shift
mkdir -p "$directory"
cd "$directory"
umask 077

names=DNS:localhost,IP:127.0.0.1,IP:::1
for name in "$@"; do
  if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then names+=,IP:$name; else names+=,DNS:$name; fi
done

new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }

# issue NAME SUBJECT EXTENSIONS: a certificate that the authority signs.
issue() {
  new_key "$1"
  openssl req -new -key "$1.key" -subj "/O=Keel trial/CN=$2" |
    openssl x509 -req -days 365 -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 15)" -out "$1.crt" \
      -extfile <(printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' "$3") 2>/dev/null
}

if [[ ! -e ca.key ]]; then
  new_key ca
  openssl req -x509 -new -key ca.key -days 365 -subj '/O=Keel trial/CN=Keel trial authority' -out ca.crt \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
fi
issue server localhost "$(printf '%s\n' extendedKeyUsage=serverAuth "subjectAltName=$names")"
issue client client extendedKeyUsage=clientAuth
