package signin

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/keyfile"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// Material is a credential as somebody gives it.
type Material struct {
	Kind        entra.Kind
	ClientID    string
	Secret      vault.Secret // of a client secret: its value
	Certificate []byte       // PEM (key and certificate) or PFX, as the file holds it
	Password    vault.Secret // of the certificate's file; empty: none
	Expires     time.Time    // of a client secret, where somebody knows it; zero: Entra is asked
}

// Hint tells what is likely wrong with a credential that can be added all the
// same; "": nothing. Entra shows a secret's id beside its value, and makes no
// value that looks like one.
func (m Material) Hint() string {
	id := strings.ToLower(strings.TrimSpace(string(m.Secret.Reveal())))
	if m.Kind == entra.ClientSecret && entra.IsGUID(id) {
		return "this looks like the secret's id, and not its value, so that signing in will fail; replace it with the value that Entra showed when the secret was made"
	}
	return ""
}

// Roots reads the certificates that alone are trusted for a cloud, from what a file
// holds.
func Roots(file []byte) ([]byte, error) { return keyfile.Roots(file) }

// binding ties a sealed secret to its place, so that a row copied elsewhere
// does not open.
func binding(profileID, credentialID, field string) string {
	return "profile/" + profileID + "/credential/" + credentialID + "/" + field
}

// AddCredential checks a credential, seals its secrets and stores it at the end
// of a profile's list. Nothing is stored half.
func AddCredential(ctx context.Context, st *store.Store, k *VaultAccess, profile string, m Material) error {
	p, err := st.Profile(ctx, profile)
	if err != nil {
		return err
	}
	c := entra.Credential{ID: uuid.NewString(), Kind: m.Kind, ClientID: m.ClientID}
	sealed, err := m.seal(ctx, k, p.ID, &c)
	if err != nil {
		return err
	}
	return st.AddCredential(ctx, profile, c, sealed)
}

// ReplaceCredential checks and seals a credential like [AddCredential] and puts
// it in the place of one of the profile's, whose id and order it takes over.
func ReplaceCredential(ctx context.Context, st *store.Store, k *VaultAccess, place Place, m Material) error {
	c := entra.Credential{ID: place.Credential, Kind: m.Kind, ClientID: m.ClientID}
	sealed, err := m.seal(ctx, k, place.Profile, &c)
	if err != nil {
		return err
	}
	return st.ReplaceCredential(ctx, c, sealed)
}

// Place is where a credential stands, by the ids of its profile and its own.
type Place struct{ Profile, Credential string }

// seal checks the material and seals its secret for its place; c learns what
// the check finds, such as the expiry.
func (m Material) seal(ctx context.Context, k *VaultAccess, profileID string, c *entra.Credential) (map[string][]byte, error) {
	field, secret, err := m.check(c)
	if err != nil || field == "" {
		return nil, err
	}
	defer secret.Clear()
	v, err := k.Open(ctx)
	if err != nil {
		return nil, err
	}
	sealed, err := v.Seal(secret, binding(profileID, c.ID, field))
	if err != nil {
		return nil, locked(err)
	}
	return map[string][]byte{field: sealed}, nil
}

// check refuses what Entra would refuse anyway, and gives what is to be sealed.
func (m Material) check(c *entra.Credential) (field string, secret vault.Secret, err error) {
	const what = "the credential can't be added"
	needsClient := m.Kind == entra.ClientSecret || m.Kind == entra.Certificate || m.Kind == entra.DeviceCode || m.Kind == entra.InteractiveBrowser
	if needsClient && m.ClientID == "" {
		return "", secret, entra.Invalid(what, "the client id is missing", "give the application (client) id of the app registration")
	}
	switch m.Kind {
	case entra.ClientSecret:
		if m.Secret.Empty() {
			return "", secret, entra.Invalid(what, "the client secret is empty", "give the secret's value")
		}
		c.Expires = m.Expires
		return entra.FieldSecret, vault.NewSecret(bytes.Clone(m.Secret.Reveal())), nil
	case entra.Certificate:
		pem, expires, err := keyfile.Certificate(m.Certificate, m.Password.Reveal(), time.Now())
		c.Expires = expires
		return entra.FieldCertificate, vault.NewSecret(pem), err
	case entra.ManagedIdentity, entra.WorkloadIdentity, entra.AzureCLI, entra.DeviceCode, entra.InteractiveBrowser:
		return "", secret, nil
	}
	return "", secret, entra.Invalid(what, say.With("there is no kind %s", string(m.Kind)), "choose client-secret, certificate, managed-identity, workload-identity, azure-cli, device-code or interactive-browser")
}
