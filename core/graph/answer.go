package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Limits of an answer's body, decompressed.
const (
	maxBody      = 64 << 20 // a list page of 999 large users has 10 MB
	maxErrorBody = 1 << 20
	bodyWhole    = 5 * time.Minute
)

// accept hands a JSON body to q.
func accept(q query, resp *http.Response, m *memory) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case kind == "text/html":
		return errors.New("a web page came, from a proxy or a sign-in page")
	case m.body.Len() == 0:
		return errors.New("it is empty")
	case kind != "application/json":
		return fmt.Errorf("its content type is %q", clean(kind))
	}
	return q.accept(m)
}

var errBodySlow = errors.New("the answer stopped coming")

// readBody reads an answer whole, within limits of size and time. Cancel ends
// the request when the answer stops coming. Of a refusal what came will do: its
// status says the most.
func (l limits) readBody(resp *http.Response, cancel func(), m *memory, begun func(head []byte)) error {
	most := l.body
	if resp.StatusCode != http.StatusOK {
		most, begun = min(most, maxErrorBody), nil
	}
	idle := time.AfterFunc(l.bodyIdle, cancel)
	defer idle.Stop()
	whole := time.AfterFunc(bodyWhole, cancel)
	defer whole.Stop()
	unpacked, done, err := unpack(resp.Header.Get("Content-Encoding"), &watched{resp.Body, func() { idle.Reset(l.bodyIdle) }})
	if err == nil {
		err = receive(&m.body, io.LimitReader(unpacked, most+1), begun)
		done()
	}
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil
	case errors.Is(err, context.Canceled):
		return errBodySlow
	case err != nil:
		return fmt.Errorf("it was cut off: %s", plain(err))
	case int64(m.body.Len()) > most:
		return fmt.Errorf("it is larger than %d bytes", most)
	}
	return nil
}

var unzippers = sync.Pool{New: func() any { return new(gzip.Reader) }}

// unpack gives a body as it was before it was packed, until done.
func unpack(encoding string, body io.Reader) (unpacked io.Reader, done func(), err error) {
	switch strings.ToLower(encoding) {
	case "gzip", "x-gzip":
		z := unzippers.Get().(*gzip.Reader)
		if err := z.Reset(body); err != nil {
			unzippers.Put(z)
			return nil, nil, err
		}
		return z, func() { unzippers.Put(z) }, nil
	case "", "identity":
		return body, func() {}, nil
	}
	return nil, nil, fmt.Errorf("it is packed as %q, which was not asked for", encoding)
}

// headSize is how much of a page is looked at before the rest of it has come.
const headSize = 4096

// receive reads a body whole, and shows its beginning as soon as that has come.
func receive(into *bytes.Buffer, body io.Reader, begun func(head []byte)) error {
	if begun != nil {
		if _, err := into.ReadFrom(io.LimitReader(body, headSize)); err != nil {
			return err
		}
		begun(into.Bytes())
	}
	_, err := into.ReadFrom(body)
	return err
}

// watched winds a clock with every byte that comes.
type watched struct {
	r    io.Reader
	wind func()
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.wind()
	}
	return n, err
}
