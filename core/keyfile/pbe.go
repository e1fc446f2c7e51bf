package keyfile

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/x509/pkix"
	"hash"
)

// decrypt opens what a password encrypted. Wrong padding is another password.
func decrypt(algorithm pkix.AlgorithmIdentifier, data []byte, p password) ([]byte, error) {
	var block cipher.Block
	var iv []byte
	var err error
	switch algorithm.Algorithm.String() {
	case oidPBETripleDES:
		var params saltAndRounds
		if err := unmarshal(algorithm.Parameters.FullBytes, &params); err != nil {
			return nil, err
		}
		if params.Rounds < 1 || params.Rounds > maxRounds {
			return nil, errRounds
		}
		iv = derive(sha1.New, params, p.wide, purpose{2, 8})
		block, err = des.NewTripleDESCipher(derive(sha1.New, params, p.wide, purpose{1, 24}))
	case oidPBES2:
		block, iv, err = pbes2Cipher(algorithm, p)
	default:
		err = errUnsupported
	}
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(data) == 0 || len(data)%size != 0 || len(iv) != size {
		return nil, errBroken
	}
	out := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, data)
	padding := int(out[len(out)-1])
	if padding == 0 || padding > size {
		return nil, errPassword
	}
	for _, b := range out[len(out)-padding:] {
		if int(b) != padding {
			return nil, errPassword
		}
	}
	return out[:len(out)-padding], nil
}

func pbes2Cipher(algorithm pkix.AlgorithmIdentifier, p password) (block cipher.Block, iv []byte, err error) {
	var scheme pbes2
	var params pbkdf2Params
	if err := unmarshal(algorithm.Parameters.FullBytes, &scheme); err != nil {
		return nil, nil, err
	}
	if scheme.KDF.Algorithm.String() != oidPBKDF2 {
		return nil, nil, errUnsupported
	}
	if err := unmarshal(scheme.KDF.Parameters.FullBytes, &params); err != nil {
		return nil, nil, err
	}
	kind := scheme.Cipher.Algorithm.String()
	size, make := aesKeys[kind], aes.NewCipher
	if kind == oidTripleDES {
		size, make = 24, des.NewTripleDESCipher
	}
	if size == 0 {
		return nil, nil, errUnsupported
	}
	key, err := params.key(p, size)
	if err != nil {
		return nil, nil, err
	}
	if block, err = make(key); err != nil {
		return nil, nil, errUnsupported
	}
	return block, iv, unmarshal(scheme.Cipher.Parameters.FullBytes, &iv)
}

func (k pbkdf2Params) key(p password, size int) ([]byte, error) {
	prf := prfs[k.PRF.Algorithm.String()]
	switch {
	case prf == nil:
		return nil, errUnsupported
	case k.Rounds < 1 || k.Rounds > maxRounds:
		return nil, errRounds
	}
	key, err := pbkdf2.Key(prf, string(p.raw), k.Salt, k.Rounds, size)
	if err != nil {
		return nil, errUnsupported
	}
	return key, nil
}

// purpose is what a key is derived for: 1 a key, 2 an IV, 3 a checksum; and how
// long it is.
type purpose struct {
	id   byte
	size int
}

// derive is the key derivation of RFC 7292, appendix B.2.
func derive(digest func() hash.Hash, s saltAndRounds, wide []byte, what purpose) []byte {
	h := digest()
	v := h.BlockSize()
	fill := func(b []byte) []byte {
		out := make([]byte, (len(b)+v-1)/v*v)
		for i := range out {
			out[i] = b[i%len(b)]
		}
		return out
	}
	diversifier := make([]byte, v)
	for i := range diversifier {
		diversifier[i] = what.id
	}
	in := append(fill(s.Salt), fill(wide)...)
	var out []byte
	for len(out) < what.size {
		h.Reset()
		h.Write(diversifier)
		h.Write(in)
		a := h.Sum(nil)
		for range s.Rounds - 1 {
			h.Reset()
			h.Write(a)
			a = h.Sum(a[:0])
		}
		out = append(out, a...)
		addToEach(in, fill(a)[:v])
	}
	return out[:what.size]
}

// addToEach adds b+1 to each part of in that is as long, as big-endian numbers.
func addToEach(in, b []byte) {
	for at := 0; at < len(in); at += len(b) {
		carry := 1
		for i := len(b) - 1; i >= 0; i-- {
			sum := int(in[at+i]) + int(b[i]) + carry
			in[at+i], carry = byte(sum), sum>>8
		}
	}
}
