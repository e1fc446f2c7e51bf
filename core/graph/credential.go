package graph

import (
	"fmt"
	"log/slog"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Credential is what a sign-in needs, opened. However it is printed, logged or
// marshalled, it is [redacted].
type Credential struct {
	Kind        entra.Kind
	ClientID    string // application id; optional for managed identity and Azure CLI
	Secret      []byte // the client secret's value
	Certificate []byte // PEM as keyfile.Certificate gives it: the key, then its certificates
}

// Format answers every verb of fmt with [redacted].
func (Credential) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalJSON gives "[redacted]".
func (Credential) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue gives [redacted].
func (Credential) LogValue() slog.Value { return slog.StringValue(redacted) }

// clone makes a copy that its owner may clear.
func (c Credential) clone() Credential {
	c.Secret = append([]byte(nil), c.Secret...)
	c.Certificate = append([]byte(nil), c.Certificate...)
	return c
}

func (c Credential) clear() {
	clear(c.Secret)
	clear(c.Certificate)
}

// asserts tells whether the sign-in depends on the clock: what it sends is
// valid for minutes.
func (c Credential) asserts() bool {
	return c.Kind == entra.Certificate || c.Kind == entra.WorkloadIdentity
}

// check says what a credential lacks.
func (c Credential) check() error {
	var lacks say.Sentence
	switch c.Kind {
	case entra.ClientSecret:
		lacks = missing(c.ClientID == "", "it has no client id", len(c.Secret) == 0, "it has no client secret")
	case entra.Certificate:
		lacks = missing(c.ClientID == "", "it has no client id", len(c.Certificate) == 0, "it has no certificate")
	case entra.DeviceCode, entra.InteractiveBrowser:
		// Without one azidentity would borrow the Azure CLI's application.
		lacks = missing(c.ClientID == "", "it has no client id", false, "")
	case entra.ManagedIdentity, entra.WorkloadIdentity, entra.AzureCLI:
	default:
		return entra.Invalid("the credential can't be used", say.With("there is no kind %q", c.Kind), "choose another kind of credential")
	}
	if lacks != "" {
		return entra.Invalid("the credential can't be used", lacks, "complete it in its credential profile")
	}
	return nil
}

func missing(a bool, lacksA say.Sentence, b bool, lacksB say.Sentence) say.Sentence {
	switch {
	case a:
		return lacksA
	case b:
		return lacksB
	}
	return ""
}

// newCredential makes the azidentity credential of a kind. It does no I/O.
func newCredential(cfg Config, options azcore.ClientOptions, h *heard) (azcore.TokenCredential, error) {
	c, tenant := cfg.Credential, cfg.Tenant
	// The built-in authorities are constants; those of custom clouds are unknown
	// to Microsoft's discovery, which must not even learn that they exist.
	undiscovered := !cfg.Cloud.BuiltIn
	switch c.Kind {
	case entra.ClientSecret:
		return azidentity.NewClientSecretCredential(tenant, c.ClientID, string(c.Secret),
			&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: undiscovered})
	case entra.Certificate:
		certs, key, err := azidentity.ParseCertificates(c.Certificate, nil)
		if err != nil {
			return nil, err
		}
		return azidentity.NewClientCertificateCredential(tenant, c.ClientID, certs, key,
			&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: undiscovered})
	case entra.WorkloadIdentity:
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: options, DisableInstanceDiscovery: undiscovered, ClientID: c.ClientID, TenantID: tenant})
	case entra.ManagedIdentity:
		return newManagedIdentity(cfg, h)
	case entra.AzureCLI:
		return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: tenant})
	}
	return newPerson(cfg, options)
}
