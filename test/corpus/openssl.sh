# root: tools
# run: /bin/bash
# openssl: digests, message authentication, ciphers there and back, passwords and derived keys.
export LC_ALL=C TZ=UTC HOME=/tmp
work=$(mktemp -d) && cd "$work" || exit 1
status() { echo "status $?"; }
gawk 'BEGIN { for (i = 0; i < 20000; i++) printf "line %d of the message\n", i }' > message
echo == digests
for d in md4 md5 sha1 sha224 sha256 sha384 sha512 sha512-256 sha3-256 sha3-512 blake2b512 blake2s256 ripemd160 sm3 whirlpool; do openssl dgst -$d -provider default -provider legacy message; done
openssl dgst -shake256 -xoflen 48 message; openssl dgst -sha256 -hmac key message; openssl dgst -sha256 -mac HMAC -macopt hexkey:00ff message; openssl mac -cipher AES-128-CBC -macopt hexkey:000102030405060708090a0b0c0d0e0f -in message CMAC; openssl mac -macopt hexkey:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f -in message Poly1305; openssl sha256 -r message; openssl dgst -sha1 -binary message | openssl base64
echo == ciphers
key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f iv=0f0e0d0c0b0a09080706050403020100
for c in aes-128-cbc aes-192-ctr aes-256-cbc aes-256-ecb aes-128-cfb aes-256-ofb camellia-256-cbc aria-128-ctr chacha20 sm4-cbc des-ede3-cbc seed-cbc bf-cbc cast5-cbc rc4 des-cbc rc2-cbc; do
  bits=$(openssl enc -$c -provider default -provider legacy -P -K 00 -iv 00 2> /dev/null | sed -n 's/^key=//p' | tr -d '\n' | wc -c)
  size=$(openssl enc -$c -provider default -provider legacy -P -K 00 -iv 00 2> /dev/null | sed -n 's/^iv *=//p' | tr -d '\n' | wc -c)
  opts="-$c -provider default -provider legacy -K ${key:0:$bits}"; [ "$size" = 0 ] || opts="$opts -iv ${iv:0:$size}"
  openssl enc $opts -in message -out box; echo "$c $(md5sum < box)"; openssl enc -d $opts -in box | cmp - message
done
openssl enc -aes-256-cbc -pbkdf2 -iter 1000 -pass pass:secret -S 0102030405060708 -in message | md5sum; openssl enc -aes-256-cbc -pbkdf2 -pass pass:secret -in message -out box; openssl enc -d -aes-256-cbc -pbkdf2 -pass pass:secret -in box | cmp - message && echo back; openssl enc -d -aes-256-cbc -pbkdf2 -pass pass:wrong -in box 2> /dev/null | cmp -s - message || echo wrong password
openssl enc -base64 -in message | tail -n 1; openssl enc -aes-256-nosuch -in message 2>&1 | head -n 1; openssl enc -d -aes-128-cbc -K 00 -iv 00 -in message > /dev/null 2>&1; status
openssl passwd -1 -salt saltsalt pw; openssl passwd -6 -salt saltsalt pw; openssl passwd -apr1 -salt saltsalt pw; openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt key:k -kdfopt salt:s -kdfopt info:i HKDF; openssl kdf -keylen 16 -kdfopt pass:p -kdfopt salt:s -kdfopt n:1024 -kdfopt r:8 -kdfopt p:1 SCRYPT; openssl prime 1000000007 ffffffffffffffffffffffffffffff61 2> /dev/null; openssl prime -hex ffffffffffffffc5; openssl rand -hex 8 | wc -c
rm -rf "$work"
