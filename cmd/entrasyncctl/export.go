package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) exportCommand() *cobra.Command {
	var format, dir string
	var at moment
	cmd := a.command("export TENANT", "Write a tenant's copy to a new folder: a file for each class, links, changes, and a manifest", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		write, known := exportWriters[format]
		if !known {
			return entra.Invalid("the format can't be used", say.With("there is no format %s", format), "choose jsonl, csv or parquet")
		}
		real, err := newFolder(a.ownFolder(), dir)
		if err != nil {
			return err
		}
		st, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return err
		}
		classes, err := heldClasses(ctx, st, t)
		if err != nil {
			return err
		}
		notes, err := a.exportNotes(ctx, t, classes, at.Time)
		if err != nil {
			return err
		}
		frozen, closed, err := st.Frozen(ctx) // all files are of one moment, whatever is synced meanwhile
		if err != nil {
			return err
		}
		defer closed() // nothing was written
		x := &exporting{ctx: ctx, st: frozen, t: t, classes: classes, at: at.Time, format: format, write: write, notes: notes}
		if err := x.into(real); err != nil {
			return err
		}
		return a.say("exported %d {row|rows} of %s to %s", x.rows, t.Name, dir)
	})
	cmd.Flags().StringVar(&format, "format", "jsonl", "jsonl, csv or parquet")
	fileFlag(cmd.Flags(), &dir, "output", "the `folder`, which is new or empty")
	asOfFlag(cmd, &at)
	required(cmd, "output")
	return cmd
}

// exportNotes say what can't be known of what is exported, here and in the manifest: files are
// looked at when nobody remembers what was said while they were made.
func (a *app) exportNotes(ctx context.Context, t entra.Tenant, classes []string, at time.Time) ([]string, error) {
	notes, err := a.doubts(ctx, t, store.DoubtQuery{Classes: classes, Values: true}, at)
	if err != nil {
		return nil, err
	}
	unknown, _, err := a.unrecorded(ctx, t, changeFlags{ChangeQuery: store.ChangeQuery{Until: at}})
	if unknown != "" {
		notes = append(notes, unknown.String())
	}
	for _, note := range notes {
		a.tell("note: " + note)
	}
	return notes, err
}

// exportWriters write a list in a format, whatever its rows are.
var exportWriters = map[string]exportWriter{
	"jsonl":   {"jsonl", export.JSONLines[exportRow], true},
	"csv":     {"csv", export.CSV[exportRow], false},
	"parquet": {"parquet", export.Parquet[exportRow], false},
}

// exportRow is a row of any list, as its cells.
type exportRow []any

// exportWriter writes rows. Whole says that an object's properties are one cell: in
// tables each has a column of its own.
type exportWriter struct {
	suffix string
	rows   func(io.Writer, []export.Column[exportRow], iter.Seq2[exportRow, error]) error
	whole  bool
}

// newFolder refuses what is no place for an export: our own data, and what is there
// already with something in it.
func newFolder(own, dir string) (string, error) {
	real, err := datafolder.Output(own, filepath.Clean(dir))
	if err != nil {
		return "", err
	}
	found, err := os.ReadDir(real)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return real, nil
	case err != nil:
		return "", entra.Invalid("the export can't be written", say.With("%s can't be used: %s", dir, reason(err)), "name a new folder")
	case len(found) > 0:
		return "", entra.Invalid("the export can't be written", say.With("%s is not empty", dir), "name a new folder, or an empty one")
	}
	return real, nil
}

// heldClasses are the tenant's classes, and those that are held though they are switched
// off: links lead to them, and changes are of them.
func heldClasses(ctx context.Context, st *store.Store, t entra.Tenant) ([]string, error) {
	all := namesOf(entra.Classes(), func(c entra.Class) string { return c.Name })
	off, err := st.Doubts(ctx, t, time.Time{}, store.DoubtQuery{Classes: all})
	out := t.ObjectClasses()
	for _, d := range off {
		if d.Class != entra.Audits.Name {
			out = append(out, d.Class)
		}
	}
	return out, err
}

// exporting is an export of one tenant.
type exporting struct {
	ctx     context.Context
	st      *store.Store
	t       entra.Tenant
	classes []string
	at      time.Time // zero: now
	format  string
	write   exportWriter
	part    string   // the folder until it is whole
	notes   []string // what can't be known
	files   []exportFile
	rows    int64
}

// exportFile is a file of the export, as the manifest tells it.
type exportFile struct {
	Name   string         `json:"name"`
	Class  string         `json:"class,omitempty"`
	Rows   int64          `json:"rows"`
	Schema []exportColumn `json:"schema"`
}

type exportColumn struct {
	Name string      `json:"name"`
	Type export.Type `json:"type"`
}

// into writes everything beside the folder and puts it there when it is whole and on
// disk; of one that fails nothing stays.
func (x *exporting) into(dir string) (err error) {
	began := time.Now()
	if x.part, err = os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".part-*"); err != nil {
		return exportTrouble(err)
	}
	defer os.RemoveAll(x.part) // nothing is there any more once it was renamed
	for _, class := range x.classes {
		if err := x.class(class); err != nil {
			return err
		}
	}
	if err := exportList(x, "links", export.LinkColumns(), x.st.Links(x.ctx, x.t.Key, store.LinkQuery{Names: true, At: x.at})); err != nil {
		return err
	}
	if err := exportList(x, "changes", export.ChangesOf(x.t), x.st.Changes(x.ctx, x.t.Key, store.ChangeQuery{Until: x.at})); err != nil {
		return err
	}
	if err := x.manifest(began); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) { // it is empty
		return exportTrouble(err)
	}
	return exportTrouble(os.Rename(x.part, dir))
}

func exportTrouble(err error) error {
	if err == nil {
		return nil
	}
	return &entra.Error{Code: "file", What: "the export can't be written", Why: reason(err), Remedy: "check the folder and its drive", Err: err}
}

// class writes the objects of a class. Deleted ones that can be restored are marked.
func (x *exporting) class(name string) error {
	q := store.ObjectQuery{Class: name, Deleted: true, Filtered: true, At: x.at}
	columns := export.ObjectColumns()
	if !x.write.whole {
		known, err := x.st.Properties(x.ctx, x.t.Key, name)
		if err != nil {
			return err
		}
		columns = append(columns[:1:1], columns[3:]...)
		licences, err := x.st.Licences(x.ctx, x.t.Key, x.at)
		if err != nil {
			return err
		}
		for _, p := range known {
			columns = append(columns, export.Column[entra.StoredObject]{Key: p.Name, Value: func(o entra.StoredObject) any { return propertyCell(o.Properties, p.Name) }})
			if names := entra.LicenceNames(p.Name); names != "" {
				columns = append(columns, export.Column[entra.StoredObject]{Key: names, Value: func(o entra.StoredObject) any {
					return propertyCell(entra.Properties{{Name: names, Value: entra.NameLicences(p.Name, o.Properties.Value(p.Name), licences)}}, names)
				}})
			}
		}
		if class, _ := entra.ClassNamed(name); class.Gives != "" {
			columns = append(columns, export.Column[entra.StoredObject]{Key: class.GivenName(), Value: func(o entra.StoredObject) any { return export.Text(o.Given) }})
		}
	}
	return exportList(x, name, columns, x.st.Objects(x.ctx, x.t.Key, q))
}

// propertyCell is a property as a text, what is complex as JSON: a column has one type
// whatever its objects bring.
func propertyCell(p entra.Properties, name string) any {
	raw := p.Value(name)
	switch raw.Kind() {
	case 0, 'n':
		return nil
	case '"':
		return p.Text(name)
	}
	return string(raw)
}

// exportList writes one file.
func exportList[T any](x *exporting, name string, columns []export.Column[T], rows iter.Seq2[T, error]) error {
	file := exportFile{Name: name + "." + x.write.suffix}
	if _, is := entra.ClassNamed(name); is {
		file.Class = name
	}
	cells := make([]export.Column[exportRow], len(columns))
	for i, c := range columns {
		var none T
		empty := c.Value(none)
		cells[i] = export.Column[exportRow]{Key: c.Key, Value: func(r exportRow) any {
			if r == nil { // a row that holds nothing tells the column's type
				return empty
			}
			return r[i]
		}}
		file.Schema = append(file.Schema, exportColumn{c.Key, export.TypeOf(c)})
	}
	all := func(yield func(exportRow, error) bool) {
		row := make(exportRow, len(columns))
		for v, err := range rows {
			if err == nil {
				file.Rows++
				for i, c := range columns {
					row[i] = c.Value(v)
				}
			}
			if !yield(row, err) {
				return
			}
		}
	}
	err := x.put(file.Name, func(w io.Writer) error { return x.write.rows(w, cells, all) })
	x.files, x.rows = append(x.files, file), x.rows+file.Rows
	return err
}

// put writes a file of the folder, to the disk.
func (x *exporting) put(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(filepath.Join(x.part, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return exportTrouble(err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		return nil
	}
	var known *entra.Error
	if errors.As(err, &known) || x.ctx.Err() != nil {
		return err
	}
	return exportTrouble(err)
}

// manifest says what the folder holds.
func (x *exporting) manifest(began time.Time) error {
	document := struct {
		Tenant   string       `json:"tenant"`
		TenantID string       `json:"tenant_id"`
		Cloud    string       `json:"cloud"`
		Time     string       `json:"time"`
		AsOf     *string      `json:"as_of"`
		Version  string       `json:"version"`
		Format   string       `json:"format"`
		Notes    []string     `json:"notes"`
		Files    []exportFile `json:"files"`
	}{x.t.Name, x.t.TenantID, x.t.Cloud, export.Timestamp(began), nil, version, x.format, append([]string{}, x.notes...), x.files}
	if !x.at.IsZero() {
		text := export.Timestamp(x.at)
		document.AsOf = &text
	}
	return x.put("manifest.json", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(document)
	})
}
