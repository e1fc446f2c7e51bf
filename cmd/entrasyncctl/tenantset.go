package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// tenantFlags are the flags of `tenant set`.
type tenantFlags struct {
	profile, classes                    string
	enabled, disabled, fullScan, noFull bool
	interval                            time.Duration
	holdOver, holdShare                 int
	filterOf, propertiesOf              []string
}

func (a *app) tenantSet() *cobra.Command {
	var f tenantFlags
	var given *pflag.FlagSet
	cmd := a.command("set TENANT", "Change a tenant's sync policy", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		c, err := f.change(given)
		if err != nil {
			return err
		}
		_, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return err
		}
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		if err := e.SetTenant(ctx, t.Key, c); err != nil {
			return err
		}
		if c.Permitted {
			a.tellTakes(t)
		}
		return a.say("changed the tenant %s", t.Name)
	})
	given = cmd.Flags()
	given.StringVar(&f.profile, "profile", "", "its credential profile, by `name`")
	given.BoolVar(&f.enabled, "enabled", false, "sync it")
	given.BoolVar(&f.disabled, "disabled", false, "don't sync it; a running sync stops")
	given.BoolVar(&f.fullScan, "full-scan", false, "read everything anew at its next sync")
	given.BoolVar(&f.noFull, "no-full-scan", false, "go on with delta syncs")
	given.DurationVar(&f.interval, "interval", 0, "from sync to sync, 1m to 24h")
	given.IntVar(&f.holdOver, "hold-over", entra.DefaultHoldOver, "hold deletions that a full scan shows by absence alone where they are more than `N` …")
	given.IntVar(&f.holdShare, "hold-share", entra.DefaultHoldShare, "… and more than that `PERCENT` of the class")
	given.StringVar(&f.classes, "classes", "", "the object classes to sync, a `list` with commas; permitted in it: what may be read, and what it syncs already")
	given.StringArrayVar(&f.filterOf, "filter", nil, "`CLASS=EXPR`: what to leave out, such as users='userType == \"Guest\"'; empty: nothing")
	given.StringArrayVar(&f.propertiesOf, "properties", nil, "`CLASS=LIST`: properties to read beside the usual ones; empty: none")
	cmd.MarkFlagsMutuallyExclusive("enabled", "disabled")
	cmd.MarkFlagsMutuallyExclusive("full-scan", "no-full-scan")
	return cmd
}

// change is what the given flags ask for.
func (f *tenantFlags) change(given *pflag.FlagSet) (c store.TenantChange, err error) {
	c.Enabled = either(given, "enabled", "disabled")
	c.FullScan = either(given, "full-scan", "no-full-scan")
	if given.Changed("profile") {
		c.Profile = &f.profile
	}
	if given.Changed("interval") {
		c.Interval = &f.interval
	}
	if given.Changed("hold-over") {
		c.HoldOver = &f.holdOver
	}
	if given.Changed("hold-share") {
		c.HoldShare = &f.holdShare
	}
	if given.Changed("classes") {
		if c.Classes, c.Permitted, err = entra.ParseChoice(f.classes); err != nil {
			return c, err
		}
	}
	if c.Filters, err = byClass(f.filterOf); err != nil {
		return c, err
	}
	properties, err := byClass(f.propertiesOf)
	if err != nil {
		return c, err
	}
	for class, text := range properties {
		if c.Properties == nil {
			c.Properties = map[string][]string{}
		}
		c.Properties[class] = words(text)
	}
	if c.Enabled == nil && c.FullScan == nil && c.Profile == nil && c.Interval == nil && c.HoldOver == nil && c.HoldShare == nil && c.Classes == nil && !c.Permitted && c.Filters == nil && c.Properties == nil {
		return c, entra.Invalid("nothing is changed", "no flag says what to change", "see `entrasyncctl tenant set --help`")
	}
	return c, nil
}

// either reads a pair of flags that mean yes and no; nil where neither is given.
func either(given *pflag.FlagSet, yes, no string) *bool {
	for _, name := range []string{yes, no} {
		if !given.Changed(name) {
			continue
		}
		set, _ := given.GetBool(name) // a bool, or it would not be here
		answer := set == (name == yes)
		return &answer
	}
	return nil
}

// byClass reads CLASS=TEXT; nil where there is none.
func byClass(pairs []string) (map[string]string, error) {
	var out map[string]string
	for _, pair := range pairs {
		name, text, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, entra.Invalid(say.With("%s can't be used", pair), "it has no =", "write CLASS=…, such as users=…")
		}
		class, err := className(name)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = map[string]string{}
		}
		out[class] = strings.TrimSpace(text)
	}
	return out, nil
}

// words splits a list at its commas.
func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
