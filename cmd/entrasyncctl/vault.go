package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
)

func (a *app) vaultCommands() *cobra.Command {
	return group("vault", "The vault that seals the profiles' secrets", a.vaultStatus(), a.vaultInit(), a.vaultRekey(), a.vaultReset())
}

func (a *app) vaultStatus() *cobra.Command {
	var asJSON bool
	cmd := a.command("status", "Tell what opens the vault and whether it is locked", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		s, err := a.quietStatus(ctx)
		if err != nil {
			return err
		}
		document := struct {
			Kind   []vault.Kind `json:"kind"`
			Locked bool         `json:"locked"`
			ID     any          `json:"vault_id"`
		}{append([]vault.Kind{}, s.Kinds...), s.Locked, export.Text(s.ID)}
		return a.answer(asJSON, document, func(w io.Writer) error { return lines(w, statusText(s)) })
	})
	return jsonFlag(cmd, &asJSON)
}

// quietStatus tries the vault with what is at hand, asking nobody.
func (a *app) quietStatus(ctx context.Context) (signin.VaultStatus, error) {
	st, err := a.store(ctx)
	if err != nil {
		return signin.VaultStatus{}, err
	}
	given := func(context.Context) (vault.Secret, error) { return a.givenPassphrase() }
	return signin.NewVaultAccess(st, a.keychain, given).Status(ctx)
}

func statusText(s signin.VaultStatus) string {
	if len(s.Kinds) == 0 {
		return "there is no vault yet; the first secret makes one"
	}
	kinds := make([]string, len(s.Kinds))
	for i, k := range s.Kinds {
		kinds[i] = string(k)
	}
	state := "open"
	if s.Locked {
		state = "locked"
	}
	return "vault " + s.ID + ": " + state + ", opened by " + strings.Join(kinds, " or ")
}

func (a *app) vaultInit() *cobra.Command {
	var passphrase bool
	cmd := a.command("init", "Add a passphrase to the vault, making one where there is none", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		s, err := a.quietStatus(ctx)
		switch {
		case err != nil:
			return err
		case slices.Contains(s.Kinds, vault.KindPassphrase):
			return &entra.Error{Code: entra.CodeExists, What: "no passphrase is added", Why: "the vault has one", Remedy: "use `entrasyncctl vault rekey` to change it"}
		}
		return a.setPassphrase(ctx, a.givenPassphrase, "set ENTRASYNC_PASSPHRASE_FILE or ENTRASYNC_PASSPHRASE, or run it on a terminal")
	})
	cmd.Flags().BoolVar(&passphrase, "passphrase", false, "a passphrase, from ENTRASYNC_PASSPHRASE_FILE, ENTRASYNC_PASSPHRASE or a prompt")
	required(cmd, "passphrase")
	return cmd
}

func (a *app) vaultRekey() *cobra.Command {
	return a.command("rekey", "Replace the vault's passphrase by the one in ENTRASYNC_NEW_PASSPHRASE, or by a prompt", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		s, err := a.quietStatus(ctx)
		switch {
		case err != nil:
			return err
		case !slices.Contains(s.Kinds, vault.KindPassphrase):
			return &entra.Error{Code: entra.CodeNotFound, What: "no passphrase is replaced", Why: "the vault has none", Remedy: "use `entrasyncctl vault init --passphrase` to add one"}
		}
		k, err := a.vaultForWriting(ctx)
		if err != nil {
			return err
		}
		if _, err := k.Open(ctx); err != nil {
			return err
		}
		given := func() (vault.Secret, error) { return vault.NewSecret([]byte(a.env[newPassphraseVariable])), nil }
		return a.setPassphrase(ctx, given, "set ENTRASYNC_NEW_PASSPHRASE, or run it on a terminal")
	})
}

// setPassphrase seals the vault with a new passphrase: the given one, or what
// somebody types.
func (a *app) setPassphrase(ctx context.Context, given func() (vault.Secret, error), remedy say.Sentence) error {
	k, err := a.vaultForWriting(ctx)
	if err != nil {
		return err
	}
	passphrase, err := given()
	if err == nil && passphrase.Empty() {
		passphrase, err = a.newPassphrase(ctx)
	}
	if err != nil {
		return err
	}
	defer passphrase.Clear()
	if passphrase.Empty() {
		return &entra.Error{Code: entra.CodeVaultLocked, What: "no passphrase is set", Why: "none is given", Remedy: remedy}
	}
	if err := k.AddPassphrase(ctx, passphrase); err != nil {
		return err
	}
	return a.say("the passphrase now opens the vault")
}

func (a *app) vaultReset() *cobra.Command {
	var yes bool
	cmd := a.command("reset", "Forget the vault and all secrets, and keep the data", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		if !yes {
			return needsYes("the vault is not reset", "all secrets would be forgotten")
		}
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		if err := e.ResetVault(ctx); err != nil {
			return err
		}
		return a.say("all secrets are forgotten; add the profiles' credentials again")
	})
	return yesFlag(cmd, &yes)
}
