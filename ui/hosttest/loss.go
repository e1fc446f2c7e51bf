package hosttest

import (
	"fmt"

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
	f.scan(name, all)
	f.scan(name, nil)
}

// scan is a full scan of a tenant's users.
func (f *Fixture) scan(name string, users []entra.Object) {
	f.Helper()
	tenant, ctx := f.Tenant(name).Key, f.T.Context()
	class, _ := entra.ClassNamed("users")
	run, err := f.Store.BeginRun(ctx, tenant)
	f.Must(err)
	row, err := f.Store.BeginClass(ctx, run, tenant, class.Name)
	f.Must(err)
	round, err := f.Store.BeginRound(ctx, tenant, class, store.NewRound{Kind: store.Scan, Links: []string{"first"}})
	f.Must(err)
	pass := store.NewPass(round, row, nil)
	_, err = f.Store.ApplyPage(ctx, pass, 0, &entra.Page{Objects: users, DeltaLink: "delta"}, nil)
	f.Must(err)
	missed, err := f.Store.Candidates(ctx, pass)
	f.Must(err)
	_, err = f.Store.Complete(ctx, pass, "delta", store.Verdict{Held: missed.Held > 0})
	f.Must(err)
	end := store.ClassEnd{Status: entra.Succeeded, FullScan: true}
	if missed.Held > 0 {
		end.Status, end.NoteCode, end.Note = entra.Warning, entra.CodeHeld, say.With("%d deletions held, because a full scan did not show so much that was there; look at them, then confirm them, or let another full scan miss them too", missed.Held)
	}
	_, err = f.Store.EndClass(ctx, row, end)
	f.Must(err)
	f.Must(f.Store.EndRun(ctx, run, store.RunEnd{Status: end.Status}))
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
