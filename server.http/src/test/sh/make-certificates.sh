#!/bin/sh
# Makes the keys and certificates of the TLS tests (src/test/resources/tls) with OpenSSL 3. They are good for nothing else.
set -eu
cd "$(dirname "$0")/../resources/tls"
days=36500

# an authority, an intermediate one, and a server's chain
openssl req -x509 -newkey rsa:2048 -nodes -keyout authority.key -out authority.pem -days $days -subj '/CN=Test authority' 2> /dev/null
openssl req -newkey rsa:2048 -nodes -keyout middle.key -out middle.csr -subj '/CN=Test intermediate' 2> /dev/null
printf 'basicConstraints=critical,CA:TRUE\n' > middle.ext
openssl x509 -req -in middle.csr -CA authority.pem -CAkey authority.key -out middle.pem -days $days -extfile middle.ext 2> /dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' > server.ext
for kind in rsa ec ed25519; do
  case $kind in
    rsa) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2> /dev/null ;;
    ec) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key ;;
    ed25519) openssl genpkey -algorithm ED25519 -out ed25519.key ;;
  esac
  openssl req -new -key $kind.key -subj "/CN=Test server $kind" -out server.csr
  openssl x509 -req -in server.csr -CA middle.pem -CAkey middle.key -out own.pem -days $days -extfile server.ext 2> /dev/null
  cat own.pem middle.pem > $kind.pem
done
cat middle.pem own.pem > disordered.pem

# the older forms of the same keys, with the block that "openssl ecparam -genkey" writes before a key
openssl rsa -in rsa.key -traditional -out rsa-traditional.key 2> /dev/null
{ openssl ecparam -name prime256v1; openssl ec -in ec.key 2> /dev/null; } > ec-traditional.key
# and encrypted
openssl pkey -in rsa.key -aes256 -passout pass:secret -out rsa-encrypted.key
openssl rsa -in rsa.key -traditional -aes128 -passout pass:secret -out rsa-encrypted-traditional.key 2> /dev/null

rm -f ./*.csr ./*.ext ./*.srl authority.key middle.key middle.pem own.pem
