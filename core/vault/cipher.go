package vault

import (
	"crypto/rand"
	"encoding/binary"

	"golang.org/x/crypto/chacha20poly1305"
)

// Sealed bytes are header, nonce, then the XChaCha20-Poly1305 ciphertext with
// its tag. The header says how the rest was made; today there is one way.
const (
	formatVersion = 1
	keyVersion    = 1
	headerSize    = 2
)

func newKey() Secret { return NewSecret(randomBytes(chacha20poly1305.KeySize)) }

// randomBytes cannot fail: crypto/rand ends the program rather than give weak bytes.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// seal encrypts plain so that it opens only with the same key, vault id and
// binding. The key must be one of newKey, derive or a proven slot: its length is
// not in doubt.
func seal(key Secret, plain []byte, id, binding string) []byte {
	aead, err := chacha20poly1305.NewX(key.Reveal())
	if err != nil {
		panic(err)
	}
	head := append([]byte{formatVersion, keyVersion}, randomBytes(aead.NonceSize())...)
	return aead.Seal(head, head[headerSize:], plain, associatedData(head[:headerSize], id, binding))
}

// open reverses seal. Every failure is ErrTampered: why a cipher refuses cannot
// be known, and a key of the wrong length is as good as a wrong key.
func open(key Secret, sealed []byte, id, binding string) (Secret, error) {
	aead, err := chacha20poly1305.NewX(key.Reveal())
	if err != nil {
		return Secret{}, ErrTampered
	}
	body := headerSize + aead.NonceSize()
	if len(sealed) < body || sealed[0] != formatVersion || sealed[1] != keyVersion {
		return Secret{}, ErrTampered
	}
	plain, err := aead.Open(nil, sealed[headerSize:body], sealed[body:], associatedData(sealed[:headerSize], id, binding))
	if err != nil {
		return Secret{}, ErrTampered
	}
	return NewSecret(plain), nil
}

// associatedData puts the length of the id first, so that no other split into
// id and binding gives the same bytes.
func associatedData(header []byte, id, binding string) []byte {
	ad := append([]byte(nil), header...)
	ad = binary.BigEndian.AppendUint32(ad, uint32(len(id)))
	return append(append(ad, id...), binding...)
}
