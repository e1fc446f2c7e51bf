package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// Answers of a sign-in go to libraries that put a whole body into their errors
// when they can't read it. So they are read here first: what is handed on can be
// read, and what can't be handed on is told by one of these errors, which hold
// nothing of it.
var (
	// errWebPage is what a proxy or the sign-in page of a network puts in the place
	// of an answer.
	errWebPage = say.Errorf("a web page came in place of an answer")
	errCut     = say.Errorf("the answer was cut off")
	errStrange = say.Errorf("the answer is none of a sign-in")
	errNoToken = say.Errorf("the answer holds no access token")
)

// unknownLife is how long a token is used whose answer does not tell how long it
// lives. RFC 6749 (5.1) only recommends to tell. Entra's tokens live for an hour
// at least, but who does not say so may not be Entra.
const unknownLife = 10 * time.Minute

// mostLife is how long a token is used at most: Entra's longest live for 28 hours.
const mostLife = 28 * time.Hour

// fields are a JSON object's, undecoded.
type fields map[string]json.RawMessage

// readFields reads an answer that has to be one JSON object.
func readFields(body []byte) (fields, error) {
	body, _ = jsonscan.UTF8(body, "")
	body = jsonscan.Mend(body)
	var all fields
	err := json.Unmarshal(body, &all)
	var syntax *json.SyntaxError
	switch {
	case err == nil && all != nil:
		return all, nil
	case len(strings.TrimSpace(string(body))) == 0:
		return nil, errCut
	case strings.HasPrefix(strings.TrimSpace(string(body)), "<"):
		return nil, errWebPage
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(body)):
		return nil, errCut
	}
	return nil, errStrange
}

// word is a field that is a string; "" where it is none.
func (f fields) word(name string) string {
	var s string
	_ = json.Unmarshal(f[name], &s) // what is no string counts as absent
	return s
}

// readTokenAnswer makes the answer of a token endpoint into one that every
// library reads: a token, and for how long it lives in whole seconds.
func readTokenAnswer(body []byte, now time.Time) ([]byte, error) {
	all, err := readFields(body)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(all.word("access_token")) == "" {
		return nil, errNoToken
	}
	life := all.life(now)
	for _, name := range []string{"expires_on", "ext_expires_in", "refresh_in"} {
		delete(all, name)
	}
	for _, name := range []string{"token_type", "refresh_token", "scope", "foci", "client_info", "id_token", "error", "error_description"} {
		if all.word(name) == "" { // of another type, which some library would stumble over
			delete(all, name)
		}
	}
	all["expires_in"] = json.RawMessage(strconv.FormatInt(int64(life/time.Second), 10))
	return json.Marshal(all)
}

// life is how long an answer's token may be used. Entra tells seconds, as a
// number or as a string, the identity endpoints of hosts also a moment.
func (f fields) life(now time.Time) time.Duration {
	if seconds, ok := f.number("expires_in"); ok && seconds > 0 {
		return min(time.Duration(min(seconds, 1e9)*float64(time.Second)), mostLife)
	}
	end, ok := f.moment("expires_on")
	if life := end.Sub(now); ok && life > 0 {
		return min(life, mostLife)
	}
	return unknownLife
}

func (f fields) number(name string) (float64, bool) {
	raw := strings.Trim(string(f[name]), `" `)
	n, err := strconv.ParseFloat(raw, 64)
	return n, err == nil && !math.IsNaN(n)
}

func (f fields) moment(name string) (time.Time, bool) {
	if seconds, ok := f.number(name); ok && seconds > 0 && seconds < 1e11 {
		return time.Unix(int64(seconds), 0), true
	}
	for _, form := range []string{"01/02/2006 15:04:05", time.DateTime, "01/02/2006 15:04:05 -07:00", time.RFC3339Nano} {
		if t, err := time.Parse(form, f.word(name)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// readDeviceCode makes the answer of the device code endpoint into one that the
// library reads.
func readDeviceCode(body []byte, _ time.Time) ([]byte, error) {
	all, err := readFields(body)
	if err != nil {
		return nil, err
	}
	if all.word("device_code") == "" || all.word("user_code") == "" {
		return nil, errStrange
	}
	for name, usual := range map[string]int64{"expires_in": 900, "interval": 5} {
		n, ok := all.number(name)
		if !ok || n <= 0 || n > 1e6 {
			n = float64(usual)
		}
		all[name] = json.RawMessage(strconv.FormatInt(max(1, int64(n)), 10))
	}
	for _, name := range []string{"message", "verification_uri", "verification_url"} {
		if all.word(name) == "" {
			delete(all, name)
		}
	}
	return json.Marshal(all)
}

// readDocument takes an answer that has to be a JSON document as it is.
func readDocument(body []byte, _ time.Time) ([]byte, error) {
	all, err := readFields(body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

// readAll reads an answer whole, or tells that it was cut off.
func readAll(body io.Reader) ([]byte, error) {
	all, err := io.ReadAll(io.LimitReader(body, maxErrorBody+1))
	switch {
	case err != nil:
		return nil, errCut
	case len(all) > maxErrorBody:
		return nil, errStrange
	}
	return all, nil
}

// heard is what came of a sign-in: the libraries keep only the text of that.
type heard struct {
	last    error   // why there is no answer that could be used
	status  int     // of the latest answer
	said    refusal // what it refuses with, if it does
	secrets []string
}

// secretFields are the fields of requests and answers that nobody may see.
var secretFields = []string{"client_secret", "client_assertion", "assertion", "refresh_token", "code", "device_code", "code_verifier",
	"password", "access_token", "id_token"}

// hand hands an answer on to a library, in a form that it can read.
func (h *heard) hand(resp *http.Response, read func([]byte, time.Time) ([]byte, error)) (*http.Response, error) {
	raw, err := readAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode < http.StatusBadRequest && resp.StatusCode >= http.StatusMultipleChoices {
		raw = nil // a redirect, which is not followed, so its body says nothing
	}
	said, refuses := readRefusal(raw, h.secrets)
	body := said.handed()
	if resp.StatusCode < http.StatusMultipleChoices {
		if err == nil {
			body, err = read(raw, time.Now())
		}
		switch {
		case err != nil && refuses: // with a status that says otherwise
			body, resp.StatusCode, resp.Status = said.handed(), http.StatusBadRequest, ""
		case err != nil:
			h.last, h.status = err, resp.StatusCode
			return nil, err
		}
	}
	h.status, h.said = resp.StatusCode, said
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Del("Content-Length")
	return resp, nil
}
