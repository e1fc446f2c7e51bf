package hosttest

import (
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/translations"
)

// Recorder is the main window for pages that stand alone: it remembers where
// they lead.
type Recorder struct {
	At      host.Route         // where a page led last
	Added   []host.Integration // what a page wanted to add
	Worn    host.Look          // the look that was chosen last
	Spoke   string             // the language that was chosen last
	Stood   host.Route         // how the page in front stands
	Looked  int                // how often newer versions were asked for
	Stepped int                // how far back (below 0) or forward it went
	Synced  []entra.Tenant     // whose sync a page asked for
	Page    host.Page          // the page in front; nil: none
}

// Open remembers the route.
func (r *Recorder) Open(to host.Route) {
	if r.Page == nil {
		r.At = to
		return
	}
	r.Page.Guard(func() { r.At = to })
}

// Stands remembers how the page in front stands.
func (r *Recorder) Stands(at host.Route) { r.Stood = at }

// Step remembers the step.
func (r *Recorder) Step(by int) { r.Stepped += by }

// Steps knows no page to go back to.
func (r *Recorder) Steps(int) bool { return false }

// Changed refreshes the page, as the window does.
func (r *Recorder) Changed() {
	if r.Page != nil {
		r.Page.Refresh()
	}
}

// Add remembers the type.
func (r *Recorder) Add(kind host.Integration) { r.Added = append(r.Added, kind) }

// SyncAll does nothing.
func (r *Recorder) SyncAll() {}

// SyncTenants remembers the tenants.
func (r *Recorder) SyncTenants(tenants []entra.Tenant) { r.Synced = tenants }

// LookForUpdates counts.
func (r *Recorder) LookForUpdates() { r.Looked++ }

// Wear remembers the look.
func (r *Recorder) Wear(look host.Look) { r.Worn = look }

// Speak remembers the language and speaks it.
func (r *Recorder) Speak(language string) error {
	r.Spoke = language
	return translations.Speak(language)
}

// Lock gives the store a vault under a passphrase that nobody has given yet.
func (f *Fixture) Lock() {
	f.Helper()
	f.Must(signin.NewVaultAccess(f.Store, nil, nil).AddPassphrase(f.T.Context(), vault.NewSecret([]byte(RightPassphrase))))
	f.UseVault(signin.NewVaultAccess(f.Store, nil, nil))
}

// UseVault puts another vault behind the host.
func (f *Fixture) UseVault(k *signin.VaultAccess) {
	f.Vault = k
	f.Engine = syncer.New(syncer.Options{Store: f.Store, Vault: k})
	f.Host.Changed()
}

// VaultStatus is how the vault stands.
func (f *Fixture) VaultStatus() signin.VaultStatus {
	f.Helper()
	v, err := f.Vault.Status(f.T.Context())
	f.Must(err)
	return v
}

// Later keeps work on the side waiting. The function that it gives does all of
// it, and what that leads to.
func (f *Fixture) Later() (run func()) {
	var side []func()
	f.Start = func(work func()) { side = append(side, work) }
	return func() {
		for len(side) > 0 {
			work := side[0]
			side = slices.Delete(side, 0, 1)
			work()
		}
	}
}
