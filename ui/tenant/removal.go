package tenant

import (
	"context"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// removal takes a tenant away on the side. A large one takes a while: then a
// toast tells how far it has come.
type removal struct {
	host     *host.Host
	tenant   entra.Tenant
	size     store.TenantSize // as it began
	question tasks.Latest
	work     *toast.Work // nil: it has not taken long yet
	stop     func()      // ends the wait for the next look; nil: none runs
}

// lookAgain is how long a removal goes on before somebody looks how far it is.
const lookAgain = time.Second

func (r *removal) begin() {
	r.wait()
	r.host.Act(func(ctx context.Context) error { return r.host.Engine.RemoveTenant(ctx, r.tenant.Key) }, r.end)
}

func (r *removal) wait() { r.stop = r.host.After(lookAgain, r.look) }

func (r *removal) look() {
	r.stop = nil
	tasks.Ask(r.host.Group, &r.question, func(ctx context.Context) (store.TenantSize, error) {
		return r.host.Store.Size(ctx, r.tenant.Key)
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
		r.work = r.host.Toasts.Work(lang.L("Deleting {{.Name}}", r.name()))
		r.host.Changed() // tree and tables don't show it any more
	}
	done := 100 - rows(left)*100/max(rows(r.size), 1)
	r.work.Say(lang.L("{{.Percent}}% done. Other tenants go on syncing.", map[string]any{"Percent": phrase.Number(max(done, 0))}))
}

func (r *removal) name() map[string]any { return map[string]any{"Name": r.tenant.Name} }

func (r *removal) end(err error) {
	r.question.Drop()
	if r.stop != nil {
		r.stop()
	}
	if r.work != nil {
		r.work.End()
	}
	if err != nil {
		r.host.Failed(err)
		return
	}
	r.host.Changed()
	r.host.Succeeded(lang.L("Deleted {{.Name}}", r.name()), "")
}
