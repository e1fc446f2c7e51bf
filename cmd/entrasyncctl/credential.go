package main

import (
	"context"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/entraidsync/entraidsync/cmd/internal/secrets"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/keyfile"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
)

// credentialFlags are the flags of `profile add-credential`.
type credentialFlags struct {
	kind, clientID                        string
	secretFile, certificate, passwordFile string
	secretStdin, passwordStdin            bool
}

func (a *app) credentialAdd() *cobra.Command {
	var f credentialFlags
	var cmd *cobra.Command
	cmd = a.command("add-credential NAME", "Add a credential at the end of a profile's list", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if err := f.fit(cmd); err != nil {
			return err
		}
		m, err := a.material(f)
		if err != nil {
			return err
		}
		defer m.Secret.Clear()
		defer m.Password.Clear()
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		if err := a.sealing(ctx, func() error { return e.AddCredential(ctx, args[0], m) }); err != nil {
			return err
		}
		if hint := m.Hint(); hint != "" {
			a.tell("warning: " + hint)
		}
		return a.say("added a credential to %s", args[0])
	})
	given := cmd.Flags()
	given.StringVar(&f.kind, "kind", "", "client-secret, certificate, managed-identity, workload-identity, azure-cli, device-code or interactive-browser")
	given.StringVar(&f.clientID, "client-id", "", "the application (client) `id` of the app registration")
	given.BoolVar(&f.secretStdin, "secret-stdin", false, "read the client secret from stdin")
	fileFlag(given, &f.secretFile, "secret-file", "read the client secret from a `file`")
	fileFlag(given, &f.certificate, "certificate", "a `file` with key and certificate: PEM or PFX")
	given.BoolVar(&f.passwordStdin, "password-stdin", false, "read the certificate's password from stdin")
	fileFlag(given, &f.passwordFile, "password-file", "read the certificate's password from a `file`")
	required(cmd, "kind")
	cmd.MarkFlagsMutuallyExclusive("secret-stdin", "secret-file", "password-stdin", "password-file")
	return cmd
}

// fit refuses flags that mean nothing for the kind of credential.
func (f credentialFlags) fit(cmd *cobra.Command) error {
	fitting := []string{"kind", "client-id"}
	switch entra.Kind(f.kind) {
	case entra.ClientSecret:
		fitting = append(fitting, "secret-stdin", "secret-file")
	case entra.Certificate:
		fitting = append(fitting, "certificate", "password-stdin", "password-file")
	}
	var err error
	cmd.Flags().Visit(func(g *pflag.Flag) {
		if !slices.Contains(fitting, g.Name) && cmd.InheritedFlags().Lookup(g.Name) == nil {
			err = entra.Invalid("the credential can't be added", say.With("--%s does not go with --kind %s", g.Name, f.kind), "leave it out")
		}
	})
	return err
}

// material reads what the flags name.
func (a *app) material(f credentialFlags) (m signin.Material, err error) {
	m = signin.Material{Kind: entra.Kind(f.kind), ClientID: f.clientID}
	switch {
	case m.Kind == entra.ClientSecret && !f.secretStdin && f.secretFile == "":
		return m, entra.Invalid("the credential can't be added", "its secret is missing", "give it with --secret-stdin or --secret-file")
	case m.Kind == entra.Certificate && f.certificate == "":
		return m, entra.Invalid("the credential can't be added", "its certificate is missing", "name its file with --certificate")
	}
	if m.Secret, err = a.secretFrom("client secret", f.secretStdin, f.secretFile); err != nil {
		return m, err
	}
	if m.Password, err = a.secretFrom("certificate's password", f.passwordStdin, f.passwordFile); err != nil {
		return m, err
	}
	if f.certificate == "" {
		return m, nil
	}
	if m.Certificate, err = keyfile.ReadFile(f.certificate); err != nil {
		err = entra.Invalid("the certificate can't be read", reason(err), "name a PEM or PFX file")
	}
	return m, err
}

// secretFrom reads a secret from stdin or from a file, as the flags say; what
// names it in errors. Neither: empty.
func (a *app) secretFrom(what string, stdin bool, file string) (vault.Secret, error) {
	read := func() (vault.Secret, error) { return secrets.Read(a.in) }
	switch {
	case file != "":
		read = func() (vault.Secret, error) {
			f, err := os.Open(file)
			if err != nil {
				return vault.Secret{}, err
			}
			defer f.Close()
			return secrets.Read(f)
		}
	case !stdin:
		return vault.Secret{}, nil
	}
	s, err := read()
	if err != nil {
		return s, entra.Invalid(say.With("the %s can't be read", what), reason(err), "give it on stdin or in a file")
	}
	return s, nil
}
