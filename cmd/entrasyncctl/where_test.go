package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestObjectsWhere: conditions that all hold, in an order, then and now.
func TestObjectsWhere(t *testing.T) {
	c, _ := simulateSynced(t)
	all := c.rows("objects", tenantName, "--class", "users")
	property := func(row map[string]any, name string) string {
		text, _ := row["properties"].(map[string]any)[name].(string)
		return text
	}
	var guests []string
	for _, row := range all {
		if property(row, "userType") == "Guest" {
			guests = append(guests, strings.ToLower(property(row, "displayName")))
		}
	}
	slices.Sort(guests)
	slices.Reverse(guests)
	if len(guests) < 3 || len(guests) == len(all) {
		t.Fatalf("%d of %d are guests", len(guests), len(all))
	}
	for _, then := range [][]string{nil, {"--as-of", ""}} {
		if then != nil {
			then[1] = time.Now().UTC().Format(time.RFC3339Nano)
		}
		var got []string
		for _, row := range c.rows(append([]string{"objects", tenantName, "--class", "users", "--where", "USERTYPE = guest", "--where", "id has value", "--sort", "displayname:desc"}, then...)...) {
			got = append(got, strings.ToLower(property(row, "displayName")))
		}
		if !slices.Equal(got, guests) {
			t.Errorf("%q, want %q", got, guests)
		}
	}
	for text, args := range map[string][]string{
		"has no operator":  {"--where", "department"},
		"perhaps userType": {"--where", "userTyp = x"},
		"is no direction":  {"--sort", "displayName:up"},
		"no property nope": {"--sort", "nope"},
		"is no number":     {"--where", "employeeId greater x"},
		"is no time":       {"--where", "createdDateTime before soon"},
	} {
		c.refused(exitUsage, text, append([]string{"objects", tenantName, "--class", "users"}, args...)...)
	}
}
