package graphsim

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// reply is an answer before it is sent, so that a fault can still spoil it.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	packed  []byte        // the body as it was compressed before; nil: it wasn't
	cut     bool          // the connection breaks after the body's first half
	cutGzip bool          // the compressed body lacks its end
	pause   time.Duration // between pieces of the body
	dropped bool          // the connection breaks before anything is sent
}

func newReply(status int, body []byte) *reply {
	return &reply{status: status, header: http.Header{}, body: body}
}

func jsonReply(status int, v any) *reply {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("graphsim: reply: %v", err)) // v is one of ours
	}
	rep := newReply(status, body)
	rep.header.Set("Content-Type", "application/json; charset=utf-8")
	return rep
}

// refusal is an error as Graph words it.
type refusal struct {
	status        int
	code, message string
	header        map[string]string
	inner         map[string]any // goes into innerError beside the ids
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func refuse(status int, code, format string, args ...any) *refusal {
	return &refusal{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

func (r *refusal) with(key, value string) *refusal {
	header := map[string]string{key: value}
	for k, v := range r.header {
		header[k] = v
	}
	return &refusal{r.status, r.code, r.message, header, r.inner}
}

func (r *refusal) reply(requestID, clientRequestID string, now time.Time) *reply {
	inner := map[string]any{
		"date":              now.UTC().Format("2006-01-02T15:04:05"),
		"request-id":        requestID,
		"client-request-id": clientRequestID,
	}
	for k, v := range r.inner {
		inner[k] = v
	}
	rep := jsonReply(r.status, map[string]any{"error": map[string]any{"code": r.code, "message": r.message, "innerError": inner}})
	for k, v := range r.header {
		rep.header.Set(k, v)
	}
	return rep
}

var gzips = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return w
}}

// send writes a reply, compressed where the client asks for it.
func send(w http.ResponseWriter, r *http.Request, rep *reply) {
	if rep.dropped {
		panic(http.ErrAbortHandler)
	}
	for k, v := range rep.header {
		w.Header()[k] = v
	}
	body := rep.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && len(body)+len(rep.packed) > 0 {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Vary", "Accept-Encoding")
		if body = rep.packed; body == nil {
			body = compressed(rep.body)
		}
		if rep.cutGzip {
			body = body[:len(body)*2/3]
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(rep.status)
	switch {
	case rep.cut:
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case rep.pause > 0:
		trickle(w, r, body, rep.pause)
	default:
		_, _ = w.Write(body)
	}
}

func compressed(body []byte) []byte {
	var buf bytes.Buffer
	z := gzips.Get().(*gzip.Writer)
	defer gzips.Put(z)
	z.Reset(&buf)
	_, _ = z.Write(body)
	_ = z.Close()
	return buf.Bytes()
}

// trickle writes the body in sixteen pieces, with a pause before each.
func trickle(w http.ResponseWriter, r *http.Request, body []byte, pause time.Duration) {
	piece := len(body)/16 + 1
	for len(body) > 0 {
		if !wait(r, pause) {
			return
		}
		n := min(piece, len(body))
		if _, err := w.Write(body[:n]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		body = body[n:]
	}
}

// wait pauses until d has passed, or the client has gone: then false.
func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

func newID() string { return uuid.NewString() }
