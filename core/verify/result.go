package verify

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

// mostListed is how many differences are told one by one; the others are counted.
const mostListed = 100_000

// Result is what came of a verification.
type Result struct {
	Equal   bool      `json:"equal"` // nothing differs, and all could be read
	Began   time.Time `json:"start_time"`
	Ended   time.Time `json:"end_time"`
	Classes []*Class  `json:"classes"`
	LeftOut int       `json:"left_out"` // differences that are only counted
}

// Class is what came of one class. What differs and changed meanwhile is told apart: it
// says nothing against the copy.
type Class struct {
	Class     string            `json:"class"`
	Error     *string           `json:"error"` // why it could not be read; then nothing of it is compared
	Held      int               `json:"held"`  // live objects of the copy
	Read      int               `json:"read"`  // of the tenant
	Missing   []string          `json:"missing"`
	Extra     []string          `json:"extra"`
	Different []Different       `json:"different"`
	Meanwhile []string          `json:"changed_meanwhile"`
	Links     map[string]*Links `json:"links"`
	Found     int               `json:"differences"`        // all of them, links too
	Pending   int               `json:"changed_since_sync"` // those that Graph told of since the last sync: the next one brings them
}

// Different is an object that is held otherwise than it is.
type Different struct {
	ID         string   `json:"id"`
	Properties []string `json:"properties"`
}

// Links is what came of the links of one relation.
type Links struct {
	Error   *string `json:"error"`
	Held    int     `json:"held"`
	Read    int     `json:"read"`
	Missing []Link  `json:"missing"`
	Extra   []Link  `json:"extra"`
}

// Link is one link, by its ends.
type Link struct {
	Source string `json:"source"`
	Target string `json:"target"`
}

// JSON is the result as it is kept.
func (r Result) JSON() ([]byte, error) { return json.Marshal(r) }

// Parse reads a result that was kept.
func Parse(kept []byte) (r Result, err error) { return r, json.Unmarshal(kept, &r) }

// Differences counts all.
func (r Result) Differences() (n int) {
	for _, c := range r.Classes {
		n += c.Found
	}
	return n
}

// Pending counts those that the next sync brings.
func (r Result) Pending() (n int) {
	for _, c := range r.Classes {
		n += c.Pending
	}
	return n
}

// Trouble is why the class, or links of it, could not be read; "": all could.
func (c *Class) Trouble() string {
	if c.Error != nil {
		return *c.Error
	}
	for _, relation := range entra.RelationNames() {
		if l := c.Links[relation]; l != nil && l.Error != nil {
			return *l.Error
		}
	}
	return ""
}

// Stream is a class, or one relation of it.
type Stream struct{ Class, Relation string }

func (s Stream) String() string {
	if s.Relation == "" {
		return s.Class
	}
	return s.Class + " (" + s.Relation + ")"
}

// Unread are the classes and relations that could not be read.
func (r Result) Unread() (streams []Stream) {
	for _, c := range r.Classes {
		if c.Error != nil {
			streams = append(streams, Stream{Class: c.Class})
			continue
		}
		for _, relation := range entra.RelationNames() {
			if l := c.Links[relation]; l != nil && l.Error != nil {
				streams = append(streams, Stream{c.Class, relation})
			}
		}
	}
	return streams
}

// Row is one difference, as a list has it. What is missing in the copy has no name there.
type Row struct {
	Class, Relation, ID, Target string
	Name, TargetName            string
	Kind                        Kind
	Properties                  []string
}

// Kind says how something differs.
type Kind string

// The kinds of differences, and of what is told apart from them.
const (
	Missing   Kind = "missing"           // in the tenant, not in the copy
	Extra     Kind = "extra"             // in the copy, not in the tenant
	Differs   Kind = "different"         // in both, with other properties
	Meanwhile Kind = "changed_meanwhile" // differs, and has changed while the tenant was read
)

// mostNamed is how many rows are named by one question.
const mostNamed = 500

// Rows are the differences one by one, with what the copy calls the objects, or called them last.
func (r Result) Rows(ctx context.Context, s *store.Store, tenant int64) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, c := range r.Classes {
			for rows := range slices.Chunk(c.rows(), mostNamed) {
				if err := name(ctx, s, tenant, rows); err != nil {
					yield(Row{}, err)
					return
				}
				for _, row := range rows {
					if !yield(row, nil) {
						return
					}
				}
			}
		}
	}
}

// name names the ends of rows as those of changes are named.
func name(ctx context.Context, s *store.Store, tenant int64, rows []Row) error {
	ends := make([]entra.Change, len(rows))
	for i, row := range rows {
		ends[i] = entra.Change{Class: row.Class, ID: row.ID, Target: &entra.LinkEnd{ID: row.Target}}
	}
	if err := s.NameEnds(ctx, tenant, ends); err != nil {
		return err
	}
	for i := range rows {
		rows[i].Name, rows[i].TargetName = ends[i].Ends[rows[i].ID].Name, ends[i].Target.Name
	}
	return nil
}

func (c *Class) rows() (rows []Row) {
	plain := func(kind Kind, ids []string) {
		for _, id := range ids {
			rows = append(rows, Row{Class: c.Class, Kind: kind, ID: id})
		}
	}
	plain(Missing, c.Missing)
	plain(Extra, c.Extra)
	for _, d := range c.Different {
		rows = append(rows, Row{Class: c.Class, Kind: Differs, ID: d.ID, Properties: d.Properties})
	}
	plain(Meanwhile, c.Meanwhile)
	for _, relation := range entra.RelationNames() {
		l := c.Links[relation]
		if l == nil {
			continue
		}
		for _, x := range l.Missing {
			rows = append(rows, Row{Class: c.Class, Relation: relation, Kind: Missing, ID: x.Source, Target: x.Target})
		}
		for _, x := range l.Extra {
			rows = append(rows, Row{Class: c.Class, Relation: relation, Kind: Extra, ID: x.Source, Target: x.Target})
		}
	}
	return rows
}

// Columns are the columns of a list of differences.
func Columns() []export.Column[Row] {
	return []export.Column[Row]{
		{Key: "class", Value: func(r Row) any { return r.Class }},
		{Key: "kind", Value: func(r Row) any { return string(r.Kind) }},
		{Key: "relation", Value: func(r Row) any { return export.Text(r.Relation) }},
		{Key: "display_name", Value: func(r Row) any { return export.Text(r.Name) }},
		{Key: "id", Value: func(r Row) any { return r.ID }},
		{Key: "target_name", Value: func(r Row) any { return export.Text(r.TargetName) }},
		{Key: "target_id", Value: func(r Row) any { return export.Text(r.Target) }},
		{Key: "properties", Value: func(r Row) any { return export.Text(strings.Join(r.Properties, ", ")) }},
	}
}
