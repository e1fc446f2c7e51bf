package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
)

func (a *app) profileCommands() *cobra.Command {
	return group("profile", "Credential profiles: how to sign in to tenants",
		listCommand(a, call{"list", "List the credential profiles", cobra.NoArgs}, a.profiles),
		a.profileAdd(), a.profileRemove(), a.credentialAdd(), a.credentialRemove())
}

func (a *app) profiles(ctx context.Context, _ []string) (list[entra.Profile], error) {
	st, err := a.store(ctx)
	if err != nil {
		return list[entra.Profile]{}, err
	}
	profiles, err := st.Profiles(ctx)
	a.none = func() (say.Sentence, error) {
		return "there is no credential profile; add one with `entrasyncctl profile add`", nil
	}
	columns := []export.Column[entra.Profile]{
		{Key: "name", Value: func(p entra.Profile) any { return p.Name }},
		{Key: "description", Value: func(p entra.Profile) any { return p.Description }},
		{Key: "credentials", Value: func(p entra.Profile) any { return credentials(p) }},
		{Key: "tenants", Value: func(p entra.Profile) any { return append([]string{}, p.Tenants...) }},
	}
	table := append([]export.Column[entra.Profile]{}, columns...)
	table[2].Value = func(p entra.Profile) any { return credentialsText(p) }
	return list[entra.Profile]{columns, table, rowsOf(profiles)}, err
}

// credential is a credential as machines read it.
type credential struct {
	Index    int     `json:"index"`
	Kind     string  `json:"kind"`
	ClientID *string `json:"client_id"`
	Expires  *string `json:"expires"`
}

func credentials(p entra.Profile) []credential {
	out := make([]credential, len(p.Credentials))
	for i, c := range p.Credentials {
		out[i] = credential{Index: c.Index, Kind: string(c.Kind)}
		if c.ClientID != "" {
			out[i].ClientID = &c.ClientID
		}
		if !c.Expires.IsZero() {
			text := export.Timestamp(c.Expires)
			out[i].Expires = &text
		}
	}
	return out
}

func credentialsText(p entra.Profile) string {
	texts := make([]string, len(p.Credentials))
	for i, c := range p.Credentials {
		texts[i] = fmt.Sprintf("%d %s", c.Index, c.Kind)
		switch {
		case c.Lost:
			texts[i] += " (secret forgotten)"
		case !c.Expires.IsZero():
			texts[i] += " (until " + c.Expires.Local().Format(time.DateOnly) + ")"
		}
	}
	return strings.Join(texts, ", ")
}

func (a *app) profileAdd() *cobra.Command {
	var description string
	cmd := a.command("add NAME", "Add an empty credential profile", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		if err := e.AddProfile(ctx, args[0], description); err != nil {
			return err
		}
		return a.say("added the credential profile %s", args[0])
	})
	cmd.Flags().StringVar(&description, "description", "", "a `text` for people")
	return cmd
}

func (a *app) profileRemove() *cobra.Command {
	return a.command("remove NAME", "Remove a credential profile that no tenant uses", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		if err := e.RemoveProfile(ctx, args[0]); err != nil {
			return err
		}
		return a.say("removed the credential profile %s", args[0])
	})
}

func (a *app) credentialRemove() *cobra.Command {
	return a.command("remove-credential NAME INDEX", "Remove a credential by its place in the list, from 1", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		index, err := strconv.Atoi(args[1])
		if err != nil {
			return entra.Invalid("the credential can't be removed", say.With("%s is no place in the list", args[1]), "give its number, from 1")
		}
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		if err := e.RemoveCredential(ctx, args[0], index); err != nil {
			return err
		}
		return a.say("removed credential %d of %s", index, args[0])
	})
}
