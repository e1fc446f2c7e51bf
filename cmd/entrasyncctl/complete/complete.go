// Package complete completes what is typed in a shell: the names that the words and flags
// of commands take.
package complete

import (
	"context"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/entraidsync/entraidsync/core/entra"
)

// A Kind is what a name is of.
type Kind string

// The kinds of names that are kept in the data folder, or that the program has.
const (
	Tenant  Kind = "tenant"
	Profile Kind = "profile"
	Cloud   Kind = "cloud"
	View    Kind = "view"
	Watch   Kind = "watch"
	Ready   Kind = "ready" // watches
	Object  Kind = "object"
	Group   Kind = "group"
	Role    Kind = "role"
)

// Wanted is what is completed. Of objects there are too many to name all.
type Wanted struct {
	Kind
	Tenant string // that the command is called for
	Typed  string // so far
}

// Names gives the names there are; none where they can't be told.
type Names func(ctx context.Context, of Wanted) []string

// Add teaches cmd and all commands below it.
func Add(cmd *cobra.Command, names Names) {
	_, use, _ := strings.Cut(cmd.Use, " ")
	words := strings.Fields(use)
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		word := ""
		switch last := len(words) - 1; {
		case len(args) <= last:
			word = words[len(args)]
		case last >= 0 && strings.HasSuffix(words[last], "…]"): // as often as one likes
			word = words[last]
		}
		if word == "FILE" {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return names(cmd.Context(), Wanted{kindOf(word, cmd), tenantOf(args), typed}), cobra.ShellCompDirectiveNoFileComp
	}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if do := flag(f, names); do != nil {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, do) // help's has one
		}
	})
	for _, c := range cmd.Commands() {
		Add(c, names)
	}
}

// kindOf is what stands in a word's place; "": what nobody can tell, such as the name of
// something new.
func kindOf(word string, cmd *cobra.Command) Kind {
	if cmd.Name() == "add" {
		return ""
	}
	switch strings.Trim(word, "[…]") {
	case "TENANT":
		return Tenant
	case "NAME":
		if cmd.Name() == string(View) {
			return View
		}
		return Kind(cmd.Parent().Name())
	case "GROUP":
		return Group
	case "ROLE":
		return Role
	}
	return ""
}

// tenantOf is the tenant that a command is called for, where its first word is one.
func tenantOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// flag is what completes a flag's value; nil: a file's name, or a switch.
func flag(f *pflag.Flag, names Names) cobra.CompletionFunc {
	fixed := func(values []string) cobra.CompletionFunc {
		return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	}
	kind, usage := pflag.UnquoteUsage(f)
	switch {
	case f.NoOptDefVal != "", kind == "file", kind == "folder":
		return nil
	case kind == "list" && f.Name == "classes" && strings.Contains(usage, entra.Permitted):
		return listed(append(classes(), entra.Permitted))
	case kind == "list" && (f.Name == "class" || f.Name == "classes"):
		return listed(classes())
	case kind == "list" && f.Name == "kind":
		return listed(kinds())
	case f.Name == "class":
		return fixed(classes())
	case f.Name == "relation":
		return fixed(relations())
	}
	of := Kind(f.Name)
	if kind == string(Object) {
		of = Object
	}
	switch of {
	case Tenant, Profile, Cloud, View, Ready, Object:
		return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return names(cmd.Context(), Wanted{of, tenantOf(args), typed}), cobra.ShellCompDirectiveNoFileComp
		}
	}
	return fixed(choices(usage))
}

// listed completes the last name of a list with commas.
func listed(values []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) (out []string, _ cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		for _, v := range values {
			if strings.HasPrefix(before+v, typed) && !strings.Contains(","+before, ","+v+",") {
				out = append(out, before+v)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// choice is how the help of a flag names what it takes: "table, csv or jsonl".
var choice = regexp.MustCompile(`^([a-z-]+(?:, [a-z-]+)*),? or ([a-z-]+)\b`)

// choices are the values that a flag's help names.
func choices(usage string) []string {
	m := choice.FindStringSubmatch(usage)
	if m == nil {
		return nil
	}
	return append(strings.Split(m[1], ", "), m[2])
}

func classes() (names []string) {
	for _, c := range entra.Choices() {
		names = append(names, c.Name)
	}
	return names
}

func kinds() (names []string) {
	for _, k := range entra.ChangeKinds() {
		names = append(names, string(k))
	}
	return names
}

func relations() (names []string) {
	known := map[string]bool{}
	for _, c := range entra.Classes() {
		for _, r := range c.Relations {
			if !known[r.Name] {
				known[r.Name] = true
				names = append(names, r.Name)
			}
		}
	}
	return names
}
