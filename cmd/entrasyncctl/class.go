package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
)

func (a *app) classCommands() *cobra.Command {
	return group("class", "Object classes: what can be synced",
		listCommand(a, call{"list", "List the object classes with the permission that each needs", cobra.NoArgs}, classes))
}

func classes(context.Context, []string) (list[entra.Class], error) {
	columns := []export.Column[entra.Class]{
		{Key: "class", Value: func(c entra.Class) any { return c.Name }},
		{Key: "path", Value: func(c entra.Class) any { return c.Path }},
		{Key: "permission", Value: func(c entra.Class) any { return c.Permission }},
		{Key: "licence", Value: func(c entra.Class) any { return export.Text(c.Licence.String()) }},
		{Key: "select", Value: selected},
		{Key: "delta", Value: func(c entra.Class) any { return c.Delta != "" }},
	}
	relations := export.Column[entra.Class]{Key: "relations", Value: func(c entra.Class) any { return export.Text(related(c)) }}
	table := append(columns[:4:4], columns[5], relations)
	return list[entra.Class]{columns, table, rowsOf(entra.Choices())}, nil
}

// related are the relations of a class, with what one needs beside its class.
func related(c entra.Class) string {
	var names []string
	for _, r := range c.Relations {
		name := r.Name
		if needs := strings.TrimSpace(r.Permission + " " + r.Licence.String()); needs != "" {
			name += " (" + needs + ")"
		}
		names = append(names, name)
	}
	for _, r := range c.References {
		if r.Relation != r.Property {
			names = append(names, r.Relation)
		}
	}
	return strings.Join(names, " ")
}

// selected are the properties in $select; none where it is not sent, and all come.
func selected(c entra.Class) any {
	if c.Whole {
		return []string{}
	}
	return c.Select
}

// className finds a class of objects by its name, without regard to case.
func className(name string) (string, error) {
	c, ok := entra.ClassNamed(name)
	if !ok {
		return "", entra.Invalid("the class can't be used", say.With("there is no object class %s", name), "see `entrasyncctl class list`")
	}
	if c.Log {
		return "", entra.Invalid("the class can't be used", say.With("%s has no objects: it tells who made changes", c.Name), "see `entrasyncctl changes TENANT --actor NAME`")
	}
	return c.Name, nil
}

// classList reads a list of classes; nil where it is empty.
func classList(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	return entra.ParseClasses(text)
}
