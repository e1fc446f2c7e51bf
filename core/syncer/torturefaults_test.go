package syncer

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// instant is one at which something happens, if it comes.
type instant struct {
	mu          sync.Mutex
	came, ended bool
}

// over tells whether it came; from then on it does not.
func (m *instant) over() (came bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	return m.came
}

// at does something when Graph is asked for the n-th time from now on.
func (x *torturer) at(n int, do func()) *instant {
	m := &instant{}
	x.instants = append(x.instants, m)
	x.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: `^GET /v1\.0/`, Skip: n, Ask: func(r *http.Request) *http.Request {
		m.mu.Lock()
		defer m.mu.Unlock()
		if !m.ended {
			m.came = true
			do()
		}
		return r
	}})
	return m
}

// child gives a sync in a process of its own, that is killed when it asks Graph
// for the n-th time.
func (x *torturer) child(n int) func() {
	if !x.sealed {
		sealInVault(x.world)
		x.sealed = true
	}
	cmd := childCommand(x.world)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	started := make(chan struct{})
	x.at(n, func() {
		<-started
		_ = cmd.Process.Kill() // it may be over
	})
	return func() {
		x.must(cmd.Start())
		close(started)
		err := cmd.Wait()
		x.tell("  ended: %v", err)
		if text := out.String(); strings.Contains(text, "panic") || strings.Contains(text, "unexpected") {
			x.Errorf("the child said %s", text)
		}
	}
}

// Where faults strike.
const (
	atGraph  = `^GET /v1\.0/`
	atSignIn = `(oauth2|openid-configuration)`
	atTokens = `(skip|delta)token=`
)

var places = []string{atGraph, atGraph, atTokens, `/users`, `/groups/delta`, `/devices`, `/applications`, `skiptoken=`, `deltatoken=`, `/organization`,
	`/v1\.0/\w+/[0-9a-f]{8}-[0-9a-f-]{27}`, `deletedItems`, `delta\?`}

// Faults by where they may strike: those of tokens would be lies elsewhere.
var (
	ofNetworks = []graphsim.Kind{graphsim.InternalError, graphsim.BadGateway, graphsim.Unavailable, graphsim.GatewayTimeout, graphsim.Dropped, graphsim.DroppedMidBody,
		graphsim.SlowBody, graphsim.TruncatedJSON, graphsim.TruncatedGzip, graphsim.BrokenJSON, graphsim.HTMLPage, graphsim.EmptyBody, graphsim.Throttling}
	ofGraph = []graphsim.Kind{graphsim.ErrorWithData, graphsim.ExpiredAccessToken, graphsim.ClaimsChallenge, graphsim.Forbidden, graphsim.Redirect,
		graphsim.ForeignNextLink, graphsim.PlainNextLink, graphsim.EndlessNextLink}
	ofTokens = []graphsim.Kind{graphsim.GoneWithLocation, graphsim.ForeignGone, graphsim.GoneSyncState, graphsim.SyncStateNotFound, graphsim.ResyncRequired,
		graphsim.SyncTooLate, graphsim.NotFoundToken, graphsim.PageTokenNotFound}
)

// fault draws one, and tells of it.
func (x *torturer) fault() graphsim.Fault {
	pick := func(kinds []graphsim.Kind) graphsim.Kind { return kinds[x.r.IntN(len(kinds))] }
	f := graphsim.Fault{Match: places[x.r.IntN(len(places))], Skip: x.r.IntN(6), Every: 1 + x.r.IntN(4), Times: 1 + x.r.IntN(4)}
	name := ""
	switch x.r.IntN(8) {
	case 0, 1, 2:
		f.Kind = pick(ofNetworks)
	case 3:
		f.Kind, f.Match, f.Skip = pick(ofNetworks), atSignIn, x.r.IntN(3)
		if x.r.IntN(2) == 0 {
			life := []string{`"expires_in":""`, `"expires_in":null`, `"expires_in":"2026-11-28"`, `"life":1`, `"expires_in":3599,"refresh_in":"soon"`}[x.r.IntN(5)]
			name, f.Kind, f.Match, f.Tamper = life, graphsim.Odd, `oauth2/v2.0/token`, graphsim.Replaced(`"expires_in":3599`, life)
		}
	case 4:
		f.Kind = pick(ofGraph)
	case 5:
		f.Kind, f.Match = pick(ofTokens), []string{atTokens, `skiptoken=`, `deltatoken=`, `groups/delta.*token=`, `users/delta.*token=`}[x.r.IntN(5)]
	default:
		f.Kind = graphsim.Odd
		o := tamperings[x.r.IntN(len(tamperings))]
		name, f.Tamper = o.name, o.tamper(x.r.Uint64())
		if f.Times = -1; x.r.IntN(2) == 0 {
			f.Times = 1 + x.r.IntN(9)
		}
		if x.r.IntN(6) == 0 {
			name, f.Tamper, f.Ask, f.Match, f.Times = "an earlier page again", nil, x.earlier(), `/delta\?.*skiptoken=`, 1+x.r.IntN(3)
		}
	}
	if f.Kind == graphsim.Throttling || f.Kind == graphsim.Unavailable {
		f.RetryAfter = []string{"", "0", "0.02"}[x.r.IntN(3)]
	}
	x.tell("  fault %d %s at %s, after %d each %d, %d times", f.Kind, name, f.Match, f.Skip, f.Every, f.Times)
	return f
}

type tamper = func(*http.Request, []byte) []byte

// tamperings are answers that say the same in an odd way, or say too much.
var tamperings = []struct {
	name   string
	tamper func(seed uint64) tamper
}{
	{"a byte order mark", func(uint64) tamper { return graphsim.Before("\ufeff") }},
	{"escapes and blanks", func(uint64) tamper { return respelled }},
	{"UTF-16", func(uint64) tamper { return inUTF16 }},
	{"ids in capitals", func(uint64) tamper { return graphsim.UpperIDs }},
	{"an error spliced in", func(uint64) tamper {
		return graphsim.Spliced(`"error":{"code":"UnknownError","message":"it went wrong on the way"}`)
	}},
	{"an error behind", func(uint64) tamper {
		return func(_ *http.Request, body []byte) []byte { return append(body, `{"error":{"code":"UnknownError"}}`...) }
	}},
	{"null annotations", func(uint64) tamper { return nulls }},
	{"null reasons", func(uint64) tamper {
		return graphsim.Replaced(`"@removed":{"reason":"changed"}`, `"@removed":{"reason":null}`)
	}},
	{"repeats", func(seed uint64) tamper { return repeats(seed) }},
	{"another order", func(seed uint64) tamper { return reordered(seed) }},
	{"entries of nothing", func(uint64) tamper { return graphsim.Replaced(`"value":[{`, `"value":[null,7,{"id":null},{`) }},
}

// onPage changes the entries of a page, and its members.
func onPage(body []byte, change func(page map[string]json.RawMessage, items []json.RawMessage) []json.RawMessage) []byte {
	var page map[string]json.RawMessage
	var items []json.RawMessage
	if json.Unmarshal(body, &page) != nil || json.Unmarshal(page["value"], &items) != nil {
		return body
	}
	out, err := json.Marshal(change(page, items))
	if err != nil {
		return body
	}
	page["value"] = out
	if out, err = json.Marshal(page); err != nil {
		return body
	}
	return out
}

// nulls gives pages and groups the annotations that they lack, as null.
func nulls(_ *http.Request, body []byte) []byte {
	return onPage(body, func(page map[string]json.RawMessage, items []json.RawMessage) []json.RawMessage {
		for _, name := range []string{"@odata.nextLink", "@odata.deltaLink", "@odata.count"} {
			if page[name] == nil {
				page[name] = json.RawMessage("null")
			}
		}
		for i, item := range items {
			if !bytes.Contains(item, []byte(`"members@delta"`)) && bytes.HasPrefix(item, []byte("{")) {
				items[i] = append([]byte(`{"members@delta":null,"@removed":null,`), item[1:]...)
				if bytes.Contains(item, []byte(`"@removed"`)) {
					items[i] = append([]byte(`{"members@delta":null,`), item[1:]...)
				}
			}
		}
		return items
	})
}

func idOf(item json.RawMessage) string {
	var o struct{ ID string }
	_ = json.Unmarshal(item, &o)
	return strings.ToLower(o.ID)
}

// repeats tells some entries twice at once, or all of a page again behind it.
func repeats(seed uint64) tamper {
	return func(_ *http.Request, body []byte) []byte {
		r := rand.New(rand.NewPCG(seed, uint64(len(body))))
		return onPage(body, func(_ map[string]json.RawMessage, items []json.RawMessage) (out []json.RawMessage) {
			for _, item := range items {
				for range 1 + r.IntN(3) {
					out = append(out, item)
				}
			}
			if r.IntN(2) == 0 {
				out = append(out, out...)
			}
			return out
		})
	}
}

// reordered tells the entries of a page in another order; of one object they stay in theirs.
func reordered(seed uint64) tamper {
	return func(_ *http.Request, body []byte) []byte {
		r := rand.New(rand.NewPCG(seed, uint64(len(body))))
		return onPage(body, func(_ map[string]json.RawMessage, items []json.RawMessage) (out []json.RawMessage) {
			of, ids := map[string][]json.RawMessage{}, []string{}
			for _, item := range items {
				id := idOf(item)
				if of[id] = append(of[id], item); len(of[id]) == 1 {
					ids = append(ids, id)
				}
			}
			r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
			for _, id := range ids {
				out = append(out, of[id]...)
			}
			return out
		})
	}
}

// earlier answers a request for a page as an earlier one of the same chain. As one of
// another chain it would be a lie that no client sees through: it would go on there, and
// never learn of what stands between.
func (x *torturer) earlier() func(*http.Request) *http.Request {
	type asked struct {
		*http.Request
		chains int // that had begun by then, of the same path
	}
	var mu sync.Mutex
	last := map[string]asked{}
	return func(r *http.Request) *http.Request {
		mu.Lock()
		defer mu.Unlock()
		begun := 0
		for _, q := range x.server.Requests() {
			if q.Path == r.URL.Path && !strings.Contains(q.Query, "skiptoken=") {
				begun++
			}
		}
		before := last[r.URL.Path]
		last[r.URL.Path] = asked{r.Clone(r.Context()), begun}
		if before.Request == nil || before.chains != begun {
			return r
		}
		return before.Clone(r.Context())
	}
}

// spoilNames has Graph cut names inside an emoji, or send them in Latin-1, in the
// next sync.
func (x *torturer) spoilNames() bool {
	odd := []string{`"displayName":"\ud83d`, "\"displayName\":\"\xe9", `"displayName":"\udc00`}[x.r.IntN(3)]
	x.tell("names are broken: %q", odd)
	x.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: `/v1\.0/(users|groups|devices)`, Every: 1 + x.r.IntN(3), Times: -1, Tamper: graphsim.Replaced(`"displayName":"`, odd)})
	return true
}
