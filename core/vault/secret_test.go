package vault

import (
	"bytes"
	"database/sql/driver"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const marker = "S3cret-M4rker"

func TestSecretRedactsEveryVerb(t *testing.T) {
	s := NewSecret([]byte(marker))
	for _, verb := range strings.Split("v +v #v s q +q x X #x d b o O c U e f g t 20s -5v", " ") {
		if got := fmt.Sprintf("%"+verb, s); got != redacted {
			t.Errorf("%%%s of a secret = %q", verb, got)
		}
		if got := fmt.Sprintf("%"+verb, &s); got != redacted {
			t.Errorf("%%%s of a pointer to a secret = %q", verb, got)
		}
	}
	for name, got := range map[string]string{
		"String": s.String(), "GoString": s.GoString(), "LogValue": s.LogValue().String(), "Sprint": fmt.Sprint(s),
	} {
		if got != redacted {
			t.Errorf("%s = %q", name, got)
		}
	}
}

// What holds a secret must not show it either, in fields that fmt reads by
// reflection included.
func TestSecretStaysHiddenInsideOthers(t *testing.T) {
	type holder struct {
		Public  Secret
		private Secret
		List    []Secret
	}
	s := NewSecret([]byte(marker))
	h := holder{s, s, []Secret{s}}
	v := &Vault{id: "1", key: s}

	var out bytes.Buffer
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%p", "%T"} {
		fmt.Fprintf(&out, format+"\n", h)
		fmt.Fprintf(&out, format+"\n", &h)
		fmt.Fprintf(&out, format+"\n", v)
		fmt.Fprintf(&out, format+"\n", *v)
		fmt.Fprintf(&out, format+"\n", s)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "secret", s, "holder", h, "vault", v)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "secret", s, "holder", h, "vault", v)
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
		text, err := marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	checkHidden(t, out.String())
}

func checkHidden(t *testing.T, text string) {
	t.Helper()
	numbers := strings.Trim(fmt.Sprint([]byte(marker)), "[]")
	for _, form := range []string{
		marker, numbers, hex.EncodeToString([]byte(marker)), base64.StdEncoding.EncodeToString([]byte(marker)),
		strings.ToUpper(hex.EncodeToString([]byte(marker))), fmt.Sprintf("%#v", []byte(marker)[:4]),
	} {
		if strings.Contains(text, form) {
			t.Errorf("the secret shows as %q in:\n%s", form, text)
		}
	}
}

func TestSecretMarshalsRedactedAndNeverBack(t *testing.T) {
	text, err := json.Marshal(map[string]Secret{"a": NewSecret([]byte(marker))})
	if err != nil || string(text) != `{"a":"[redacted]"}` {
		t.Errorf("JSON = %s, %v", text, err)
	}
	var back map[string]Secret
	if err := json.Unmarshal(text, &back); err == nil {
		t.Error(`"[redacted]" was read back as if it were the secret`)
	}
}

func TestSecretIsNoDatabaseValue(t *testing.T) {
	if value, err := driver.DefaultParameterConverter.ConvertValue(NewSecret([]byte(marker))); err == nil {
		t.Errorf("a secret would be stored as %v", value)
	}
}

func TestSecretClear(t *testing.T) {
	plain := []byte(marker)
	s := NewSecret(plain)
	twin := s
	if s.Empty() || string(s.Reveal()) != marker {
		t.Fatalf("Reveal = %q", s.Reveal())
	}
	s.Clear()
	if !bytes.Equal(plain, make([]byte, len(plain))) {
		t.Errorf("the bytes survive Clear: %q", plain)
	}
	if !s.Empty() || !twin.Empty() {
		t.Error("a cleared secret or its copy is not empty")
	}
	var zero Secret
	zero.Clear()
	if !zero.Empty() || zero.Reveal() != nil {
		t.Error("the zero Secret is not empty")
	}
}
