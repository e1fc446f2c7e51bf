package graph

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// answer is Graph's, read whole.
type answer struct {
	*http.Response
	body []byte
}

// complaint is what an OData error says, its inner errors included.
type complaint struct {
	codes   []string // lower case, the most specific first
	first   string   // the outer code as written
	message string
	text    string // all messages, lower case
}

// maxInner bounds how deep inner errors are followed.
const maxInner = 16

// readComplaint reads an error body; a body without one gives no codes.
func readComplaint(body []byte) complaint {
	var c complaint
	var doc map[string]any
	if json.Unmarshal(jsonscan.Mend(body), &doc) != nil {
		return c
	}
	if outer, ok := doc["error"].(map[string]any); ok {
		code, _ := outer["code"].(string)
		message, _ := outer["message"].(string)
		c.first, c.message = clean(code), clean(message)
		c.walk(outer, 0)
	}
	slices.Reverse(c.codes)
	return c
}

// walk gathers the codes and messages of an error and of what it holds.
func (c *complaint) walk(e map[string]any, depth int) {
	if code, _ := e["code"].(string); code != "" {
		c.codes = append(c.codes, strings.ToLower(clean(code)))
	}
	if message, _ := e["message"].(string); message != "" {
		c.text += " " + strings.ToLower(message)
	}
	for name, v := range e {
		inner, ok := v.(map[string]any)
		if ok && depth < maxInner && strings.EqualFold(name, "innererror") {
			c.walk(inner, depth+1)
		}
	}
}

func (c complaint) hasCode(list ...string) bool {
	return slices.ContainsFunc(c.codes, func(code string) bool { return slices.Contains(list, code) })
}

// mentions tells whether a code or a message holds one of the words.
func (c complaint) mentions(words ...string) bool {
	all := strings.Join(c.codes, " ") + c.text
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(all, w) })
}

// behind puts what Graph says behind a sentence, where it says something.
func (c complaint) behind(s say.Sentence) say.Sentence {
	said := cmp.Or(c.message, c.first)
	if said == "" {
		return s
	}
	return say.With("%s: %s", s, said)
}

// saysDead tells whether Graph says in so many words that a link is dead.
func (c complaint) saysDead() bool {
	return c.hasCode("syncstatenotfound", "syncstateinvalid", "resyncrequired", "resyncapplydifferences", "resyncuploaddifferences",
		"directorypagetokennotfoundexception", "directory_expiredpagetoken") ||
		c.mentions("delta token is expired", "delta token is no longer valid", "steady state within 30 days", "skiptoken and deltatoken can't be in the same")
}

// saysUnlicensed knows the shapes of a licence refusal; they have no common one.
func (c complaint) saysUnlicensed() bool {
	return c.hasCode("aadpremiumlicenserequired", "pimlicenserequired", "authentication_requestfromnonpremiumtenantorb2ctenant") ||
		c.mentions("premium license", "premiumlicense", "nonpremium", "licenserequired", "tenant needs to have microsoft entra", "not applicable to target tenant")
}

// errNoClass stands in an error where the class itself is not there, and not only its
// delta query or one of its properties.
var errNoClass = say.Errorf("there is no such class here")

// LacksClass tells that a cloud or tenant has no class of the name that was asked for.
func LacksClass(err error) bool { return errors.Is(err, errNoClass) }

// errTooEarly stands in an error where a log was asked for from before it begins.
var errTooEarly = say.Errorf("the log does not go back that far")

// BeginsLater tells that a log begins after the time from which it was asked for.
func BeginsLater(err error) bool { return errors.Is(err, errTooEarly) }

// refused sorts an answer that is not 200 into what to do and what to say.
func (c *Client) refused(ctx context.Context, q query, a answer) *failure {
	said := readComplaint(a.body)
	f := &failure{
		err:   &entra.Error{What: q.what, Detail: detail(a, said)},
		after: askedToWait(a.Header, time.Now()),
		token: strings.TrimPrefix(a.Request.Header.Get("Authorization"), "Bearer "),
	}
	status := a.StatusCode
	claims, challenged := challenge(a.Header)
	switch {
	case status == http.StatusTooManyRequests:
		f.then = throttle
		f.say(entra.CodeThrottled, "Graph keeps asking to slow down", "sync less often, or look for another app that uses up the tenant's quota")
	case status == http.StatusUnauthorized || status == http.StatusForbidden && challenged:
		f.then, f.claims, f.ofClass = renew, claims, ofClass(status, claims)
		f.unauthorized(said, q.class)
	case status == http.StatusNotImplemented:
		f.say(entra.CodeNotOffered, said.behind("Graph does not offer this"), "take the class or the property out of this tenant's configuration")
	case status >= 500 || status == http.StatusRequestTimeout || said.hasCode("cannotsnapshottree"):
		f.then = again
		f.say(entra.CodeService, say.With("Graph is failing (%d)", status), "wait; this works again by itself")
	case status/100 == 3:
		f.redirected(a, c.root)
	case status < 400:
		f.then = again
		f.say(entra.CodeAnswer, say.With("Graph answered %d, which it does not document", status), "check for a proxy in between")
	case isPage(a):
		f.then = again
		f.say(entra.CodeAnswer, say.With("a web page came (%d), from a proxy or a sign-in page", status), "check the network and the proxy in Settings")
	default:
		f.client(q, status, said)
	}
	if f.err.Err == nil && said.message != "" {
		f.err.Err = words(said.message)
	}
	if f.err.Code == entra.CodePermission {
		f.held(q.class, said)
		f.err.Detail += "; " + c.tokens.permissions(ctx)
	}
	return f
}

func (f *failure) say(code entra.Code, why, remedy say.Sentence) {
	f.err.Code, f.err.Why, f.err.Remedy = code, why, remedy
}

// client sorts the 4xx that Graph gives for what was asked.
func (f *failure) client(q query, status int, said complaint) {
	switch {
	case q.stored && (status == http.StatusGone || said.saysDead()):
		f.dead(said)
	case q.class.Log && said.mentions("minimum allowed time for"):
		f.say(entra.CodeRequest, said.behind("Graph does not keep the log for as long as was asked for"), "")
		f.err.Err = errTooEarly
	case said.saysUnlicensed():
		f.unlicensed(q.class)
	case status == http.StatusForbidden:
		f.forbidden(q.class, said)
	case said.mentions("resource not found for the segment"):
		f.say(entra.CodeNotOffered, say.With("this cloud or tenant has no %s", q.class), "take the class out of this tenant's configuration")
		if said.mentions("'" + strings.ToLower(path.Base(q.class.Path)) + "'") {
			f.err.Err = errNoClass
		}
	case q.stored && (status == http.StatusBadRequest || status == http.StatusNotFound):
		f.then = doubt
		f.dead(said)
	case status == http.StatusNotFound && q.beginsDelta() && (len(said.codes) == 0 || said.hasCode("unknownerror")):
		f.then = doubt
		f.say(entra.CodeNotOffered, say.With("there is no delta query of %s here", q.class), "take the class out of this tenant's configuration")
	case status == http.StatusNotFound && q.beginsExpanded():
		f.then = doubt
		f.say(entra.CodeNotOffered, say.With("Graph does not find what it should have (%d)", status), "take the class out of this tenant's configuration")
	case status == http.StatusNotFound && len(said.codes) > 0 && !said.hasCode("unknownerror") && q.asksForAll():
		f.say(entra.CodeNotOffered, say.With("this cloud or tenant has no %s", q.class), "take the class out of this tenant's configuration")
	case status == http.StatusNotFound && len(said.codes) > 0 && !said.hasCode("unknownerror"):
		f.say(entra.CodeNotFound, "Graph has no such object", "")
	case status == http.StatusNotFound || status == http.StatusGone:
		f.then = again
		f.say(entra.CodeService, say.With("Graph does not find what it should have (%d)", status), "wait; this works again by itself")
	default:
		f.say(entra.CodeRequest, said.behind(say.With("Graph refuses the request (%d)", status)), "check the properties added for this class; report it if there are none")
	}
}

func (f *failure) dead(said complaint) {
	said.first = "" // it says less than our own words
	f.say(entra.CodeDeltaLinkDead, said.behind("Graph no longer honours the stored link"), "nothing: a full scan follows by itself")
}

func (f *failure) unlicensed(class entra.Class) {
	licence := cmp.Or(class.Licence, premium)
	f.say(entra.CodeLicence, say.With("the tenant has no licence for %s (%s)", class, licence), "get the licence, or take the class out of this tenant's configuration")
	if g, _ := grantOf(f.token); !slices.Contains(g.Permissions, class.Permission) {
		f.err.Why = say.With("the tenant has no licence for %s (%s), or the permission %s is missing", class, licence, class.Permission)
		f.err.Remedy = say.With("get the licence, grant %s with admin consent, or take the class out of this tenant's configuration", class.Permission)
	}
}

// forbidden takes a bare 403 of a licensed class for a missing licence: so the risk classes say it.
func (f *failure) forbidden(class entra.Class, said complaint) {
	if class.Licence != "" && !said.hasCode("authorization_requestdenied", "accessdenied") {
		f.unlicensed(class)
		return
	}
	f.denied(class)
}

func (f *failure) denied(class entra.Class) {
	if class.Permission == "" {
		f.say(entra.CodePermission, "the app lacks a permission", "grant the app's Graph permissions and admin consent")
		return
	}
	f.say(entra.CodePermission, say.With("the app lacks the permission %s", class.Permission),
		say.With("grant %s (application permission) and admin consent", class.Permission))
}

// redirected is final: nothing is followed, and nothing but the reason depends
// on where it would have led.
func (f *failure) redirected(a answer, root *url.URL) {
	to, err := a.Location()
	if err != nil || sameHost(to, root) == nil {
		f.say(entra.CodeAnswer, say.With("Graph redirects (%d), which it does not document", a.StatusCode), "check for a proxy in between")
		return
	}
	f.say(entra.CodeForeignHost, say.With("it was redirected to %s://%s", to.Scheme, clean(to.Host)), "check the network for a proxy or sign-in page")
}

func isPage(a answer) bool {
	return strings.HasPrefix(strings.ToLower(a.Header.Get("Content-Type")), "text/html")
}

// detail is the technical text: no query, because it may hold a link's token.
func detail(a answer, said complaint) string {
	return fmt.Sprintf("GET %s: %d %s: %s (request-id %s, client-request-id %s)", a.Request.URL.Path, a.StatusCode,
		strings.Join(said.codes, " "), said.message, clean(a.Header.Get("request-id")), a.Request.Header.Get("client-request-id"))
}

// reaction is what a failed try leads to.
type reaction int

const (
	final    reaction = iota // asking again would change nothing
	again                    // on a new connection, after a break
	throttle                 // all workers wait
	renew                    // once, with a new token
	doubt                    // once, then the link is dead
)

// failure is a failed try.
type failure struct {
	err     *entra.Error
	then    reaction
	after   time.Duration // as Retry-After asks; 0: nothing asked
	token   string        // the one that was refused
	claims  string        // of Graph's challenge
	ofClass bool          // that challenge is about what was asked for, and not about the token
}

// unsent is the failure of a request that did not leave.
func unsent(q query, err error) *failure {
	var e *entra.Error
	if !errors.As(err, &e) {
		return &failure{err: &entra.Error{Code: entra.CodeInternal, What: q.what, Why: told(err), Remedy: "report this", Err: err}}
	}
	f := &failure{err: e}
	if e.Code == entra.CodeNetwork || e.Code == entra.CodeService || e.Code == entra.CodeThrottled {
		f.then = again
	}
	return f
}

// lost is the failure of a request without an answer.
func lost(q query, err error) *failure {
	var e *entra.Error // of the guard
	if errors.As(err, &e) {
		return &failure{err: e}
	}
	return &failure{err: networkError(q.what, err), then: again}
}

// broken is the failure of an answer that can't be used.
func broken(q query, err error) *failure {
	var e *entra.Error
	if errors.As(err, &e) {
		return &failure{err: e}
	}
	if errors.As(err, new(tooLarge)) {
		return &failure{err: &entra.Error{Code: entra.CodeAnswer, What: q.what,
			Why: say.With("the answer is not what Graph documents: %s", told(err)), Remedy: "check for a proxy in between; report it if there is none", Err: err}}
	}
	if errors.As(err, new(unusable)) {
		return &failure{then: doubt, err: &entra.Error{Code: entra.CodeAnswer, What: q.what,
			Why: say.With("the answer came whole and is not what Graph documents: %s", told(err)), Remedy: "check for a proxy in between; report it if there is none", Err: err}}
	}
	return &failure{then: again, err: &entra.Error{Code: entra.CodeAnswer, What: q.what,
		Why: say.With("the answer is not what Graph documents: %s", told(err)), Remedy: "check for a proxy in between; else this works again by itself", Err: err}}
}

// Graph begins an answer with 200 before it has all of it. Where it fails then, it
// ends the answer with an error document: alone, behind null, or behind half a page.

// splicedAt is how far from an answer's end such a document is looked for.
const splicedAt = 64 << 10

var errorMember = regexp.MustCompile(`"error"\s*:\s*\{`)

var errIsError = say.Errorf("it is an error")

// splicedError finds the error that an answer ends with.
func splicedError(body []byte) (document []byte, said complaint) {
	body = body[max(0, len(body)-splicedAt):]
	places := errorMember.FindAllIndex(body, -1)
	for i := len(places) - 1; i >= 0; i-- {
		rest := body[places[i][1]-1:]
		d := json.NewDecoder(bytes.NewReader(rest))
		var e json.RawMessage
		if d.Decode(&e) != nil || len(bytes.Trim(rest[d.InputOffset():], "]} \t\r\n")) > 0 {
			continue // of an object, or cut off itself
		}
		document = []byte(`{"error":` + string(e) + `}`)
		if said = readComplaint(document); said.first != "" || said.message != "" {
			return document, said
		}
	}
	return nil, complaint{}
}

// splicedStatus is the status that an error would have come with.
var splicedStatus = map[string]int{
	"toomanyrequests": http.StatusTooManyRequests, "activitylimitreached": http.StatusTooManyRequests, "requestthrottled": http.StatusTooManyRequests,
	"throttled": http.StatusTooManyRequests, "429": http.StatusTooManyRequests,
	"invalidauthenticationtoken": http.StatusUnauthorized, "unauthenticated": http.StatusUnauthorized, "unauthorized": http.StatusUnauthorized,
	"authorization_requestdenied": http.StatusForbidden, "accessdenied": http.StatusForbidden, "forbidden": http.StatusForbidden,
	"request_resourcenotfound": http.StatusNotFound, "itemnotfound": http.StatusNotFound,
	"notimplemented": http.StatusNotImplemented,
}

// spliced is the failure of an answer that began well and ended with an error;
// nil where there is none in it.
func (c *Client) spliced(ctx context.Context, q query, resp *http.Response, body []byte) *failure {
	document, said := splicedError(body)
	if document == nil {
		return nil
	}
	status := http.StatusInternalServerError
	for _, code := range said.codes {
		if known, ok := splicedStatus[code]; ok {
			status = known
			break
		}
	}
	if said.saysDead() || said.saysUnlicensed() || !q.stored && said.hasCode("badrequest", "request_badrequest", "request_unsupportedquery") {
		status = http.StatusBadRequest
	}
	as := *resp
	as.StatusCode = status
	f := c.refused(ctx, q, answer{&as, document})
	if f.then == again || f.then == throttle {
		f.err.Why = say.With("Graph ended its answer with an error: %s", strings.Trim(said.first+": "+said.message, ": "))
		f.err.Remedy = "sync again later; tell Microsoft the technical text if it stays"
	}
	return f
}

// holdsError tells whether an answer that can be read tells of an error beside what
// was asked for: what it lists is not all. It stands before the list or behind it, so
// that nothing between an answer's ends is searched.
func holdsError(body []byte) bool {
	if !errorMember.Match(body[:min(len(body), splicedAt)]) && !errorMember.Match(body[max(0, len(body)-splicedAt):]) {
		return false
	}
	var answer struct {
		Error map[string]any `json:"error"`
	}
	return json.Unmarshal(jsonscan.Mend(body), &answer) == nil && len(answer.Error) > 0
}
