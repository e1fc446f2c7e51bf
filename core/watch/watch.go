package watch

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// Watch is what is watched for, and who is told.
type Watch struct {
	ID      string
	Name    string
	Off     bool
	Ready   string // a ready one's name; "": the filter alone
	More    int    // of many-deletions: than how many
	View    string `json:",omitempty"` // a view's name: what comes into it, or leaves it; "": changes
	Tenant  int64  // 0: all
	Filter  Filter
	Desktop bool   // a notice of the desktop tells, where a window runs
	Webhook string // "": none tells
	CA      []byte `json:",omitempty"` // PEM: the only roots trusted for it; nil: the system's
	Secret  []byte `json:",omitempty"` // sealed: signs what is sent; nil: it is not signed
}

// Filter says which changes are watched for; what is empty matches all.
type Filter struct {
	Class    string             `json:",omitempty"`
	Object   string             `json:",omitempty"` // of links from it and to it, and of what is given to it, too
	Kinds    []entra.ChangeKind `json:",omitempty"`
	Property string             `json:",omitempty"`
	Search   string             `json:",omitempty"`
}

func (f Filter) query() store.ChangeQuery {
	return store.ChangeQuery{Class: f.Class, ID: f.Object, Both: true, Kinds: f.Kinds, Property: f.Property, Search: f.Search}
}

func (f Filter) empty() bool {
	return f.Class == "" && f.Object == "" && len(f.Kinds) == 0 && f.Property == "" && f.Search == ""
}

// setting holds all watches.
const setting = "watches"

// All are the watches, in the order in which they were added.
func All(ctx context.Context, st *store.Store) ([]Watch, error) {
	var all []Watch
	err := read(ctx, st, setting, &all)
	return all, err
}

// Named finds a watch by its name, without regard to case.
func Named(ctx context.Context, st *store.Store, name string) (Watch, error) {
	all, err := All(ctx, st)
	if err != nil {
		return Watch{}, err
	}
	for _, w := range all {
		if strings.EqualFold(w.Name, strings.TrimSpace(name)) {
			return w, nil
		}
	}
	return Watch{}, &entra.Error{Code: entra.CodeNotFound, What: say.With("there is no watch %q", name), Remedy: "see `entrasyncctl watch list`"}
}

// Put adds a watch, or changes the one with its id. What changed before is not told of.
func Put(ctx context.Context, st *store.Store, w Watch) (Watch, error) {
	w.Name = strings.TrimSpace(w.Name)
	if err := w.check(); err != nil {
		return w, err
	}
	all, err := All(ctx, st)
	if err == nil {
		w.View, err = known(ctx, st, w)
	}
	if err != nil {
		return w, err
	}
	at := slices.IndexFunc(all, func(o Watch) bool { return o.ID == w.ID })
	put := func(all []Watch) ([]Watch, error) { return placed(all, w) }
	if at >= 0 {
		if err := become(ctx, st, all[at], w); err != nil {
			return w, err
		}
		return w, change(ctx, st, put)
	}
	if _, err := placed(all, w); err != nil {
		return w, err
	}
	if w.ID == "" {
		w.ID = rand.Text()
	}
	s, err := begin(ctx, st, w)
	if err == nil {
		err = write(ctx, st, stateOf(w), s)
	}
	if err == nil && w.View != "" {
		err = become(ctx, st, Watch{}, w)
	}
	if err != nil {
		return w, err
	}
	return w, change(ctx, st, put)
}

// placed are all watches with one that is new or changed.
func placed(all []Watch, w Watch) ([]Watch, error) {
	at := slices.IndexFunc(all, func(o Watch) bool { return o.ID == w.ID })
	for i, o := range all {
		if i != at && strings.EqualFold(o.Name, w.Name) {
			return nil, &entra.Error{Code: entra.CodeExists, What: say.With("the watch %q exists already", w.Name), Remedy: "choose another name"}
		}
	}
	if at < 0 {
		return append(all, w), nil
	}
	all[at] = w
	return all, nil
}

// change changes the list of watches as it is then: another process may have changed it since it was read.
func change(ctx context.Context, st *store.Store, how func([]Watch) ([]Watch, error)) error {
	return st.ChangeSetting(ctx, setting, func(old string) (string, error) {
		var all []Watch
		if err := parse(old, &all); err != nil {
			return "", err
		}
		all, err := how(all)
		if err != nil {
			return "", err
		}
		text, err := json.Marshal(all)
		return string(text), err
	})
}

// Remove takes a watch away, with what it was to tell yet.
func Remove(ctx context.Context, st *store.Store, w Watch) error {
	without := func(all []Watch) ([]Watch, error) {
		return slices.DeleteFunc(all, func(o Watch) bool { return o.ID == w.ID }), nil
	}
	if err := change(ctx, st, without); err != nil {
		return err
	}
	var s state
	if err := read(ctx, st, stateOf(w), &s); err != nil {
		return err
	}
	gone := map[string]string{stateOf(w): ""}
	for _, v := range s.Views {
		gone[v.Members] = ""
	}
	delete(gone, "")
	return st.SetSettings(ctx, gone)
}

// check refuses what can't be watched for, or told.
func (w Watch) check() error {
	const what = "the watch can't be used"
	if _, err := entra.Name(what, w.Name); err != nil {
		return err
	}
	if w.More < 0 {
		return entra.Invalid(what, "there are no fewer deletions than none", "tell of more than 0, or of more")
	}
	if w.View != "" && (w.Ready != "" || !w.Filter.empty()) {
		return entra.Invalid(what, "a view is watched whole", "leave out the ready watch and the filter, or keep a view that has the filter")
	}
	if _, known := readyNamed(w.Ready); w.Ready != "" && !known {
		return entra.Invalid(what, say.With("there is no ready watch %s", w.Ready), say.With("name one of %s", strings.Join(ReadyNames(), ", ")))
	}
	if w.Webhook == "" && w.Desktop {
		return nil
	}
	if w.Webhook == "" {
		return entra.Invalid(what, "it tells nobody", "give it a webhook, or let the desktop tell")
	}
	u, err := url.Parse(w.Webhook)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" || u.Fragment != "" || !portable(u):
		return entra.Invalid(what, "its webhook is no https address", "give one such as https://hooks.contoso.com/entra")
	case u.User != nil:
		return entra.Invalid(what, "its webhook holds a user name; it would be stored unprotected", "sign what is sent with a secret instead")
	}
	if w.CA != nil && !x509.NewCertPool().AppendCertsFromPEM(w.CA) {
		return entra.Invalid(what, "its CA file holds no certificate", "give a file with certificates in PEM")
	}
	return nil
}

// portable tells whether an address names no port, or one that there may be.
func portable(u *url.URL) bool {
	n, err := strconv.Atoi(u.Port())
	return u.Port() == "" || err == nil && 0 < n && n < 1<<16
}

// Seal gives the watch the secret that signs what is sent.
func (w *Watch) Seal(ctx context.Context, k *signin.VaultAccess, secret vault.Secret) error {
	if w.ID == "" {
		w.ID = rand.Text()
	}
	v, err := k.Open(ctx)
	if err != nil {
		return err
	}
	w.Secret, err = v.Seal(secret, w.binding())
	return err
}

func (w Watch) binding() string { return "watch/" + w.ID + "/secret" }

// state is how far a watch is. Only who holds the keeper's lock writes it.
type state struct {
	After   map[int64]int64  // by tenant: the last change that was looked at
	Run     map[int64]int64  // by tenant: the last row of the history that was looked at
	Views   map[int64]looked `json:",omitempty"` // by tenant
	Failing map[int64]bool   // tenants of which it was told that they fail
	Waiting []Notice         // that the webhook has not taken yet
	Desk    []Notice         // that the desktop has not shown yet
	Missed  int              `json:",omitempty"` // that it has not shown either, and that are too many to keep
	Told    []Notice         // the last that were, or were given up
}

// keep adds a notice, for each way on which the watch tells.
func (s *state) keep(w Watch, n Notice) {
	if w.Webhook != "" {
		s.Waiting = append(s.Waiting, n)
	}
	if !w.Desktop {
		return
	}
	n.Desktop = true
	s.Desk = append(s.Desk, n)
	if over := len(s.Desk) - mostShown; over > 0 {
		s.Desk, s.Missed = slices.Delete(s.Desk, 0, over), s.Missed+over
	}
}

// over keeps how a notice ended.
func (s *state) over(n Notice) {
	s.Told = append(s.Told, n)
	s.Told = s.Told[max(0, len(s.Told)-mostTold):]
}

// Notice is what is told of one change, or of one sync.
type Notice struct {
	Tenant  int64
	Change  int64     `json:",omitempty"` // its key
	Run     int64     `json:",omitempty"` // the row of the history; of a silent tenant when it synced last, in milliseconds
	Silent  bool      `json:",omitempty"` // the tenant does not sync
	Desktop bool      `json:",omitempty"` // it is shown by the desktop; false: sent to the webhook
	Object  string    `json:",omitempty"` // class/id: what came into a view, or left it
	Entered bool      `json:",omitempty"`
	Look    int64     `json:",omitempty"` // when that was seen
	Made    time.Time // when it was found
	Tries   int       `json:",omitempty"`
	Next    time.Time // when it is tried again
	Ended   time.Time // when it was taken, or given up; zero: it waits
	Taken   bool
	Error   string `json:",omitempty"` // of the last try, as a sentence is kept
}

// Trouble is why the last try failed.
func (n Notice) Trouble() say.Sentence { return say.FromKept(n.Error) }

const (
	mostWaiting = 500 // more changes than that are a flood: the rest waits to be found, since all that wait are written at each end
	mostTold    = 500
	mostShown   = 1000 // of those that wait for a window, each is kept; of more their number
)

func stateOf(w Watch) string { return "watch " + w.ID }

// begin is the state of a new watch: it has seen everything.
func begin(ctx context.Context, st *store.Store, w Watch) (*state, error) {
	s := &state{}
	tenants, err := st.Tenants(ctx)
	for _, t := range tenants {
		if err == nil {
			err = s.skip(ctx, st, t)
		}
	}
	return s, err
}

// skip leaves out what is recorded of a tenant so far.
func (s *state) skip(ctx context.Context, st *store.Store, t entra.Tenant) error {
	for c, err := range st.Changes(ctx, t.Key, store.ChangeQuery{NewestFirst: true, Range: store.Range{Limit: 1}}) {
		if err != nil {
			return err
		}
		s.place(&s.After, t.Key, c.Key)
	}
	for r, err := range st.History(ctx, t.Key, store.HistoryQuery{Range: store.Range{Limit: 1}}) {
		if err != nil {
			return err
		}
		s.place(&s.Run, t.Key, r.Key)
	}
	return nil
}

func (s *state) place(of *map[int64]int64, tenant, key int64) {
	if *of == nil {
		*of = map[int64]int64{}
	}
	(*of)[tenant] = max((*of)[tenant], key)
}

// Told are the notices of a watch, the newest first: those that wait, and the last that ended.
func Told(ctx context.Context, st *store.Store, w Watch) ([]Notice, error) {
	var s state
	if err := read(ctx, st, stateOf(w), &s); err != nil {
		return nil, err
	}
	return s.all(), nil
}

// all are the notices, the newest first.
func (s state) all() []Notice {
	all := slices.Concat(s.Told, s.Waiting, s.Desk)
	slices.SortStableFunc(all, func(a, b Notice) int { return b.Made.Compare(a.Made) })
	return all
}

func read(ctx context.Context, st *store.Store, name string, into any) error {
	text, err := st.Setting(ctx, name)
	if err != nil {
		return err
	}
	return parse(text, into)
}

// parse reads what is kept; nothing where nothing is.
func parse(text string, into any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

func write(ctx context.Context, st *store.Store, name string, value any) error {
	return writeWith(ctx, st, name, value, map[string]string{})
}

// writeWith writes other settings together with one.
func writeWith(ctx context.Context, st *store.Store, name string, value any, others map[string]string) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	others[name] = string(text)
	return st.SetSettings(ctx, others)
}
