package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

func TestBill(t *testing.T) {
	sum := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	b := newBill(file{"entrasync.deb", sum}, "1.2.3")
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Settings: []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "-ldflags", Value: "-X main.version=1.2.3"}},
		Deps: []*debug.Module{{Path: "example.com/a", Version: "v1.0.0+incompatible", Sum: "h1:a="},
			{Path: "example.com/b", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/c", Version: "v3.0.0", Sum: "h1:c="}}}}
	b.add(file{"entrasync", sum}, info)
	b.add(file{"entrasyncctl", sum}, &debug.BuildInfo{GoVersion: "go1.26.8", Deps: info.Deps[:1]})
	b.compiled("sqlite", "3.50.0")
	d := b.document(time.Unix(1, 0).UTC())

	var names []string
	refs := map[string]bool{d.Metadata.Component.Ref: true}
	for _, c := range d.Components {
		if refs[c.Ref] {
			t.Errorf("%s is there twice", c.Ref)
		}
		refs[c.Ref] = true
		names = append(names, c.Name)
	}
	if want := []string{"entrasync", "entrasyncctl", "sqlite", "example.com/a", "example.com/c", "std"}; !slices.Equal(names, want) {
		t.Errorf("components are %v, want %v", names, want)
	}
	for _, dep := range d.Dependencies {
		for _, ref := range append(dep.Upon, dep.Ref) {
			if !refs[ref] {
				t.Errorf("%s depends on %s, which is no component", dep.Ref, ref)
			}
		}
	}
	if got := d.Components[3]; got.PURL != "pkg:golang/example.com/a@v1.0.0%2Bincompatible" || got.Properties[0].Value != "h1:a=" {
		t.Errorf("a module is %+v", got)
	}
	if len(d.Dependencies[2].Upon) != 3 {
		t.Errorf("entrasyncctl depends on %v, want std, a and sqlite", d.Dependencies[2].Upon)
	}
	if d.Serial != "urn:uuid:01234567-89ab-8def-a123-456789abcdef" || d.Metadata.Timestamp != "1970-01-01T00:00:01Z" {
		t.Errorf("serial %s, time %s", d.Serial, d.Metadata.Timestamp)
	}
}

// The bill of this test's own program: what go test built has build information, too.
func TestSameBytes(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var before []byte
	for range 2 {
		out := filepath.Join(t.TempDir(), "bill.json")
		if err := run([]string{"-version", "1", "-o", out, self, self}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(out)
		if err != nil || !json.Valid(text) {
			t.Fatalf("%v: %s", err, text)
		}
		if before != nil && string(before) != string(text) {
			t.Error("a second bill differs from the first")
		}
		before = text
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"-version", "1", "-o", "x", "artifact"}, {"-o", "x", "a", "b"}, {"-version", "1", "-o", filepath.Join(t.TempDir(), "x"), "missing", "missing"}} {
		if run(args) == nil {
			t.Errorf("%v was taken", args)
		}
	}
}
