package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	msal "github.com/AzureAD/microsoft-authentication-library-for-go/apps/errors"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// SignIn gets a token for the cloud's Graph, unless a good one is held. It
// fails with [entra.CodeSignIn], [entra.CodeTenantUnknown],
// [entra.CodeTenantMismatch], [entra.CodeService] or [entra.CodeNetwork].
func (c *Client) SignIn(ctx context.Context) error {
	_, err := c.tokens.GetToken(ctx, c.tokenOptions())
	if err != nil && ctx.Err() != nil {
		return stopped(ctx, say.With("signing in to %s failed", c.cfg.Tenant))
	}
	return err
}

func (c *Client) tokenOptions() policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: []string{c.cfg.Cloud.Scope()}, EnableCAE: true}
}

// hint is what an admin is told about some of Entra's error codes.
type hint struct {
	numbers     []int
	code        entra.Code
	why, remedy say.Sentence
}

// hints is by Entra's reference of error codes. Microsoft warns that codes
// change, so nothing but these words (and "no such tenant") depends on them.
var hints = []hint{
	{[]int{7000215}, "", "the client secret is wrong", "paste the secret's value, not its id"},
	{[]int{7000222}, "", "the client secret has expired", "make a new secret, or use a certificate"},
	{[]int{700016, 700011}, "", "the app is not registered in this tenant", "check the client id, the tenant and the cloud; a multi-tenant app needs an admin's consent in this tenant"},
	{[]int{90002}, entra.CodeTenantUnknown, "there is no such tenant in this cloud", "check the spelling of the tenant, and that the Azure Cloud is the right one"},
	{[]int{90038, 900439, 900382}, entra.CodeTenantUnknown, "the tenant or the app lives in another cloud", "choose the tenant's own Azure Cloud, and register the app there"},
	{[]int{900023}, entra.CodeTenantUnknown, "the tenant is neither a domain nor a tenant id", "give a verified domain or the tenant id"},
	{[]int{700027, 50012}, "", "the certificate is not registered with the app", "upload its public part (.cer) to the app registration, and check this computer's clock"},
	{[]int{700024}, "", "the sign-in is outside the time it is valid in", "check this computer's clock"},
	{[]int{70021, 700211, 700212, 700213}, "", "the app trusts no federated credential such as this one", "compare issuer, subject and audience with the app's federated credentials"},
	{[]int{7000218}, "", "the app allows no sign-in without a secret", "turn on public client flows of the app, or use another kind of credential"},
	{[]int{700030}, "", "the certificate's subject is not allowed for the app", "register this certificate with the app"},
	{[]int{700025}, "", "the app is a public client, which may not use a secret", "turn off public client flows of the app, or use another kind of credential"},
	{[]int{7000112, 70001}, "", "the app is disabled", "enable it under Enterprise applications"},
	{[]int{65001, 65004}, "", "no one has consented to the app's permissions", "let an admin grant consent"},
	{[]int{650056, 650057, 500011, 70011}, "", "the app has no permission for this cloud's Graph", "add the Microsoft Graph permissions to the app, and check that the Azure Cloud is the right one"},
	{[]int{50034, 50020}, "", "the user is not in this tenant", "check the tenant, or invite the user as a guest"},
	{[]int{50074, 50076, 50079}, "", "multi-factor authentication is asked for", "sign in interactively, or use an app's credential"},
	{[]int{50131, 53000, 53001, 53002, 53003, 53011}, "", "a Conditional Access policy blocks it", "let the Conditional Access admin exclude the app or allow this place"},
	{[]int{50105}, "", "the user is not assigned to the app", "assign the user under Enterprise applications"},
	{[]int{50173, 50133, 70008, 700082}, "", "the earlier sign-in is over", "sign in again"},
	{[]int{50126, 50053, 50055, 50057}, "", "the account is locked, expired or disabled, or its password is wrong", "put the account in order"},
	{[]int{70016, 70018, 70019}, "", "the device code was not used in time", "start again and type the new code"},
	{[]int{50194}, "", "the app belongs to one tenant only", "use the app's own tenant"},
	{[]int{50196}, "", "Entra stopped a client that asks for tokens in a loop", "wait some minutes"},
	{[]int{500021, 500022, 50002}, "", "the network restricts which tenants may be used", "ask the network team to allow this tenant"},
}

// refusal is the known part of an error document of Entra's sign-in.
type refusal struct {
	code, sub, description, trace, correlation string
	numbers                                    []int
	claims                                     string
}

// errorCode is how OAuth writes the code of an error.
var errorCode = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// aadstsNumber is how Entra's own error codes stand in its texts.
var aadstsNumber = regexp.MustCompile(`\bAADSTS(\d{4,9})\b`)

// readRefusal reads an error document. Secrets are not told, should it repeat them.
func readRefusal(body []byte, secrets []string) (refusal, bool) {
	all, err := readFields(body)
	if err != nil {
		return refusal{}, false
	}
	for _, name := range secretFields {
		secrets = append(secrets, all.word(name))
	}
	tell := func(name string) string { return clean(without(all.word(name), secrets)) }
	r := refusal{code: tell("error"), sub: tell("suberror"), trace: tell("trace_id"), correlation: tell("correlation_id"), claims: all.word("claims")}
	r.description, _, _ = strings.Cut(all.word("error_description"), "\n")
	r.description = clean(without(r.description, secrets))
	if !errorCode.MatchString(r.code) {
		r.code = ""
	}
	if json.Unmarshal(all["error_codes"], &r.numbers) != nil || len(r.numbers) == 0 {
		r.numbers = numbersIn(r.description)
	}
	return r, r.code != ""
}

// numbersIn finds Entra's error codes in a text.
func numbersIn(text string) (numbers []int) {
	for _, m := range aadstsNumber.FindAllStringSubmatch(text, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// without takes values out of a text.
func without(text string, values []string) string {
	for _, v := range values {
		if len(v) >= 4 { // less would tear words apart, and is no secret
			text = strings.ReplaceAll(text, v, redacted)
		}
	}
	return text
}

// handed is what a library is given of a refusal: it decides by the codes.
func (r refusal) handed() []byte {
	if r.code == "" {
		return nil
	}
	body, err := json.Marshal(map[string]any{"error": r.code, "suberror": r.sub, "error_codes": r.numbers, "claims": r.claims})
	if err != nil {
		return nil
	}
	return body
}

// explainSignIn turns a failed sign-in into words. What a library says of it is
// not told: it may hold the whole answer.
func explainSignIn(what say.Sentence, err error, h *heard) *entra.Error {
	var known *entra.Error
	var refused *azidentity.AuthenticationFailedError
	var needed signInNeeded
	var call msal.CallErr
	switch {
	case errors.As(err, &known), errors.As(h.last, &known):
		return known
	case errors.As(err, &needed) && needed.err == nil:
		return &entra.Error{Code: entra.CodeSignInAgain, What: what, Why: "somebody has to sign in, and nobody was asked", Remedy: remedySignIn}
	case h.last != nil:
		return networkError(what, h.last)
	case errors.As(err, &refused) && refused.RawResponse != nil:
		return authorityError(what, refused.RawResponse.StatusCode, h.said)
	case errors.As(err, &call):
		return personError(authorityError(what, call.Resp.StatusCode, h.said), needed.err != nil, h.said)
	}
	e := &entra.Error{Code: entra.CodeSignIn, What: what, Why: "the credential gave no token", Remedy: remedyUnknown}
	if err != nil {
		if numbers := numbersIn(err.Error()); len(numbers) > 0 { // as the Azure CLI and a browser's redirect tell it
			refusal{code: "refused", numbers: numbers}.explain(e)
		} else if why := localTrouble(err); why != "" {
			e.Why = why
		}
	}
	return e
}

// localTrouble knows what may be wrong on this computer before anything is sent.
func localTrouble(err error) say.Sentence {
	var file *fs.PathError
	text := err.Error()
	switch {
	case errors.As(err, &file):
		return say.With("the file %s can't be read", file.Path)
	case strings.Contains(text, "AZURE_FEDERATED_TOKEN_FILE") || strings.Contains(text, "no token file specified"):
		return "AZURE_FEDERATED_TOKEN_FILE names no file with an assertion"
	case strings.Contains(text, "no client ID specified"):
		return "no client id is given"
	case strings.Contains(text, "executable not found on path"), strings.Contains(text, "not found on path"):
		return "the Azure CLI is not installed, or not on the path"
	case strings.Contains(text, "az login"):
		return "nobody is signed in to the Azure CLI"
	}
	return ""
}

const (
	remedyUnknown = "check the credential"
	remedySignIn  = "sign in again, or use a credential that needs nobody"
)

// personError makes a refusal to go on without the person into what it asks for.
func personError(e *entra.Error, silent bool, said refusal) *entra.Error {
	if !silent || e.Code != entra.CodeSignIn {
		return e
	}
	switch said.code {
	case "invalid_grant", "interaction_required", "login_required", "consent_required":
		e.Code, e.Remedy = entra.CodeSignInAgain, remedySignIn
	}
	return e
}

// explain tells a failed sign-in with the remedy of its kind: some credentials
// live outside of this program.
func (c Credential) explain(what say.Sentence, err error, h *heard) *entra.Error {
	e := explainSignIn(what, err, h)
	if c.Kind == entra.ManagedIdentity {
		e = explainHost(what, h)
	}
	if e.Remedy != remedyUnknown {
		return e
	}
	switch c.Kind {
	case entra.ManagedIdentity:
		e.Remedy = "run this on an Azure resource that has this managed identity"
	case entra.WorkloadIdentity:
		e.Remedy = "check AZURE_FEDERATED_TOKEN_FILE and AZURE_CLIENT_ID, and the app's federated credential"
	case entra.AzureCLI:
		e.Remedy = "install the Azure CLI and run `az login` as the user this runs as"
	}
	return e
}

// scrub takes secrets out of an error, whoever put them there, and the cause,
// which nobody has read.
func (c Credential) scrub(e *entra.Error) *entra.Error {
	scrub := func(text string) string { return redact(without(text, []string{string(c.Secret)})) }
	e.Why, e.Remedy, e.Detail = e.Why.Map(scrub), e.Remedy.Map(scrub), scrub(e.Detail)
	e.Err = nil
	return e
}

// authorityError tells an answer of the authority that is not a success.
func authorityError(what say.Sentence, status int, said refusal) *entra.Error {
	e := &entra.Error{Code: entra.CodeSignIn, What: what, Detail: fmt.Sprintf("the authority answered %d", status)}
	switch {
	case status == http.StatusTooManyRequests:
		e.Code, e.Why, e.Remedy = entra.CodeThrottled, "Entra asks to slow down", "wait some minutes"
	case status >= 500:
		e.Code, e.Why, e.Remedy = entra.CodeService, say.With("Entra is failing (%d)", status), "wait; this works again by itself"
	case said.code == "":
		e.Code, e.Why, e.Remedy = entra.CodeNetwork, say.With("what answered (%d) is not Entra", status), "check the network for a proxy or sign-in page, and the cloud's authority"
	default:
		said.explain(e)
	}
	return e
}

// byNumber is the format of a reason that Entra gave with a number that is known.
const byNumber = "%s (AADSTS%d)"

// explain says why and what to do, by the first code that is known.
func (r refusal) explain(e *entra.Error) {
	e.Detail = fmt.Sprintf("%s: %s (trace %s, correlation %s)", r.code, r.description, r.trace, r.correlation)
	for _, number := range r.numbers {
		if i := slices.IndexFunc(hints, func(h hint) bool { return slices.Contains(h.numbers, number) }); i >= 0 {
			e.Why = say.With(byNumber, hints[i].why, number)
			e.Remedy = hints[i].remedy
			if hints[i].code != "" {
				e.Code = hints[i].code
			}
			return
		}
	}
	e.Why, e.Remedy = say.Foreign(r.description), remedyUnknown
	if r.description == "" {
		e.Why = say.Foreign(r.code)
	}
	if len(r.numbers) > 0 {
		e.Remedy = say.With("see https://login.microsoftonline.com/error?code=%d", r.numbers[0])
	}
}

// ConsentURL is the page where an admin of a tenant consents to the permissions
// that an app requests, which also makes a multi-tenant app known there.
func ConsentURL(cloud entra.Cloud, tenant, clientID string) string {
	return cloud.Authority + "/" + tenant + "/adminconsent?client_id=" + url.QueryEscape(clientID)
}

// sharpen makes a refused sign-in more exact by what Entra does not say.
func (cfg Config) sharpen(e *entra.Error) {
	switch {
	case refusedBy(e, 7000215) && entra.IsGUID(strings.TrimSpace(string(cfg.Credential.Secret))):
		e.Why = "the client secret's id was given in place of its value (AADSTS7000215)"
		e.Remedy = "paste the secret's value; it is shown only when the secret is made, so make a new one if it is lost"
	case refusedBy(e, 700016, 65001, 65004) && cfg.Credential.ClientID != "":
		e.Remedy = say.With("%s; an admin consents at %s", e.Remedy, ConsentURL(cfg.Cloud, cfg.Tenant, cfg.Credential.ClientID))
	}
}

// refusedBy tells whether a sign-in was refused with one of Entra's codes.
func refusedBy(e *entra.Error, codes ...int) bool {
	format, args := e.Why.Parts()
	return format == byNumber && slices.ContainsFunc(codes, func(code int) bool { return args[1] == int64(code) })
}
