package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// removal takes a tenant away on the side. A large one takes a while: then a
// toast tells how far it has come.
type removal struct {
	desk     *desk
	tenant   entra.Tenant
	size     store.TenantSize // as it began
	question latest
	work     *toast.Work // nil: it has not taken long yet
	stop     func()      // ends the wait for the next look; nil: none runs
}

// lookAgain is how long a removal goes on before somebody looks how far it is.
const lookAgain = time.Second

func (r *removal) begin() {
	r.wait()
	r.desk.act(func(ctx context.Context) error { return r.desk.engine.RemoveTenant(ctx, r.tenant.Key) }, r.end)
}

func (r *removal) wait() { r.stop = r.desk.after(lookAgain, r.look) }

func (r *removal) look() {
	r.stop = nil
	ask(r.desk.crew, &r.question, func(ctx context.Context) (store.TenantSize, error) {
		return r.desk.store.Size(ctx, r.tenant.Key)
	}, func(left store.TenantSize, err error) {
		if err == nil {
			r.tell(left)
		}
		r.wait()
	})
}

// rows are all that a size counts.
func rows(s store.TenantSize) int64 { return s.Objects + s.Changes + s.HistoryRows }

func (r *removal) tell(left store.TenantSize) {
	if r.work == nil {
		r.work = r.desk.toasts.Work(lang.L("Deleting {{.Name}}", r.name()))
		r.desk.changed() // tree and tables don't show it any more
	}
	done := 100 - rows(left)*100/max(rows(r.size), 1)
	r.work.Say(lang.L("{{.Percent}}% done. Other tenants go on syncing.", map[string]any{"Percent": phrase.Number(max(done, 0))}))
}

func (r *removal) name() map[string]any { return map[string]any{"Name": r.tenant.Name} }

func (r *removal) end(err error) {
	r.question.drop()
	if r.stop != nil {
		r.stop()
	}
	if r.work != nil {
		r.work.End()
	}
	if err != nil {
		r.desk.failed(err)
		return
	}
	r.desk.changed()
	r.desk.succeeded(lang.L("Deleted {{.Name}}", r.name()), "")
}
