package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/keyfile"
)

func (a *app) cloudCommands() *cobra.Command {
	return group("cloud", "Azure Clouds: where tenants sign in and where their Graph is",
		listCommand(a, call{"list", "List the clouds", cobra.NoArgs}, a.clouds), a.cloudAdd(), a.cloudRemove())
}

func (a *app) clouds(ctx context.Context, _ []string) (list[entra.Cloud], error) {
	st, err := a.store(ctx)
	if err != nil {
		return list[entra.Cloud]{}, err
	}
	clouds, err := st.Clouds(ctx)
	return list[entra.Cloud]{rows: rowsOf(clouds), columns: []export.Column[entra.Cloud]{
		{Key: "name", Value: func(c entra.Cloud) any { return c.Name }},
		{Key: "authority", Value: func(c entra.Cloud) any { return c.Authority }},
		{Key: "graph", Value: func(c entra.Cloud) any { return c.Graph }},
		{Key: "builtin", Value: func(c entra.Cloud) any { return c.BuiltIn }},
	}}, err
}

func (a *app) cloudAdd() *cobra.Command {
	var c entra.Cloud
	var ca string
	cmd := a.command("add NAME", "Add a custom cloud", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		c.Name = args[0]
		var err error
		if c.CA, err = readRoots(ca); err != nil {
			return err
		}
		st, err := a.writing(ctx)
		if err != nil {
			return err
		}
		if err := st.AddCloud(ctx, c); err != nil {
			return err
		}
		return a.say("added the cloud %s", c.Name)
	})
	cmd.Flags().StringVar(&c.Authority, "authority", "", "where its tenants sign in, an https `URL`")
	cmd.Flags().StringVar(&c.Graph, "graph", "", "the root of its Graph, without /v1.0, an https `URL`")
	fileFlag(cmd.Flags(), &ca, "ca-file", "a `PEM` file with the only roots to trust for it")
	required(cmd, "authority", "graph")
	return cmd
}

// readRoots reads a file of CA certificates; nil where none is named.
func readRoots(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	content, err := keyfile.ReadFile(file)
	if err != nil {
		return nil, entra.Invalid("the CA file can't be read", reason(err), "name a PEM file")
	}
	return keyfile.Roots(content)
}

func (a *app) cloudRemove() *cobra.Command {
	return a.command("remove NAME", "Remove a custom cloud that no tenant uses", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		st, err := a.writing(ctx)
		if err != nil {
			return err
		}
		if err := st.RemoveCloud(ctx, args[0]); err != nil {
			return err
		}
		return a.say("removed the cloud %s", args[0])
	})
}

// required makes flags that a command can't do without.
func required(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // no such flag
		}
	}
}
