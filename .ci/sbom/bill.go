package main

import (
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// What follows is CycloneDX 1.6, as far as it is used here.
type document struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Serial       string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version,omitempty"`
	Hashes     []hash     `json:"hashes,omitempty"`
	PURL       string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref  string   `json:"ref"`
	Upon []string `json:"dependsOn,omitempty"`
}

// bill is a document in the making.
type bill struct {
	whole    component
	version  string
	programs []component
	parts    map[string]component
	upon     map[string][]string
}

func newBill(artifact file, version string) *bill {
	return &bill{whole: component{Type: "application", Ref: "artifact", Name: artifact.name, Version: version, Hashes: hashes(artifact)},
		version: version, parts: map[string]component{}, upon: map[string][]string{}}
}

func hashes(f file) []hash { return []hash{{"SHA-256", f.sha256}} }

// add takes up a program and the modules it was made from.
func (b *bill) add(f file, info *debug.BuildInfo) {
	program := component{Type: "application", Ref: f.name, Name: f.name, Version: b.version, Hashes: hashes(f)}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS", "GOARCH", "CGO_ENABLED", "-tags", "-trimpath", "-buildmode":
			program.Properties = append(program.Properties, property{"go:" + strings.TrimPrefix(s.Key, "-"), s.Value})
		}
	}
	b.programs = append(b.programs, program)
	b.part(f.name, "std", strings.TrimPrefix(info.GoVersion, "go"), "")
	for _, m := range info.Deps {
		m = chosen(m)
		b.part(f.name, m.Path, m.Version, m.Sum)
	}
}

// part takes up a Go module that a program was made from.
func (b *bill) part(program, path, version, sum string) {
	c := component{Type: "library", Name: path, Version: version, PURL: "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")}
	c.Ref = c.PURL
	if sum != "" {
		c.Properties = []property{{"go:sum", sum}}
	}
	b.parts[c.Ref] = c
	b.upon[program] = append(b.upon[program], c.Ref)
}

// compiled takes up what is no Go module, but in every program.
func (b *bill) compiled(name, version string) {
	ref := "pkg:generic/" + name + "@" + version
	b.parts[ref] = component{Type: "library", Ref: ref, Name: name, Version: version, PURL: ref}
	for _, p := range b.programs {
		b.upon[p.Ref] = append(b.upon[p.Ref], ref)
	}
}

func (b *bill) document(at time.Time) document {
	d := document{Format: "CycloneDX", Spec: "1.6", Serial: serial(b.whole.Hashes[0].Content), Version: 1,
		Metadata: metadata{at.Format(time.RFC3339), b.whole}, Components: slices.Clone(b.programs)}
	whole := dependency{Ref: b.whole.Ref}
	for _, p := range b.programs {
		whole.Upon = append(whole.Upon, p.Ref)
	}
	d.Dependencies = append(d.Dependencies, whole)
	for _, p := range b.programs {
		d.Dependencies = append(d.Dependencies, dependency{p.Ref, b.upon[p.Ref]})
	}
	for _, ref := range slices.Sorted(maps.Keys(b.parts)) {
		d.Components = append(d.Components, b.parts[ref])
		d.Dependencies = append(d.Dependencies, dependency{Ref: ref})
	}
	return d
}

// serial is the document's own name, a UUID of version 8: made from the
// artifact's checksum, so that the same artifact has the same.
func serial(sum string) string {
	return "urn:uuid:" + sum[:8] + "-" + sum[8:12] + "-8" + sum[13:16] + "-a" + sum[17:20] + "-" + sum[20:32]
}
