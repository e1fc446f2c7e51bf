package updates

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"aead.dev/minisign"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// DefaultAddress is where the project tells of its releases.
const DefaultAddress = "https://github.com/entraidsync/entraidsync/releases/latest/download/update.json"

const (
	interval  = 24 * time.Hour // from question to question, at least
	patience  = 20 * time.Second
	maxAnswer = 64 << 10
)

// setting holds what is [kept].
const setting = "updates"

// Choice is what a person chose. The zero value is how it begins: nobody is asked.
type Choice struct {
	On      bool
	Address string // "": [DefaultAddress]
}

// Status is how it stands.
type Status struct {
	Choice
	Asked   time.Time    // the last time that somebody was asked; zero: never
	Found   *Release     // a newer version than this one; nil: none is known of
	Trouble say.Sentence // why the last answer did not count; "": it did
	// Unanswered: nobody answered the last time, which needs no more than to be seen.
	Unanswered bool
}

// kept is what the settings table holds.
type kept struct {
	Choice
	Asked      time.Time
	Newest     Release // that was ever told of
	Trouble    say.Sentence
	Unanswered bool
}

// Options for [New].
type Options struct {
	Store   *store.Store
	Version string                                // of this program; one that is no version asks nobody
	Proxy   func(*http.Request) (*url.URL, error) // nil: none
	Key     string                                // "": the one that is built in
	Roots   *x509.CertPool                        // nil: the system's
	Now     func() time.Time                      // nil: the clock
}

// Checker looks for newer versions.
type Checker struct {
	store   *store.Store
	version string
	key     minisign.PublicKey
	client  *http.Client
	now     func() time.Time
}

// New makes a checker. It asks nobody by itself.
func New(o Options) (*Checker, error) {
	if o.Key == "" {
		o.Key = builtIn
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Checker{store: o.Store, version: o.Version, now: o.Now}
	if err := c.key.UnmarshalText([]byte(o.Key)); err != nil {
		return nil, err
	}
	transport := &http.Transport{Proxy: o.Proxy, TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true}
	c.client = &http.Client{Transport: transport, Timeout: patience, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if r.URL.Scheme != "https" || len(via) > 5 {
			return errUnanswered
		}
		r.Header.Del("Referer") // it would tell one place of the other
		return nil
	}}
	return c, nil
}

// errUnanswered is trouble that nobody is told of.
var errUnanswered = say.Errorf("nobody answered")

// Possible tells whether this program has a version that others can be newer than.
func (c *Checker) Possible() bool { return isVersion(c.version) }

// Status says how it stands, and asks nobody.
func (c *Checker) Status(ctx context.Context) (Status, error) {
	k, err := c.read(ctx)
	s := Status{Choice: k.Choice, Asked: k.Asked, Trouble: k.Trouble, Unanswered: k.Unanswered}
	if newer(k.Newest.Version, c.version) {
		s.Found = &k.Newest
	}
	return s, err
}

// Choose stores a choice. Another address than the one that was asked may be asked at
// once; switched off and on again, the same one is not asked before its day is over.
func (c *Checker) Choose(ctx context.Context, choice Choice) error {
	if choice.Address == DefaultAddress {
		choice.Address = ""
	}
	if u, err := url.Parse(choice.Address); choice.Address != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil) {
		return entra.Invalid("the address for newer versions can't be used", "it is not one that begins with https://", "give the whole address of the notice, without a user name")
	}
	k, err := c.read(ctx)
	if err != nil {
		return err
	}
	if k.Address != choice.Address {
		k = kept{Newest: k.Newest}
	}
	k.Choice = choice
	return c.write(ctx, k)
}

// Look asks whether there is a newer version, where that is switched on and a day
// has passed. It gives one that was not known of before; nil: none, or nobody was
// asked, or nobody answered. An answer that does not count is an error.
func (c *Checker) Look(ctx context.Context) (*Release, error) {
	k, err := c.read(ctx)
	if err != nil || !k.On || !c.Possible() || !c.due(k.Asked) {
		return nil, err
	}
	k.Asked, k.Trouble, k.Unanswered = c.now(), "", false // before the question: one that fails is not repeated either
	if err := c.write(ctx, k); err != nil {
		return nil, err
	}
	r, err := c.ask(ctx, k.address())
	if err == nil && newer(k.Newest.Version, r.Version) {
		err = unusable(say.With("it tells of version %s, and %s was told of before", r.Version, k.Newest.Version))
	}
	var known *entra.Error
	switch {
	case errors.As(err, &known):
		k.Trouble = known.Why
		return nil, errors.Join(err, c.write(ctx, k))
	case err != nil: // no network, or nobody there: nothing to bother a person with
		k.Unanswered = true
		return nil, c.write(ctx, k)
	case !newer(r.Version, k.Newest.Version):
		return nil, nil
	}
	k.Newest = r
	if err := c.write(ctx, k); err != nil || !newer(r.Version, c.version) {
		return nil, err
	}
	return &r, nil
}

func (k kept) address() string {
	if k.Address == "" {
		return DefaultAddress
	}
	return k.Address
}

// due tells whether a day has passed; a clock that was set back has it begin anew.
func (c *Checker) due(asked time.Time) bool {
	passed := c.now().Sub(asked)
	return passed >= interval || passed < 0
}

// ask gets the release that the address tells of. Trouble that is no [entra.Error]
// is the network's.
func (c *Checker) ask(ctx context.Context, address string) (Release, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Release{}, err
	}
	r.Header.Set("User-Agent", "entrasync")
	answer, err := c.client.Do(r)
	if err != nil {
		return Release{}, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return Release{}, err
	case answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests:
		return Release{}, errUnanswered
	case answer.StatusCode != http.StatusOK:
		return Release{}, unusable(say.With("the address answers %d", answer.StatusCode))
	case len(body) > maxAnswer:
		return Release{}, unusable("the answer is too large for a notice of a version")
	}
	return open(body, c.key)
}

func (c *Checker) read(ctx context.Context) (k kept, err error) {
	text, err := c.store.Setting(ctx, setting)
	if err == nil && text != "" && json.Unmarshal([]byte(text), &k) != nil {
		k = kept{} // not written by us: switched off
	}
	return k, err
}

func (c *Checker) write(ctx context.Context, k kept) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return c.store.SetSetting(ctx, setting, string(text))
}
