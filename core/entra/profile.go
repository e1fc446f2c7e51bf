package entra

import (
	"time"

	"github.com/entraidsync/entraidsync/core/say"
)

// Kind is a kind of credential.
type Kind string

// The kinds of credentials a profile may hold.
const (
	ClientSecret       Kind = "client-secret"
	Certificate        Kind = "certificate"
	ManagedIdentity    Kind = "managed-identity"
	WorkloadIdentity   Kind = "workload-identity"
	AzureCLI           Kind = "azure-cli"
	DeviceCode         Kind = "device-code"
	InteractiveBrowser Kind = "interactive-browser"
)

// Noun is the kind within a sentence.
func (k Kind) Noun() say.Sentence { return say.Sentence(k) }

// Person tells whether somebody signs in with it, and not an app by itself.
func (k Kind) Person() bool { return k == DeviceCode || k == InteractiveBrowser }

// Prompt is what a person is asked to do to sign in.
type Prompt struct {
	Message string // of a device code: Entra's own words
	Code    string // of a device code: what to type
	URL     string // where to type it; in a browser's sign-in the page that was opened
}

// Profile is a credential profile: a named, ordered list of credentials that
// are tried one after the other.
type Profile struct {
	ID          string // random, for ever; secrets are bound to it
	Name        string
	Description string
	Credentials []Credential
	Tenants     []string // names of the tenants that use it
}

// Credential is one way to sign in. Its secrets are kept sealed elsewhere.
type Credential struct {
	ID       string // random, for ever; secrets are bound to it
	Index    int    // its place in the profile, from 1
	Kind     Kind
	ClientID string
	Expires  time.Time // zero: unknown
	Lost     bool      // its secret was forgotten by a vault reset
	Revision int64     // grows with each other secret, and each sign-in of a person
}

// expiryWarnings are the days before a credential's end at which it is spoken of.
var expiryWarnings = []int{0, 1, 7, 30}

// Warned gives the threshold that the credential's end has come within: 30, 7
// or 1 days before it, or 0 where it is past. False: its end is unknown or far.
func (c Credential) Warned(now time.Time) (days int, near bool) {
	if c.Expires.IsZero() {
		return 0, false
	}
	left := c.Expires.Sub(now)
	for _, days := range expiryWarnings {
		if left <= time.Duration(days)*24*time.Hour {
			return days, true
		}
	}
	return 0, false
}

// Fields of a credential that are sealed.
const (
	FieldSecret      = "secret"      // the client secret
	FieldCertificate = "certificate" // PEM: the key and its certificate
	FieldAccount     = "account/"    // and a tenant's id: the sign-in of a person there
)
