package wire

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// tamper sends another body than the honest one.
func (a *armed) tamper(r *http.Request, rep *Reply) {
	if a.Tamper == nil {
		return
	}
	rep.Body = a.Tamper(r, rep.plain())
	rep.Packed = nil
}

// plain is the body, whether it is kept compressed or not. The caller may change it.
func (r *Reply) plain() []byte {
	if r.Packed == nil {
		return bytes.Clone(r.Body)
	}
	z, err := gzip.NewReader(bytes.NewReader(r.Packed))
	if err != nil {
		return nil
	}
	body, _ := io.ReadAll(z)
	return body
}

// Ways to tamper with a body.

// Before puts bytes before the body, such as a byte order mark.
func Before(head string) func(*http.Request, []byte) []byte {
	return func(_ *http.Request, body []byte) []byte { return append([]byte(head), body...) }
}

// Replaced puts bytes in the place of others wherever they stand: what is no UTF-8, half a surrogate pair, an escape.
func Replaced(old, odd string) func(*http.Request, []byte) []byte {
	return func(_ *http.Request, body []byte) []byte { return bytes.ReplaceAll(body, []byte(old), []byte(odd)) }
}

// Spliced adds a member to the end of the body's object, such as `"error":{"code":"x"}`.
func Spliced(member string) func(*http.Request, []byte) []byte {
	return func(_ *http.Request, body []byte) []byte {
		end := bytes.LastIndexByte(body, '}')
		if end < 0 {
			return body
		}
		return append(append(append(body[:end:end], ','), member...), body[end:]...)
	}
}

var idMember = regexp.MustCompile(`"id":"[^"]*"`)

// UpperIDs writes every GUID of an object or a link in capitals, as some of Graph's services do.
func UpperIDs(_ *http.Request, body []byte) []byte {
	return idMember.ReplaceAllFunc(body, func(member []byte) []byte {
		return guid.ReplaceAllFunc(member, bytes.ToUpper)
	})
}

// Without is the request without some of its query options, as a server sees it that ignores them.
func Without(options ...string) func(*http.Request) *http.Request {
	return func(r *http.Request) *http.Request {
		q, _ := url.ParseQuery(strings.ReplaceAll(r.URL.RawQuery, ";", "%3B"))
		for _, name := range options {
			q.Del(name)
		}
		other := r.Clone(r.Context())
		other.URL.RawQuery = q.Encode()
		return other
	}
}
