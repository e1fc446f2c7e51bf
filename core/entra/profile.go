package entra

import "time"

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
}

// Fields of a credential that are sealed.
const (
	FieldSecret      = "secret"      // the client secret
	FieldCertificate = "certificate" // PEM: the key and its certificate
)
