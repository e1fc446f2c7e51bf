package hosttest

import (
	"fmt"
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// Hold gives a tenant so many users, and a full scan that shows none of them: the
// loss guard holds their deletion.
func (f *Fixture) Hold(name string, users int) {
	f.Helper()
	var all []entra.Object
	for i := range users {
		p, err := entra.ParseProperties(fmt.Appendf(nil, `{"displayName":"User %d"}`, i+1))
		f.Must(err)
		all = append(all, entra.Object{ID: fmt.Sprintf("u%d", i+1), Properties: p})
	}
	f.Scan(name, "users", all...)
	f.Scan(name, "users")
}

// Scan is a full scan of a class of a tenant: what it does not show is gone.
func (f *Fixture) Scan(name, of string, all ...entra.Object) {
	f.Helper()
	tenant, ctx := f.Tenant(name).Key, f.T.Context()
	class, _ := entra.ClassNamed(of)
	run, err := f.Store.BeginRun(ctx, tenant)
	f.Must(err)
	row, err := f.Store.BeginClass(ctx, run, tenant, class.Name)
	f.Must(err)
	round, err := f.Store.BeginRound(ctx, tenant, class, store.NewRound{Kind: store.Scan, Links: []string{"first"}})
	f.Must(err)
	var filter *entra.Filter
	if text := f.Tenant(name).Filters[of]; text != "" {
		filter, err = entra.ParseFilter(text)
		f.Must(err)
	}
	pass := store.NewPass(round, row, filter)
	_, err = f.Store.ApplyPage(ctx, pass, 0, &entra.Page{Objects: all, DeltaLink: "delta"}, nil)
	f.Must(err)
	missed, err := f.Store.Candidates(ctx, pass)
	f.Must(err)
	_, err = f.Store.Complete(ctx, pass, "delta", store.Verdict{Held: missed.Held > 0})
	f.Must(err)
	end := store.ClassEnd{Status: entra.Succeeded, FullScan: true}
	if missed.Held > 0 {
		end.Status, end.NoteCode, end.Note = entra.Warning, entra.CodeHeld, say.With("%d {deletion|deletions} held, because a full scan did not show so much that was there; look at {it, then confirm it, or let another full scan miss it too|them, then confirm them, or let another full scan miss them too}", missed.Held)
	}
	_, err = f.Store.EndClass(ctx, row, end)
	f.Must(err)
	f.Must(f.Store.EndRun(ctx, run, store.RunEnd{Status: end.Status}))
}

// Object is an object as a page of Graph has it: its properties as JSON, and its
// links.
func (f *Fixture) Object(id, properties string, links ...entra.Link) entra.Object {
	f.Helper()
	p, err := entra.ParseProperties([]byte(properties))
	f.Must(err)
	return entra.Object{ID: id, Properties: p, Links: links}
}

// Round is a delta sync of a class of a tenant that names some objects.
func (f *Fixture) Round(name, of string, some ...entra.Object) {
	f.Helper()
	tenant, ctx := f.Tenant(name).Key, f.T.Context()
	class, _ := entra.ClassNamed(of)
	run, err := f.Store.BeginRun(ctx, tenant)
	f.Must(err)
	row, err := f.Store.BeginClass(ctx, run, tenant, class.Name)
	f.Must(err)
	round, err := f.Store.BeginRound(ctx, tenant, class, store.NewRound{Kind: store.Delta, Links: []string{"next"}})
	f.Must(err)
	pass, page := store.NewPass(round, row, nil), &entra.Page{Objects: some, DeltaLink: "delta"}
	unread, err := f.Store.Unread(ctx, pass, 0, page)
	f.Must(err)
	whole := map[string]entra.Object{}
	for _, u := range unread {
		whole[u.ID] = some[slices.IndexFunc(some, func(o entra.Object) bool { return o.ID == u.ID })]
	}
	_, err = f.Store.ApplyPage(ctx, pass, 0, page, whole)
	f.Must(err)
	_, err = f.Store.EndClass(ctx, row, store.ClassEnd{Status: entra.Succeeded})
	f.Must(err)
	f.Must(f.Store.EndRun(ctx, run, store.RunEnd{Status: entra.Succeeded}))
}

// Lose adds a sync to a tenant's history in which Graph named unusually many
// deletions.
func (f *Fixture) Lose(name string) {
	f.Helper()
	tenant, ctx := f.Tenant(name).Key, f.T.Context()
	run, err := f.Store.BeginRun(ctx, tenant)
	f.Must(err)
	row, err := f.Store.BeginClass(ctx, run, tenant, "groups")
	f.Must(err)
	class, _ := entra.ClassNamed("groups")
	ended, were := 1369, 1400
	_, err = f.Store.EndClass(ctx, row, store.ClassEnd{Status: entra.Succeeded, NoteCode: entra.CodeManyRemoved,
		Note: say.With("%d of %d links of %s were removed in one sync, as Graph says of each of them", ended, were, class)})
	f.Must(err)
	f.Must(f.Store.EndRun(ctx, run, store.RunEnd{Status: entra.Succeeded}))
}
