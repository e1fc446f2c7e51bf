package syncer

import (
	"bytes"
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
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
}

// binding ties a sealed secret to its place, so that a row copied elsewhere
// does not open.
func binding(profileID, credentialID, field string) string {
	return "profile/" + profileID + "/credential/" + credentialID + "/" + field
}

// AddCredential checks a credential, seals its secrets and stores it at the end
// of a profile's list. Nothing is stored half.
func AddCredential(ctx context.Context, st *store.Store, k *Keeper, profile string, m Material) error {
	p, err := st.Profile(ctx, profile)
	if err != nil {
		return err
	}
	c := entra.Credential{ID: uuid.NewString(), Kind: m.Kind, ClientID: m.ClientID}
	field, secret, err := m.check(&c)
	if err != nil {
		return err
	}
	sealed := map[string][]byte{}
	if field != "" {
		defer secret.Clear()
		v, err := k.Open(ctx)
		if err != nil {
			return err
		}
		if sealed[field], err = v.Seal(secret, binding(p.ID, c.ID, field)); err != nil {
			return locked(err)
		}
	}
	return st.AddCredential(ctx, profile, c, sealed)
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
		return entra.FieldSecret, vault.NewSecret(bytes.Clone(m.Secret.Reveal())), nil
	case entra.Certificate:
		pem, expires, err := graph.ParseCertificate(m.Certificate, m.Password.Reveal(), time.Now())
		c.Expires = expires
		return entra.FieldCertificate, vault.NewSecret(pem), err
	case entra.ManagedIdentity, entra.WorkloadIdentity, entra.AzureCLI, entra.DeviceCode, entra.InteractiveBrowser:
		return "", secret, nil
	}
	return "", secret, entra.Invalid(what, "there is no kind "+string(m.Kind), "choose client-secret, certificate, managed-identity, workload-identity, azure-cli, device-code or interactive-browser")
}
