package graph

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// Limits of an answer's body, decompressed.
const (
	maxBody      = 64 << 20 // a list page of 999 large users has 10 MB
	maxErrorBody = 1 << 20
)

// accept hands a JSON body to q.
func accept(q query, resp *http.Response, m *buffers) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case kind == "text/html":
		return say.Errorf("a web page came, from a proxy or a sign-in page")
	case m.body.Len() == 0:
		return say.Errorf("it is empty")
	case kind != "application/json":
		return say.Errorf("its content type is %q", clean(kind))
	}
	if begin := errorMember.FindIndex(m.body.Bytes()[:min(m.body.Len(), 64)]); begin != nil && len(bytes.Trim(m.body.Bytes()[:begin[0]], "\xef\xbb\xbf{ \t\r\n")) == 0 {
		return errIsError
	}
	if holdsError(m.body.Bytes()) {
		return errIsError
	}
	return q.accept(m)
}

// tooLarge is the bound that an answer exceeds. It would at the next try as well, and
// nothing of it is looked at: it holds memory enough as it is.
type tooLarge int64

func (t tooLarge) Error() string { return t.Sentence().String() }

// Sentence tells it.
func (t tooLarge) Sentence() say.Sentence {
	return say.With("it is larger than %d {byte|bytes}", int64(t))
}

var errBodySlow = say.Errorf("the answer stopped coming")

// readBody reads an answer whole, within limits of size and time. Cancel ends
// the request when the answer stops coming. Of a refusal what came will do: its
// status says the most.
func (l limits) readBody(resp *http.Response, cancel func(), m *buffers, begun func(head []byte)) error {
	most := l.body
	if resp.StatusCode != http.StatusOK {
		most, begun = min(most, maxErrorBody), nil
	}
	idle := time.AfterFunc(l.bodyIdle, cancel)
	defer idle.Stop()
	whole := time.AfterFunc(l.bodyWhole, cancel)
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
	case errors.As(err, new(packedOddly)):
		return err
	case err != nil:
		return say.Errorf("it was cut off: %s", plain(err))
	case int64(m.body.Len()) > most:
		return tooLarge(most)
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
	return nil, nil, packedOddly(clean(encoding))
}

// packedOddly is a way of packing that was not asked for.
type packedOddly string

func (p packedOddly) Error() string { return p.Sentence().String() }

// Sentence tells it.
func (p packedOddly) Sentence() say.Sentence {
	return say.With("it is packed as %q, which was not asked for", string(p))
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

// buffers are what an answer is read into: its body, and what is found in it. A
// page has some megabytes of each, so they are used again for pages to come.
type buffers struct {
	body       bytes.Buffer
	objects    []entra.Object
	properties []entra.Property
	left       int // properties that are elsewhere, see splitter.makeRoom
	expected   int // properties; 0: nobody knows
	links      []entra.Link
	clean      []byte // values that did not come in our spelling
	kept       bool   // by a page, which gives it back when it is released
}

// decode makes the body UTF-8 without a byte order mark.
func (m *buffers) decode(contentType string) {
	_, parameters, _ := mime.ParseMediaType(contentType) // of one that can't be read none is known
	text, converted := jsonscan.UTF8(m.body.Bytes(), parameters["charset"])
	if converted {
		m.body = *bytes.NewBuffer(text)
		return
	}
	m.body.Next(m.body.Len() - len(text))
}

// bufferPool holds what is not in use now, class by class: their pages differ in
// size, and so do those of a class's list and of its delta. A sync.Pool would be
// emptied by the garbage collections that come with the pages.
type bufferPool struct {
	mu   sync.Mutex
	free map[string][]*buffers
	most map[string]extent
}

// extent is what the largest page of a class so far took.
type extent struct{ body, properties int }

// What is held on to: pages of one class, and bytes of one body.
const (
	mostBuffers = 4
	mostBody    = 8 << 20
)

// SpoilReleased is for tests: memory that is given back is overwritten, so that
// whoever keeps a value of a released page is found.
var SpoilReleased bool

// spoil overwrites all that was found in an answer.
func (m *buffers) spoil() {
	body := m.body.Bytes()
	for _, b := range [][]byte{body[:cap(body)], m.clean[:cap(m.clean)]} {
		for i := range b {
			b[i] = 0xDD
		}
	}
	objects, properties, links := m.objects[:cap(m.objects)], m.properties[:cap(m.properties)], m.links[:cap(m.links)]
	for i := range objects {
		objects[i] = entra.Object{ID: "released"}
	}
	for i := range properties {
		properties[i] = entra.Property{Name: "released", Value: []byte{0xDD}}
	}
	for i := range links {
		links[i] = entra.Link{Target: "released"}
	}
}

// deltaPages ends the name under which a class's delta pages are held.
const deltaPages = "/delta"

// take gives memory for an answer. A class reads its list or its delta: what the other
// left is let go of.
func (a *bufferPool) take(class string) *buffers {
	a.mu.Lock()
	defer a.mu.Unlock()
	other, isDelta := strings.CutSuffix(class, deltaPages)
	if !isDelta {
		other += deltaPages
	}
	delete(a.free, other)
	m := new(buffers)
	if free := a.free[class]; len(free) > 0 {
		m = free[len(free)-1]
		a.free[class] = free[:len(free)-1]
		m.body.Reset()
		m.kept = false
	}
	most := a.most[class] // at once as large as it will have to be: growing takes twice of that
	if m.body.Cap() == 0 {
		m.body.Grow(most.body + most.body/8 + bytes.MinRead)
	}
	if m.expected = most.properties + most.properties/8; cap(m.properties) < most.properties {
		m.properties = nil // made when the answer is decoded
	}
	return m
}

func (a *bufferPool) give(class string, m *buffers) {
	if SpoilReleased {
		m.spoil()
	}
	if m.body.Cap() > mostBody || cap(m.clean) > mostBody {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.free == nil {
		a.free, a.most = map[string][]*buffers{}, map[string]extent{}
	}
	most := a.most[class]
	a.most[class] = extent{max(most.body, m.body.Len()), max(most.properties, m.left+len(m.properties))}
	if len(a.free[class]) < mostBuffers {
		a.free[class] = append(a.free[class], m)
	}
}

// rest lets go of all.
func (a *bufferPool) rest() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free, a.most = nil, nil
}

// words are Graph's own, of a refusal.
type words string

func (w words) Error() string { return string(w) }

// Words are what Graph itself says of why it refuses; "" where it says nothing.
func Words(err error) string {
	var said words
	errors.As(err, &said)
	return string(said)
}
