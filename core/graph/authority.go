package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// authorityTransport carries the sign-in. It remembers why a request failed,
// because azidentity keeps only the text of that.
type authorityTransport struct {
	client *http.Client
	last   error     // of the sign-in under way; tokens lets in one at a time
	told   time.Time // the authority's clock in its latest answer; zero: unknown
	said   []byte    // its latest refusal: not every reader of it leaves it to the next
}

// Do sends r over https or not at all.
func (a *authorityTransport) Do(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" {
		a.last = errors.New("the authority is not https")
		return nil, a.last
	}
	resp, err := a.client.Do(r)
	a.last = err
	if err != nil {
		return nil, err
	}
	a.told, _ = http.ParseTime(resp.Header.Get("Date")) // without one the clock is not judged
	if resp.StatusCode >= http.StatusBadRequest {
		a.said, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // what can't be read is told by its status
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(a.said))
	}
	return resp, nil
}

func (a *authorityTransport) get(ctx context.Context, address string) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", userAgent)
	resp, err := a.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	return resp.StatusCode, body, err
}

// tolerated is how far Entra lets a clock be off when it checks an assertion.
const tolerated = 5 * time.Minute

// mindClock names a wrong clock where the authority's own tells of one: an
// assertion made by such a clock is refused with reasons that don't say so.
func (a *authorityTransport) mindClock(e *entra.Error) {
	if e.Code != entra.CodeSignIn || a.told.IsZero() {
		return
	}
	off := time.Since(a.told).Round(time.Minute)
	if off.Abs() <= tolerated {
		return
	}
	way := "ahead of"
	if off < 0 {
		way = "behind"
	}
	e.Why += fmt.Sprintf(", and this computer's clock is %d minutes %s Entra's", int(off.Abs().Minutes()), way)
	e.Remedy = "set the clock right first, then try again; " + e.Remedy
}
