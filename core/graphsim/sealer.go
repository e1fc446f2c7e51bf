package graphsim

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// sealer makes page and delta tokens: positions that a client can neither read nor make up.
type sealer struct{ aead cipher.AEAD }

func newSealer(random io.Reader) (*sealer, error) {
	key := make([]byte, 16)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("graphsim: make a token key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("graphsim: make a token key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("graphsim: make a token key: %w", err)
	}
	return &sealer{aead}, nil
}

// stamp is what every token carries beside its position.
type stamp struct {
	Issued time.Time
	Epoch  int
}

// seal makes a token that is good for one purpose only, such as a tenant's users.
func (s *sealer) seal(purpose string, position any) string {
	text, err := json.Marshal(position)
	if err != nil {
		panic(fmt.Sprintf("graphsim: token: %v", err)) // positions are ours
	}
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(text)+s.aead.Overhead())
	_, _ = rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, text, []byte(purpose)))
}

var errBadToken = wire.Refuse(http.StatusBadRequest, "Request_BadRequest", "Badly formed token.")

func (s *sealer) open(purpose, token string, position any) error {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return errBadToken
	}
	text, err := s.aead.Open(nil, raw[:s.aead.NonceSize()], raw[s.aead.NonceSize():], []byte(purpose))
	if err != nil || json.Unmarshal(text, position) != nil {
		return errBadToken
	}
	return nil
}
