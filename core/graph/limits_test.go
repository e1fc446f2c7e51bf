package graph

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// hostile makes answers that go on for ever, and counts what of them was taken.
type hostile struct{ sent atomic.Int64 }

// stream says text again and again, 2 GB of it, or until nobody listens.
func (h *hostile) stream(w io.Writer, text string) {
	chunk := []byte(strings.Repeat(text, 1+(64<<10)/len(text)))
	for n := 0; n < 2<<30; n += len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return
		}
		h.sent.Add(int64(len(chunk)))
	}
}

// endless is an answer whose body begins well and has 2 GB.
func (h *hostile) endless(status int, head, text string) reply {
	return reply{do: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, head)
		h.stream(w, text)
	}}
}

// bomb is a body of 2 GB that comes as 2 MB.
func (h *hostile) bomb(status int, head string) reply {
	return reply{do: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		_, _ = io.WriteString(z, head)
		h.stream(z, " ")
		_ = z.Close()
	}}
}

// raw answers by the connection itself.
func raw(talk func(conn net.Conn)) reply {
	return reply{do: func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		talk(conn)
	}}
}

// patient waits until the client hangs up.
func patient(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func (h *hostile) headers(line string) reply {
	return raw(func(conn net.Conn) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		h.stream(conn, line)
	})
}

// drip says a byte at a time, for ever.
func drip(head string) reply {
	return raw(func(conn net.Conn) {
		_, err := io.WriteString(conn, head)
		for err == nil {
			_, err = io.WriteString(conn, " ")
			time.Sleep(time.Millisecond)
		}
	})
}

// hostileServers are answers that would take all memory, or all time.
func (h *hostile) servers() map[string]struct {
	answer reply
	want   entra.Code
	says   string
	most   int64 // bytes that may be taken of one answer, before it is packed
} {
	const page = `{"value":[{"id":"1","x":"`
	const begun = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
	deep := func(n int) reply {
		return reply{body: `{"value":` + strings.Repeat(`[`, n) + strings.Repeat(`]`, n) + `}`}
	}
	type row = struct {
		answer reply
		want   entra.Code
		says   string
		most   int64
	}
	const slack = 16 << 20   // of buffers on the way
	const unpacked = 2 << 30 // which hold a bomb whole
	return map[string]row{
		"a body of 2 GB":                   {h.endless(200, page, "x"), entra.CodeAnswer, "it is larger than 67108864 bytes", maxBody + slack},
		"2 GB of blanks":                   {h.endless(200, "", " "), entra.CodeAnswer, "it is larger than 67108864 bytes", maxBody + slack},
		"a refusal of 2 GB":                {h.endless(403, `{"error":{"code":"x","message":"`, "x"), entra.CodePermission, "", maxErrorBody + slack},
		"a failure of 2 GB":                {h.endless(503, "", "x"), entra.CodeService, "", maxErrorBody + slack},
		"a zip bomb":                       {h.bomb(200, page), entra.CodeAnswer, "it is larger than 67108864 bytes", unpacked},
		"a zip bomb as a refusal":          {h.bomb(500, ""), entra.CodeService, "", unpacked},
		"a zip in a zip":                   {reply{header: map[string]string{"Content-Encoding": "gzip, gzip"}, body: "x"}, entra.CodeAnswer, `packed as "gzip, gzip"`, 0},
		"an array 10,000 deep":             {deep(10_000), entra.CodeAnswer, "", 0},
		"an array a million deep":          {deep(1_000_000), entra.CodeAnswer, "", 0},
		"an object that is a million deep": {reply{body: `{"value":[{"id":"1"}],"x":` + strings.Repeat(`{"a":`, 1_000_000)}, entra.CodeAnswer, "", 0},
		"headers without end":              {h.headers("X-Flood: " + strings.Repeat("x", 1000) + "\r\n"), entra.CodeNetwork, "", slack},
		"one header without end":           {h.headers("x"), entra.CodeNetwork, "", slack},
		"a status line without end":        {raw(func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 "); h.stream(c, "x") }), entra.CodeNetwork, "", slack},
		"early hints without end":          {raw(func(c net.Conn) { h.stream(c, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n") }), entra.CodeNetwork, "", slack},
		"a body that drips":                {drip(begun), entra.CodeAnswer, "stopped coming", 0},
		"a refusal that drips":             {drip(strings.Replace(begun, "200 OK", "503 No", 1)), entra.CodeService, "", 0},
		"headers that drip":                {drip("HTTP/1.1 200 OK\r\nX-Slow:"), entra.CodeNetwork, "", 0},
		"a connection that is half open":   {raw(patient), entra.CodeNetwork, "", 0},
		"half open in the body":            {raw(func(c net.Conn) { _, _ = io.WriteString(c, begun); patient(c) }), entra.CodeAnswer, "stopped coming", 0},
		"chunks without end": {raw(func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
			h.stream(c, "1;"+strings.Repeat("x", 50)+"\r\nx\r\n")
		}), entra.CodeAnswer, "", 10 * (maxBody + slack)},
		"a trailer without end": {raw(func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
			h.stream(c, "X-T: x\r\n")
		}), entra.CodeAnswer, "", slack},
	}
}

// impatient is a client that waits for milliseconds for what will never come, where it
// else waits for minutes. For what does come it waits as long as this machine takes.
func (f *fake) impatient(t *testing.T, server string) *Client {
	c := f.client(t)
	c.limits.tries = 2
	head, body := time.Minute, time.Minute
	switch server {
	case "headers that drip", "a connection that is half open":
		head = 300 * time.Millisecond
	case "a body that drips", "a refusal that drips", "half open in the body":
		body = 400 * time.Millisecond
	}
	c.waits(head, body/4, body)
	return c
}

// waits sets how long the client waits for an answer's head, for more of it, and for all.
func (c *Client) waits(head, idle, whole time.Duration) {
	c.limits.bodyIdle, c.limits.bodyWhole = idle, whole
	for _, client := range []*http.Client{c.kept, c.fresh} {
		client.Transport.(guard).next.(*http.Transport).ResponseHeaderTimeout = head
	}
}

// TestHostileServersAreBounded lets servers answer with more than anybody can hold or
// wait for: what is taken of it is bounded, in memory and in time, and the error says
// what is wrong.
func TestHostileServersAreBounded(t *testing.T) {
	for name := range new(hostile).servers() {
		t.Run(name, func(t *testing.T) {
			h := &hostile{} // of this answer alone: others may still be talking
			tc := h.servers()[name]
			f := newFake(t, tc.answer)
			c := f.impatient(t, name)
			heap, began := watchHeap(), time.Now()
			_, err := c.Page(t.Context(), f.graph.URL+skipLink, class(t, "users"))
			peak := heap()
			if tc.says == "" {
				tc.says = ": "
			}
			if e := entra.AsError(err); e.Code != tc.want || e.Remedy == "" || !strings.Contains(e.Error(), tc.says) || len(e.Error()) > 2000 {
				t.Errorf("ended with %s: %.2000v", e.Code, err)
			}
			if strings.Contains(tc.says, "larger") && f.requests() != 1 {
				t.Errorf("what is too large was asked for %d times", f.requests())
			}
			if n := h.sent.Load(); n > tc.most*int64(f.requests()) {
				t.Errorf("%d MB were taken in %d requests", n>>20, f.requests())
			}
			if peak > 500<<20 {
				t.Errorf("the heap grew by %d MB", peak>>20)
			}
			if took := time.Since(began); took > 3*time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

// watchHeap looks at the heap until it is asked how far that grew.
func watchHeap() (grew func() uint64) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base, peak := m.HeapInuse, m.HeapInuse
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		look := time.NewTicker(20 * time.Millisecond)
		defer look.Stop()
		for {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
			select {
			case <-stop:
				return
			case <-look.C:
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-stopped
		return peak - base
	}
}

// TestHostileAuthorities does the same where the client signs in.
func TestHostileAuthorities(t *testing.T) {
	h := &hostile{}
	const token = `{"token_type":"Bearer","expires_in":3599,"access_token":"`
	for name, answer := range map[string]reply{
		"a body of 2 GB": h.endless(200, token, "x"), "a refusal of 2 GB": h.endless(400, `{"error":"invalid_client","error_description":"`, "x"),
		"a zip bomb": h.bomb(200, token), "headers without end": h.headers("X-Flood: x\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, good())
			f.token = func(int) reply { return answer }
			h.sent.Store(0)
			heap := watchHeap()
			err := f.client(t).SignIn(t.Context())
			if e := entra.AsError(err); e.Code == entra.CodeInternal || e.Why == "" || e.Remedy == "" || len(e.Error()) > 2000 {
				t.Errorf("ended with %.2000v", err)
			}
			f.mu.Lock()
			signIns := int64(len(f.signIns))
			f.mu.Unlock()
			if n := h.sent.Load(); n > signIns*(160<<20) {
				t.Errorf("%d MB were taken in %d sign-ins", n>>20, signIns)
			}
			if peak := heap(); peak > 200<<20 {
				t.Errorf("the heap grew by %d MB", peak>>20)
			}
		})
	}
}

// TestHangingServersHearStop: who waits for a server that says nothing, or next to
// nothing, is stopped long before his patience ends.
func TestHangingServersHearStop(t *testing.T) {
	h := &hostile{}
	for name, answer := range map[string]reply{
		"half open":         raw(patient),
		"a body that drips": drip("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"),
		"headers that drip": drip("HTTP/1.1 200 OK\r\nX-Slow:"),
		"a body of 2 GB":    h.endless(200, `{"value":["`, "x"),
		"a zip bomb":        h.bomb(200, `{"value":["`),
	} {
		t.Run(name, func(t *testing.T) {
			came := make(chan struct{}, 100)
			f := newFake(t, reply{do: func(w http.ResponseWriter, r *http.Request) {
				came <- struct{}{}
				answer.write(w, r)
			}})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			c := f.client(t)
			c.waits(time.Hour, time.Hour, time.Hour)
			go func() {
				_, err := c.Page(ctx, f.graph.URL+skipLink, class(t, "users"))
				ended <- err
			}()
			<-came
			cancel()
			select {
			case err := <-ended:
				if entra.CodeOf(err) != entra.CodeCancelled {
					t.Errorf("ended with %v", err)
				}
			case <-time.After(2 * time.Minute):
				t.Fatal("goes on waiting")
			}
		})
	}
}

// TestDeafServer: a port that takes connections and never shakes hands.
func TestDeafServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f := newFake(t, good())
	c := f.client(t)
	c.limits.tries = 2
	for _, client := range []*http.Client{c.kept, c.fresh} {
		transport := client.Transport.(guard).next.(*http.Transport)
		transport.TLSHandshakeTimeout = 200 * time.Millisecond
		transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, l.Addr().String())
		}
	}
	_, err = c.Page(t.Context(), f.graph.URL+skipLink, class(t, "users"))
	if entra.CodeOf(err) != entra.CodeNetwork || !strings.Contains(err.Error(), "no answer came in time (asked 2 times)") {
		t.Errorf("got %v", err)
	}
}
