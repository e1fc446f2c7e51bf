package entra

import (
	"maps"
	"slices"
	"testing"
)

func TestCanonicalID(t *testing.T) {
	for id, want := range map[string]string{
		"":                                      "",
		"11111111-AAAA-4BBB-8CCC-222222222222":  "11111111-aaaa-4bbb-8ccc-222222222222",
		"11111111-aaaa-4bbb-8ccc-222222222222":  "11111111-aaaa-4bbb-8ccc-222222222222",
		"lAPpYvVpN0KRkAEhdxReEMmO4KwRqtpKkUWt3": "lAPpYvVpN0KRkAEhdxReEMmO4KwRqtpKkUWt3",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ":  "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ", // as long as a GUID
	} {
		if got := CanonicalID(id); got != want {
			t.Errorf("CanonicalID(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestLinkType(t *testing.T) {
	for named, want := range map[string]string{
		"":                                 "",
		"#microsoft.graph.user":            "#microsoft.graph.user",
		"microsoft.graph.user":             "#microsoft.graph.user",
		"#microsoft.graph.directoryObject": "",
		"microsoft.graph.directoryObject":  "",
		"#microsoft.graph.agentUser":       "#microsoft.graph.user",
		"#microsoft.graph.agentNobody":     "#microsoft.graph.agentNobody",
	} {
		if got := LinkType(named); got != want {
			t.Errorf("LinkType(%q) = %q, want %q", named, got, want)
		}
	}
}

// TestTrack drops links of relations that a class does not have, and counts by
// objects what was dropped.
func TestTrack(t *testing.T) {
	link := func(relation, target string) Link { return Link{Relation: relation, Target: target} }
	p := Page{Objects: []Object{
		{ID: "g1", Links: []Link{link("sponsors", "a"), link("sponsors", "b"), link(Members, "u"), link("made.up", "c")}},
		{ID: "g2", Links: []Link{link("sponsors", "a")}},
		{ID: "g3", Links: []Link{link(Members, "u"), link(Members, "v")}},
	}}
	groups, _ := ClassNamed("groups")
	p.Track(groups)
	p.Join(&Page{Untracked: map[string]int{"sponsors": 2}})
	if want := map[string]int{"sponsors": 4, "made.up": 1}; !maps.Equal(p.Untracked, want) {
		t.Errorf("untracked %v, want %v", p.Untracked, want)
	}
	for i, want := range [][]Link{{link(Members, "u")}, {}, {link(Members, "u"), link(Members, "v")}} {
		if !slices.Equal(p.Objects[i].Links, want) {
			t.Errorf("object %d keeps %v, want %v", i, p.Objects[i].Links, want)
		}
	}
}

// TestLinkedPolicies reads whom a policy is for and not for: ids that lie deep and among others, each once, and no
// word that stands for many.
func TestLinkedPolicies(t *testing.T) {
	policies, _ := ClassNamed("conditionalAccessPolicies")
	const one, two = "11111111-aaaa-4bbb-8ccc-222222222222", "11111111-aaaa-4bbb-8ccc-333333333333"
	for conditions, want := range map[string][]Link{
		`{"users":{"includeUsers":["All"],"excludeUsers":["GuestsOrExternalUsers"]},"locations":{"includeLocations":["AllTrusted"],"excludeLocations":["00000000-0000-0000-0000-000000000000"]}}`: nil,
		`{"users":{"includeGroups":["11111111-AAAA-4BBB-8CCC-222222222222","` + two + `","` + one + `"],"includeRoles":[]},"locations":{"excludeLocations":["` + two + `"]}}`: {
			{Relation: "includeGroups", Target: one}, {Relation: "includeGroups", Target: two}, {Relation: "excludeLocations", Target: two}},
		`{"users":{"excludeRoles":["` + one + `"],"includeGroups":"` + two + `"},"locations":null,"clientApplications":{"includeServicePrincipals":["ServicePrincipalsInMyTenant","` + one + `"]}}`: {
			{Relation: "includeGroups", Target: two}, {Relation: "excludeRoles", Target: one}, {Relation: "includeServicePrincipals", Target: one}},
		`{"users":[7,{"includeGroups":{"id":"` + one + `"}}],"applications":{"includeApplications":["` + one + `"]}}`: nil,
		`"` + one + `"`: nil,
	} {
		if got := policies.Linked(NewProperties([]Property{{"conditions", []byte(conditions)}, {"displayName", []byte(`"` + one + `"`)}})); !slices.Equal(got, want) {
			t.Errorf("%s leads to %v, want %v", conditions, got, want)
		}
	}
}

// TestLinked reads the links that references say, however a scope is written.
func TestLinked(t *testing.T) {
	const unit = "11111111-aaaa-4bbb-8ccc-222222222222"
	assignments, _ := ClassNamed("roleAssignments")
	scopes := map[string]string{"/": "", "": "", "/administrativeUnits/11111111-AAAA-4BBB-8CCC-222222222222": unit, "/" + unit: unit, "/somethingElse": ""}
	for scope, want := range scopes {
		got := ""
		p := NewProperties([]Property{{"directoryScopeId", []byte(`"` + scope + `"`)}, {"principalId", []byte(`"p"`)}})
		links := assignments.Linked(p)
		for _, l := range links {
			if l.Relation == "scope" {
				got = l.Target
			}
		}
		if got != want || !slices.Contains(links, Link{Relation: "principal", Target: "p"}) {
			t.Errorf("the scope %q leads to %q, want %q; all links: %v", scope, got, want, links)
		}
	}
}
