package updates

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// bench is a checker of version 1.2.3, an address that answers what it is told to,
// and a clock.
type bench struct {
	*Checker
	t       *testing.T
	server  *httptest.Server
	answer  http.HandlerFunc
	asked   []*http.Request
	time    time.Time
	private minisign.PrivateKey
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, time: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	b.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.asked = append(b.asked, r)
		b.answer(w, r)
	}))
	t.Cleanup(b.server.Close)
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b.private = private
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	roots := x509.NewCertPool()
	roots.AddCert(b.server.Certificate())
	b.Checker, err = New(Options{Store: st, Version: "1.2.3", Key: public.String(), Roots: roots, Now: func() time.Time { return b.time }})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// on switches the checks on.
func (b *bench) on() *bench {
	b.t.Helper()
	if err := b.Choose(b.t.Context(), Choice{On: true, Address: b.server.URL + "/update.json"}); err != nil {
		b.t.Fatal(err)
	}
	return b
}

// look looks a day later.
func (b *bench) look() (*Release, error) {
	b.time = b.time.Add(interval)
	return b.Look(b.t.Context())
}

func (b *bench) status() Status {
	b.t.Helper()
	s, err := b.Status(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// notice is a signed notice, changed before it is signed.
func (b *bench) notice(change func(*Statement)) []byte {
	s := Statement{Program, "1.3.0", time.Date(2026, 4, 30, 0, 0, 0, 0, time.UTC), "Faster.\nSafer.\x1b[31m", "https://example.com/1.3.0"}
	change(&s)
	text, err := json.Marshal(s)
	if err != nil {
		b.t.Fatal(err)
	}
	body, err := json.Marshal(Envelope{string(text), string(minisign.Sign(b.private, text))})
	if err != nil {
		b.t.Fatal(err)
	}
	return body
}

func (b *bench) tells(body []byte) {
	b.answer = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }
}

func version123(v string) func(*Statement) { return func(s *Statement) { s.Version = v } }

func TestNewerVersionIsTold(t *testing.T) {
	b := newBench(t).on()
	b.tells(b.notice(func(*Statement) {}))
	r, err := b.look()
	if err != nil || r == nil || r.Version != "1.3.0" || r.Notes != "Faster.\nSafer.[31m" || r.Page != "https://example.com/1.3.0" {
		t.Fatalf("%+v, %v", r, err)
	}
	if s := b.status(); s.Found == nil || s.Found.Version != "1.3.0" || !s.Asked.Equal(b.time) {
		t.Errorf("the status is %+v", s)
	}
	if r, err := b.look(); r != nil || err != nil || b.status().Found == nil {
		t.Errorf("the day after it is told again: %+v, %v", r, err)
	}
	b.tells(b.notice(version123("1.10.0")))
	if r, err := b.look(); err != nil || r == nil || r.Version != "1.10.0" {
		t.Errorf("an even newer one: %+v, %v", r, err)
	}
	if len(b.asked) != 3 {
		t.Errorf("%d requests", len(b.asked))
	}
	for _, r := range b.asked {
		if r.Method != http.MethodGet || r.URL.RawQuery != "" || r.Header.Get("Cookie") != "" || strings.Contains(r.UserAgent(), "1.2.3") {
			t.Errorf("the request tells more than it must: %s %s %v", r.Method, r.URL, r.Header)
		}
	}
}

func TestNobodyIsAskedUnlessSwitchedOn(t *testing.T) {
	b := newBench(t)
	b.tells(b.notice(func(*Statement) {}))
	if r, err := b.look(); r != nil || err != nil || len(b.asked) != 0 {
		t.Errorf("before it is switched on: %+v, %v, %d requests", r, err, len(b.asked))
	}
	b.on()
	if r, _ := b.look(); r == nil {
		t.Fatal("switched on it finds nothing")
	}
	if err := b.Choose(t.Context(), Choice{Address: b.server.URL}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.look(); err != nil || len(b.asked) != 1 {
		t.Errorf("switched off: %v, %d requests", err, len(b.asked))
	}
	b.version = "dev"
	b.on()
	if _, err := b.look(); err != nil || len(b.asked) != 1 || b.Possible() {
		t.Errorf("a build without a version: %v, %d requests", err, len(b.asked))
	}
}

func TestAskedOnceADay(t *testing.T) {
	b := newBench(t).on()
	b.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	for range 5 {
		if r, err := b.Look(t.Context()); r != nil || err != nil {
			t.Fatalf("%v, %v", r, err)
		}
		b.time = b.time.Add(5 * time.Hour)
	}
	if len(b.asked) != 1 {
		t.Errorf("asked %d times within a day", len(b.asked))
	}
	b.time = b.time.Add(-72 * time.Hour) // the clock was ahead
	for range 3 {
		if _, err := b.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.asked) != 2 {
		t.Errorf("after the clock was set back asked %d times, want once more", len(b.asked)-1)
	}
}

func TestNoNetworkIsSilent(t *testing.T) {
	for name, fail := range map[string]func(*bench){
		"nobody listens": func(b *bench) { b.server.Close() },
		"it breaks off": func(b *bench) {
			b.answer = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "1000")
				_, _ = w.Write([]byte("{"))
			}
		},
		"it is failing":       func(b *bench) { b.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) } },
		"another certificate": func(b *bench) { b.client.Transport.(*http.Transport).TLSClientConfig.RootCAs = x509.NewCertPool() },
		"it leads to http": func(b *bench) {
			b.answer = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://"+r.Host+"/x", http.StatusFound)
			}
		},
	} {
		b := newBench(t).on()
		b.tells(b.notice(func(*Statement) {}))
		fail(b)
		if r, err := b.look(); r != nil || err != nil {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if s := b.status(); s.Trouble != "" || s.Found != nil || !s.Unanswered {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestWhatIsNotSignedDoesNotCount(t *testing.T) {
	b := newBench(t).on()
	_, stranger, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := b.notice(func(*Statement) {})
	var envelope Envelope
	if err := json.Unmarshal(good, &envelope); err != nil {
		t.Fatal(err)
	}
	own := b.private
	b.private = stranger
	forged := b.notice(func(*Statement) {})
	b.private = own
	changed := strings.Replace(string(good), "1.3.0", "9.9.9", 1)
	unsigned, err := json.Marshal(Envelope{Release: envelope.Release})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body string
		why  string
	}{
		"a stranger's key":       {string(forged), "signature"},
		"a statement changed":    {changed, "signature"},
		"a signature cut off":    {strings.Replace(string(good), envelope.Signature[len(envelope.Signature)-20:len(envelope.Signature)-2], "", 1), "signature"},
		"none at all":            {string(unsigned), "no notice"},
		"a web page":             {"<html>sign in</html>", "no notice"},
		"nothing":                {"", "no notice"},
		"another program":        {string(b.notice(func(s *Statement) { s.Program = "other" })), "no notice"},
		"no version":             {string(b.notice(version123("latest"))), "no notice"},
		"a page without https":   {string(b.notice(func(s *Statement) { s.Page = "http://example.com" })), "no notice"},
		"a page that is a file":  {string(b.notice(func(s *Statement) { s.Page = "file:///etc/passwd" })), "no notice"},
		"a huge answer":          {strings.Repeat(" ", maxAnswer) + string(good), "too large"},
		"an endless answer":      {strings.Repeat("x", 50<<20), "too large"},
		"a huge number":          {string(b.notice(version123("99999999999999999999.0.0"))), "no notice"},
		"the signature of a sig": {`{"release":"` + strings.Repeat("A", 100) + `","signature":"untrusted comment: x\n"}`, "signature"},
	} {
		b.tells([]byte(c.body))
		r, err := b.look()
		if r != nil || entra.CodeOf(err) != entra.CodeAnswer || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if s := b.status(); s.Found != nil || !strings.Contains(s.Trouble.String(), c.why) {
			t.Errorf("%s: the status is %+v", name, s)
		}
	}
	b.answer = http.NotFound
	if _, err := b.look(); entra.CodeOf(err) != entra.CodeAnswer {
		t.Errorf("not found: %v", err)
	}
	b.tells(good)
	if r, err := b.look(); err != nil || r == nil || b.status().Trouble != "" {
		t.Errorf("a good one after all that: %+v, %v", r, err)
	}
}

func TestOldVersionsAreNoNews(t *testing.T) {
	b := newBench(t).on()
	for _, old := range []string{"1.2.3", "1.2.2", "0.9.0"} {
		b := newBench(t).on()
		b.tells(b.notice(version123(old)))
		if r, err := b.look(); r != nil || err != nil || b.status().Found != nil {
			t.Errorf("%s: %+v, %v", old, r, err)
		}
	}
	b.tells(b.notice(version123("1.4.0")))
	if r, err := b.look(); r == nil || err != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	b.tells(b.notice(version123("1.3.0"))) // signed once, and replayed
	if r, err := b.look(); r != nil || err == nil || !strings.Contains(err.Error(), "1.4.0 was told of before") {
		t.Errorf("replayed: %+v, %v", r, err)
	}
	if s := b.status(); s.Found == nil || s.Found.Version != "1.4.0" {
		t.Errorf("what was known is forgotten: %+v", s)
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	b := newBench(t)
	for _, address := range []string{"http://example.com/update.json", "example.com", "https://", "file:///x", "https://name:password@example.com/", "://"} {
		if err := b.Choose(t.Context(), Choice{On: true, Address: address}); entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := b.Choose(t.Context(), Choice{On: true, Address: DefaultAddress}); err != nil || b.status().Address != "" {
		t.Errorf("the default: %v", err)
	}
}

func TestBuiltInKeyIsOne(t *testing.T) {
	if _, err := New(Options{Version: "1.2.3"}); err != nil {
		t.Fatal(err)
	}
}

func TestSwitchedOffAndOnTheDayGoesOn(t *testing.T) {
	b := newBench(t).on()
	b.tells(b.notice(func(*Statement) {}))
	if _, err := b.look(); err != nil {
		t.Fatal(err)
	}
	address := b.status().Address
	for _, on := range []bool{false, true} {
		if err := b.Choose(t.Context(), Choice{On: on, Address: address}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Look(t.Context()); err != nil || len(b.asked) != 1 {
		t.Errorf("asked %d times in a day (%v)", len(b.asked), err)
	}
	if err := b.Choose(t.Context(), Choice{On: true, Address: b.server.URL + "/other.json"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Look(t.Context()); err != nil || len(b.asked) != 2 {
		t.Errorf("another address was not asked: %d times (%v)", len(b.asked), err)
	}
}

func TestOnePlaceIsNotToldOfTheOther(t *testing.T) {
	b := newBench(t).on()
	b.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/update.json" {
			http.Redirect(w, r, "/moved.json", http.StatusFound)
			return
		}
		_, _ = w.Write(b.notice(func(*Statement) {}))
	}
	if r, err := b.look(); r == nil || err != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	if referer := b.asked[1].Referer(); referer != "" {
		t.Errorf("the second place is told of %s", referer)
	}
}
