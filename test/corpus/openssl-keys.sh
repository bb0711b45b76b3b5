# root: tools
# run: /bin/bash
# openssl: keys. With given ones what is signed and asked for is the same on every run; new ones are checked.
export LC_ALL=C TZ=UTC HOME=/tmp
work=$(mktemp -d) && cd "$work" || exit 1
status() { echo "status $?"; }
cat > rsa.pem <<'END'
-----BEGIN PRIVATE KEY-----
MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAK7s7lF7Q3K5UHn5
LkJwJUY1TP3MYlS+pByicI/NqO2AaSLQ2513qmbbhUsWQWWtfaMTt0/vWlS5PJEn
Y6PyNDF+O9tefi37YeH4FG0GhSrYKELEFqprbirR+CpAsBNlePUUEMwUc31o+VF/
i0BT9tq3CAxnjWggtizcQTSY/GEzAgMBAAECgYEArhZgi7kYBCoHvIxQDJDdl8Te
DcwFpH9ihpjnW0Z7M3rTp3Giz1FTxi/8tSC+DvodilnJ2wTDqoP7kh5YXMZkR6QB
TdSbMvy2GAX1dKGoIe7XevCl/gomGYygaqmpAbcuMDtVkXlcYyG27PlmzUN+n9DT
+ESdZ2ih9fc6Bi5vFnECQQDarbVf+XJMCM8Pvpz2FJmNcYBCcKBOUnPRDyqgLGmr
a/7xBLoTEiupFzQATfa0foEjCUrKmqPDHeuDneHdAT97AkEAzMebaSsZgCRGnoIR
lW9pSdRDzJm/ZZ05puwCBFwR8UiWoL/2JGJBZsshtQ9Qv+MYyFHyOs4Zgqk0eLWL
mw6bqQJAU+bcNUOnB+dFUtwmqwACXlOTC2rdBs/54dd42lXQAVaBTYYrwo9xMwJV
EFzZcC0tbPzutkeY148OQsR72WjWKwJBAMkuHMdQeWgDu4FD5YR7BORsbgNW1Ms+
kIImAMFJtrLmDl102ZvbD8euLrpThpBNym4a26/cBQHxu8QPD01RJ6kCQH4uFbha
3ua76CI3T1EVki8jV62oYC/5CP1abBkk8iEbPi8/c0CXBy80hbXrc80sH6vtfjh+
jckymaHPssn+cmo=
-----END PRIVATE KEY-----
END
cat > ed.pem <<'END'
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIA5PXOjkQ5v9OBY/hH4r+XJMSoD+Th2L1zp9DahAqsMq
-----END PRIVATE KEY-----
END
cat > ec.pem <<'END'
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIIsGy5R67UWZooV3wl6btdrM8xhLpT8fZ8kmjgpnNEQooAoGCCqGSM49
AwEHoUQDQgAE65nBcH5Wee6uixe3GMcuekF1S+VVwNkU1eAHQt+C1Cc+2bGfLqg1
m7AyXFkuJcEfwuhrEtxdY4PZWToqZjxpTw==
-----END EC PRIVATE KEY-----
END
echo 'a message' > message
echo == given keys
openssl rsa -in rsa.pem -check -noout; openssl rsa -in rsa.pem -modulus -noout | openssl sha256; openssl rsa -in rsa.pem -pubout -out public.pem && cat public.pem
openssl pkey -in ed.pem -pubout; openssl pkey -in ec.pem -text -noout; openssl ec -in ec.pem -check -noout
openssl dgst -sha256 -sign rsa.pem -out signature message && md5sum signature && openssl dgst -sha256 -verify public.pem -signature signature message; openssl dgst -sha1 -verify public.pem -signature signature message 2> /dev/null; status
openssl pkeyutl -sign -rawin -inkey ed.pem -in message -out signature && openssl base64 -in signature; openssl rsautl -help > /dev/null 2>&1; openssl pkeyutl -encrypt -pubin -inkey public.pem -in message -out box && openssl pkeyutl -decrypt -inkey rsa.pem -in box
openssl dgst -sha256 -sign ec.pem -out signature message && openssl ec -in ec.pem -pubout -out ecpublic.pem 2> /dev/null && openssl dgst -sha256 -verify ecpublic.pem -signature signature message
openssl pkcs8 -topk8 -nocrypt -in rsa.pem | openssl sha256; openssl rsa -in rsa.pem -aes128 -passout pass:secret -out locked.pem && openssl rsa -in locked.pem -passin pass:secret -check -noout; openssl rsa -in locked.pem -passin pass:wrong -noout 2> /dev/null; status
echo == requests and certificates
openssl req -new -key rsa.pem -sha256 -subj '/C=XX/O=Example/CN=example.test' -addext 'subjectAltName=DNS:example.test,IP:127.0.0.1' -out request.pem && cat request.pem && openssl req -in request.pem -noout -verify -text | head -n 12
openssl req -new -key ed.pem -subj '/CN=ed' | openssl sha256
openssl req -x509 -key rsa.pem -sha256 -set_serial 7 -days 30 -subj '/CN=authority' -out authority.pem && openssl x509 -in authority.pem -noout -subject -issuer -serial -ext basicConstraints
openssl x509 -req -in request.pem -CA authority.pem -CAkey rsa.pem -set_serial 8 -days 10 -copy_extensions copy -out certificate.pem && openssl x509 -in certificate.pem -noout -subject -ext subjectAltName && openssl verify -CAfile authority.pem certificate.pem; openssl verify certificate.pem 2>&1 | tail -n 2
openssl x509 -in certificate.pem -noout -checkhost example.test; openssl x509 -in certificate.pem -noout -checkip 10.0.0.1; openssl pkcs12 -export -inkey rsa.pem -in certificate.pem -passout pass:p -out both.p12 && openssl pkcs12 -in both.p12 -passin pass:p -nodes 2> /dev/null | grep -c BEGIN
openssl cms -sign -nodetach -in message -text -signer certificate.pem -inkey rsa.pem -outform PEM -out signed && openssl cms -verify -in signed -inform PEM -CAfile authority.pem -purpose any 2>&1 | tr -d '\r'
echo == new keys
for bits in 512 1024 2048; do openssl genrsa -out new.pem $bits 2> /dev/null; openssl rsa -in new.pem -check -noout; openssl rsa -in new.pem -text -noout | head -n 1; done
for curve in prime256v1 secp384r1 secp521r1 secp256k1; do openssl ecparam -name $curve -genkey -noout -out new.pem && openssl ec -in new.pem -check -noout 2>&1 | tail -n 1; done
for kind in ed25519 ed448 x25519 x448; do openssl genpkey -algorithm $kind -out new.pem && openssl pkey -in new.pem -pubcheck -noout; done
for i in 1 2; do openssl genpkey -algorithm x25519 -out x$i.pem; openssl pkey -in x$i.pem -pubout -out p$i.pem; done; openssl pkeyutl -derive -inkey x1.pem -peerkey p2.pem -out one; openssl pkeyutl -derive -inkey x2.pem -peerkey p1.pem | cmp - one && wc -c < one
openssl dhparam -dsaparam 512 2> /dev/null | openssl dhparam -check -noout; openssl prime -generate -bits 128 | openssl prime $(cat) | sed 's/.* is/it is/'
cd / && rm -rf "$work"
