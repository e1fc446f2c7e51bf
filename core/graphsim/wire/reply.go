package wire

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

// Reply is an answer before it is sent, so that a fault can still spoil it.
type Reply struct {
	Status  int
	Header  http.Header
	Body    []byte
	Packed  []byte        // the body as it was compressed before; nil: it wasn't
	cut     bool          // the connection breaks after the body's first half
	cutGzip bool          // the compressed body lacks its end
	pause   time.Duration // between pieces of the body
	Dropped bool          // the connection breaks before anything is sent
}

// NewReply is an answer without headers.
func NewReply(status int, body []byte) *Reply {
	return &Reply{Status: status, Header: http.Header{}, Body: body}
}

// JSON is an answer of a value of ours.
func JSON(status int, v any) *Reply {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("graphsim: reply: %v", err)) // v is one of ours
	}
	rep := NewReply(status, body)
	rep.Header.Set("Content-Type", "application/json; charset=utf-8")
	return rep
}

// Typed is a body of a type of its own.
func Typed(contentType, body string) *Reply {
	rep := NewReply(http.StatusOK, []byte(body))
	rep.Header.Set("Content-Type", contentType)
	return rep
}

// Refusal is an error as Graph words it.
type Refusal struct {
	status        int
	code, message string
	Header        map[string]string
	inner         map[string]any // goes into innerError beside the ids
}

func (r *Refusal) Error() string { return r.code + ": " + r.message }

// Refuse words a refusal.
func Refuse(status int, code, format string, args ...any) *Refusal {
	return &Refusal{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

func (r *Refusal) with(key, value string) *Refusal {
	header := map[string]string{key: value}
	for k, v := range r.Header {
		header[k] = v
	}
	return &Refusal{r.status, r.code, r.message, header, r.inner}
}

// Reply is the refusal as an answer.
func (r *Refusal) Reply(requestID, clientRequestID string, now time.Time) *Reply {
	inner := map[string]any{
		"date":              now.UTC().Format("2006-01-02T15:04:05"),
		"request-id":        requestID,
		"client-request-id": clientRequestID,
	}
	for k, v := range r.inner {
		inner[k] = v
	}
	rep := JSON(r.status, map[string]any{"error": map[string]any{"code": r.code, "message": r.message, "innerError": inner}})
	for k, v := range r.Header {
		rep.Header.Set(k, v)
	}
	return rep
}

var gzips = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return w
}}

// Send writes a reply, compressed where the client asks for it.
func Send(w http.ResponseWriter, r *http.Request, rep *Reply) {
	if rep.Dropped {
		panic(http.ErrAbortHandler)
	}
	for k, v := range rep.Header {
		w.Header()[k] = v
	}
	body := rep.Body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && len(body)+len(rep.Packed) > 0 {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Vary", "Accept-Encoding")
		if body = rep.Packed; body == nil {
			body = Compressed(rep.Body)
		}
		if rep.cutGzip {
			body = body[:len(body)*2/3]
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(rep.Status)
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

// Compressed is a body as gzip.
func Compressed(body []byte) []byte {
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
		if !Wait(r, pause) {
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

// Wait pauses until d has passed, or the client has gone: then false.
func Wait(r *http.Request, d time.Duration) bool {
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

// NewID is a GUID that was never seen before.
func NewID() string { return uuid.NewString() }
