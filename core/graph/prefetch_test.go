package graph

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// TestPrefetch: the page after a page is asked for without being waited for,
// once, and what came is checked as any other answer.
func TestPrefetch(t *testing.T) {
	f := newFake(t)
	asked := make(chan string, 9)
	page := func(n int, rest string) reply {
		return reply{do: func(w http.ResponseWriter, r *http.Request) {
			asked <- r.URL.RawQuery
			reply{body: fmt.Sprintf(`{"value":[{"id":"u%d"}]%s`, n, rest)}.write(w, r)
		}}
	}
	link := func(n int) string { return fmt.Sprintf("%s/v1.0/users?$skiptoken=%d", f.graph.URL, n) }
	next := func(n int) string { return fmt.Sprintf(`,"@odata.nextLink" : %q}`, link(n)) }
	f.script = []reply{page(1, next(2)), page(2, next(3)[:20]), page(2, next(3)), page(3, "}")}
	c := f.client(t)
	read := func(n int) {
		t.Helper()
		p, err := c.Page(t.Context(), link(n), class(t, "users"))
		if err != nil || p.Objects[0].ID != fmt.Sprintf("u%d", n) {
			t.Fatalf("page %d: %+v, %v", n, p, err)
		}
	}
	wait := func(n int) {
		t.Helper()
		select {
		case got := <-asked:
			if got != fmt.Sprintf("$skiptoken=%d", n) {
				t.Errorf("%s was asked for, not %d", got, n)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%d was never asked for", n)
		}
	}
	read(1)
	wait(1)
	wait(2) // ahead, and its answer is broken
	read(2)
	wait(2)
	wait(3)
	read(3)
	c.Rest()
	select {
	case got := <-asked:
		t.Errorf("%s was asked for again", got)
	default:
	}
}

// TestPrefetchFromAnAnswerThatIsStillComing: where the link stands first, the next
// page is asked for before the rest of the answer has come; and where that breaks
// off and comes again with another link, the first link's answer is let go.
func TestPrefetchFromAnAnswerThatIsStillComing(t *testing.T) {
	f := newFake(t)
	link := func(n int) string { return fmt.Sprintf("%s/v1.0/users?$skiptoken=%d", f.graph.URL, n) }
	asked := make(chan string, 9)
	tell := func(r *http.Request) { asked <- strings.TrimPrefix(r.URL.RawQuery, "$skiptoken=") }
	head := func(next int) string {
		return fmt.Sprintf(`{"@odata.nextLink":%q,"@odata.context":"%s",`, link(next), strings.Repeat("x", headSize))
	}
	called := make(chan struct{}) // off
	f.script = []reply{
		{do: func(w http.ResponseWriter, r *http.Request) {
			tell(r)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(head(2)))
			_ = http.NewResponseController(w).Flush()
			if next := <-asked; next != "1" { // told by this very answer
				t.Errorf("%s was asked for", next)
			}
			if next := <-asked; next != "2" {
				t.Errorf("%s was asked for ahead", next)
			}
			panic(http.ErrAbortHandler)
		}},
		{do: func(w http.ResponseWriter, r *http.Request) {
			tell(r)
			<-r.Context().Done()
			close(called)
		}},
		{body: head(3) + `"value":[{"id":"u1"}]}`},
		{body: head(4) + `"value":[{"id":"u3"}]}`},
	}
	c := f.client(t)
	p, err := c.Page(t.Context(), link(1), class(t, "users"))
	if err != nil || p.Objects[0].ID != "u1" || p.NextLink != link(3) {
		t.Fatalf("got %+v, %v", p, err)
	}
	select {
	case <-called:
	case <-time.After(time.Minute):
		t.Error("the answer to the first link is still waited for")
	}
	p, err = c.Page(t.Context(), link(3), class(t, "users"))
	if err != nil || p.Objects[0].ID != "u3" {
		t.Errorf("got %+v, %v", p, err)
	}
}

// TestPrefetchIsBounded: of a chain that nobody follows on, few pages are asked for.
func TestPrefetchIsBounded(t *testing.T) {
	f := newFake(t)
	for n := range 9 {
		f.script = append(f.script, reply{body: fmt.Sprintf(`{"@odata.nextLink":"%s/v1.0/users?$skiptoken=%d","value":[{"id":"u"}]}`, f.graph.URL, n+2)})
	}
	c := f.client(t)
	if _, err := c.Page(t.Context(), f.graph.URL+"/v1.0/users?$skiptoken=1", class(t, "users")); err != nil {
		t.Fatal(err)
	}
	c.prefetch.running.Wait()
	if sent, _ := c.Count(); sent != 1+mostPrefetched {
		t.Errorf("%d requests were sent for one page", sent)
	}
}

// TestPrefetchHoldsEnough: where much waits for who wants it, no more is asked for ahead, by
// other chains either, and what was taken is counted no longer.
func TestPrefetchHoldsEnough(t *testing.T) {
	f := newFake(t)
	link := func(chain string, n int) string {
		return fmt.Sprintf("%s/v1.0/users?$skiptoken=%s%d", f.graph.URL, chain, n)
	}
	first := func(chain string) reply {
		return reply{body: fmt.Sprintf(`{"@odata.nextLink":%q,"value":[{"id":"%s1"}]}`, link(chain, 2), chain)}
	}
	large := reply{body: fmt.Sprintf(`{"value":[{"id":"a2","pad":"%s"}]}`, strings.Repeat("x", enoughHeld))}
	f.script = []reply{first("a"), large, first("b"), {body: `{"value":[{"id":"b2"}]}`}}
	c := f.client(t)
	for _, want := range []struct {
		chain string
		n     int
		sent  int64
	}{{"a", 1, 2}, {"b", 1, 3}, {"a", 2, 3}, {"b", 2, 4}} {
		p, err := c.Page(t.Context(), link(want.chain, want.n), class(t, "users"))
		if err != nil || p.Objects[0].ID != fmt.Sprint(want.chain, want.n) {
			t.Fatal(p, err)
		}
		c.prefetch.running.Wait()
		if got, _ := c.Count(); got != want.sent {
			t.Errorf("%d requests after page %d of %s, not %d", got, want.n, want.chain, want.sent)
		}
		p.Release()
	}
	if c.prefetch.held != 0 {
		t.Errorf("%d bytes are held", c.prefetch.held)
	}
}

// TestPrefetchThatWasCalledOff leaves no trace: who asks later is answered.
func TestPrefetchThatWasCalledOff(t *testing.T) {
	f := newFake(t)
	link := f.graph.URL + "/v1.0/users?$skiptoken=2"
	called, end := make(chan struct{}), make(chan struct{})
	f.script = []reply{
		{body: fmt.Sprintf(`{"@odata.nextLink":%q,"value":[]}`, link)},
		{do: func(w http.ResponseWriter, r *http.Request) { close(called); <-end }},
		{body: `{"value":[{"id":"u"}]}`},
	}
	c := f.client(t)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := c.Page(ctx, f.graph.URL+skipLink, class(t, "users")); err != nil {
		t.Fatal(err)
	}
	<-called
	cancel()
	p, err := c.Page(t.Context(), link, class(t, "users"))
	close(end)
	if err != nil || len(p.Objects) != 1 {
		t.Errorf("got %+v, %v", p, err)
	}
}

// TestRestCallsOff: what nobody will ask for is not waited for.
func TestRestCallsOff(t *testing.T) {
	f := newFake(t, reply{body: `{"@odata.nextLink":"NEXT","value":[]}`}, reply{status: 429, header: map[string]string{"Retry-After": "600"}})
	f.script[0].body = strings.Replace(f.script[0].body, "NEXT", f.graph.URL+skipLink, 1)
	paused := make(chan struct{}, 9)
	c := f.client(t, func(cfg *Config) { cfg.OnWait = func(time.Time, say.Sentence) { paused <- struct{}{} } })
	if _, err := c.Page(t.Context(), f.graph.URL+skipLink, class(t, "users")); err != nil {
		t.Fatal(err)
	}
	<-paused
	rested := make(chan struct{})
	go func() { c.Rest(); close(rested) }()
	select {
	case <-rested:
	case <-time.After(time.Minute):
		t.Error("it is waited for as long as Graph asks")
	}
}

// TestPrefetchStaysHome: a link that leads away is never followed.
func TestPrefetchStaysHome(t *testing.T) {
	f := newFake(t, reply{body: `{"@odata.nextLink":"https://evil.example/v1.0/users?$skiptoken=x","value":[]}`})
	c := f.client(t)
	_, err := c.Page(t.Context(), f.graph.URL+skipLink, class(t, "users"))
	if entra.CodeOf(err) != entra.CodeForeignHost {
		t.Errorf("got %v", err)
	}
	if len(c.prefetch.answers) > 0 {
		t.Error("it was followed")
	}
}

func TestPeekNextLink(t *testing.T) {
	for body, want := range map[string]string{
		`{"@odata.nextLink":"https://a/?b=1","value":[]}`: "https://a/?b=1",
		`{"value":[],"@odata.nextLink": "https:\/\/a"}`:   "https://a",
		`{"value":[],"@odata.deltaLink":"https://a"}`:     "",
		`{"@odata.nextLink":null}`:                        "",
		`{"@odata.nextLink":"cut`:                         "",
		`{"@odata.nextLink":`:                             "",
		`{"@odata.nextLink":"\x"}`:                        "",
		``:                                                "",
	} {
		if got := peekNextLink([]byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
