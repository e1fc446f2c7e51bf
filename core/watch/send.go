package watch

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
)

// Message is the body of what is sent.
type Message struct {
	Watch    string          `json:"watch"`
	Tenant   string          `json:"tenant"`
	TenantID *string         `json:"tenant_id"`
	Test     bool            `json:"test"`
	Text     string          `json:"text"`   // one line for people
	Event    json.RawMessage `json:"event"`  // the change as CloudEvents 1.0; null: it is about a sync
	Sync     json.RawMessage `json:"sync"`   // the row of the history; null: it is about something else
	Object   *Moved          `json:"object"` // what came into a view, or left it; null: it is about something else
}

// Moved is an object that came into a view, or left it.
type Moved struct {
	Class   string `json:"class"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	View    string `json:"view"`
	Entered bool   `json:"entered"`
}

// patience is how long a receiver may take.
const patience = 20 * time.Second

// post sends a message, and fails unless it was taken. id stays the same at each try.
func (k *Keeper) post(ctx context.Context, w Watch, id string, m Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.Webhook, bytes.NewReader(body))
	if err != nil {
		return err
	}
	at := strconv.FormatInt(k.now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "EntraIDSync")
	r.Header.Set("Webhook-Id", id)
	r.Header.Set("Webhook-Timestamp", at)
	if w.Secret != nil {
		signature, err := k.sign(ctx, w, id+"."+at+"."+string(body))
		if err != nil {
			return err
		}
		r.Header.Set("Webhook-Signature", "v1,"+signature)
	}
	answer, err := k.client(w).Do(r)
	if err != nil {
		return failed(unanswered(err), err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return failed(say.With("it answered %d", answer.StatusCode), later(asked(answer.Header.Get("Retry-After"), k.now())))
	}
	return nil
}

// later is how long a receiver asks to be left alone.
type later time.Duration

func (l later) Error() string { return l.Sentence().String() }

// Sentence is the error as one sentence.
func (l later) Sentence() say.Sentence {
	return say.With("it asks for %d s of rest", int64(time.Duration(l).Seconds()))
}

// mostAsked bounds what a receiver may ask for.
const mostAsked = 24 * time.Hour

// asked reads Retry-After: seconds, or a date. What can't be read asks for nothing.
func asked(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, mostAsked)
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(0, date.Sub(now)), mostAsked)
}

// unanswered says why no answer came.
func unanswered(err error) say.Sentence {
	var untrusted *tls.CertificateVerificationError
	var unknown *net.DNSError
	switch {
	case errors.As(err, &untrusted):
		return "its certificate is not trusted here: `entrasyncctl watch set` with --ca-file names the roots that are"
	case errors.As(err, &unknown):
		return "its name is not known here"
	case errors.Is(err, context.DeadlineExceeded):
		return say.With("no answer came within %d s", int64(patience.Seconds()))
	}
	return "no answer came"
}

// failed words that a webhook did not take a message. An address is no part of it: it may
// hold a token.
func failed(why say.Sentence, err error) error {
	return &entra.Error{Code: entra.CodeNetwork, What: "the webhook did not take the notice", Why: why, Remedy: "check its address, and what receives it", Err: err}
}

// sign signs as Standard Webhooks does: HMAC-SHA256 over "id.timestamp.body".
func (k *Keeper) sign(ctx context.Context, w Watch, text string) (string, error) {
	v, err := k.Vault.Open(ctx)
	if err != nil {
		return "", err
	}
	secret, err := v.Open(w.Secret, w.binding())
	if err != nil {
		return "", &entra.Error{Code: entra.CodeVaultLocked, What: "the notice can't be signed", Why: "the vault does not open its secret", Remedy: "give the watch its secret again", Err: err}
	}
	defer secret.Clear()
	mac := hmac.New(sha256.New, secret.Reveal())
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// client asks nobody but the webhook itself: no redirect is followed.
func (k *Keeper) client(w Watch) *http.Client {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if w.CA != nil {
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(w.CA)
	}
	return &http.Client{Transport: &http.Transport{Proxy: k.Proxy, TLSClientConfig: config, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// id names a notice for ever: whoever gets it twice can tell.
func (n Notice) id(w Watch) string {
	if n.Object != "" {
		way := "left"
		if n.Entered {
			way = "entered"
		}
		return fmt.Sprintf("%s-view-%d-%d-%s-%s", w.ID, n.Tenant, n.Look, way, n.Object)
	}
	if n.Change != 0 {
		return fmt.Sprintf("%s-change-%d", w.ID, n.Change)
	}
	return fmt.Sprintf("%s-sync-%d-%d", w.ID, n.Tenant, n.Run)
}

// message is what is sent of a notice; false where what it is about is no longer kept.
func (k *Keeper) message(ctx context.Context, w Watch, n Notice) (m Message, found bool, err error) {
	about, err := k.about(ctx, w, n)
	if err != nil || about.Text == "" {
		return m, false, err
	}
	m = Message{Watch: w.Name, Tenant: about.Tenant.Name, Text: about.Text.String()}
	if about.Tenant.TenantID != "" {
		m.TenantID = &about.Tenant.TenantID
	}
	if about.Change != nil {
		m.Event, err = export.Object(export.EventColumns(about.Tenant), *about.Change)
	}
	if about.Object != nil {
		m.Object = &Moved{Class: about.Object.Class, ID: about.Object.ID, Name: about.Object.Name, View: w.View, Entered: about.Entered}
	}
	if about.Run != nil {
		m.Sync, err = export.Object(export.HistoryColumns(), *about.Run)
	}
	return m, err == nil, err
}
