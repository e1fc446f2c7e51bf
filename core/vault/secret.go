package vault

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// Secret holds bytes that must not be shown: however it is printed, logged or
// marshalled it gives "[redacted]". Only [Secret.Reveal] hands the bytes out.
// Copies share the bytes. The zero Secret is empty.
//
// The bytes are behind two pointers because fmt ignores the methods of
// unexported fields: it would print a []byte with the struct that holds it, and
// follows one pointer where the verb does not fit. database/sql refuses a Secret
// as an argument.
type Secret struct{ bytes **[]byte }

// NewSecret takes over plain: the caller must not use it afterwards.
func NewSecret(plain []byte) Secret {
	first := &plain
	return Secret{&first}
}

// Reveal returns the secret's own bytes, not a copy; Clear wipes them.
func (s Secret) Reveal() []byte {
	if s.bytes == nil {
		return nil
	}
	return **s.bytes
}

// Empty says whether there is no secret, or no more.
func (s Secret) Empty() bool { return len(s.Reveal()) == 0 }

// Clear overwrites the bytes, for all copies of s, and leaves it empty. It must
// not run while another goroutine uses the secret.
func (s Secret) Clear() {
	clear(s.Reveal())
	if s.bytes != nil {
		**s.bytes = nil
	}
}

// String redacts.
func (s Secret) String() string { return redacted }

// GoString redacts %#v.
func (s Secret) GoString() string { return redacted }

// Format redacts every verb, %x and %d included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON redacts.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText redacts.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue redacts.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
