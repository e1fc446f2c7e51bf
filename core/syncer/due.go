package syncer

import (
	"context"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// due are the classes to sync now: all that are wanted, but for those that the
// loop would ask too often. Behind each come its relations that are read on their own,
// but for those that were read so lately that a person who asks for a sync does not
// wait for them again: they may take a request for each thousand objects, where a quiet
// sync takes one for the class.
func (e *Engine) due(ctx context.Context, t entra.Tenant, o SyncOptions) ([]entra.Class, error) {
	var out []entra.Class
	for _, name := range t.Classes {
		class, known := entra.ClassNamed(name)
		if !known || (o.Classes != nil && !slices.Contains(o.Classes, class.Name)) {
			continue
		}
		for _, relation := range append([]string{""}, class.Apart()...) {
			stream := class.Stream(relation)
			state, err := e.Store.StreamState(ctx, t.Key, stream)
			if err != nil {
				return nil, err
			}
			now := e.Store.Now()
			if o.IfDue && early(stream, state, now) || !o.IfDue && stream.Alone != "" && within(e.lately, state, now) {
				if relation == "" && state.Blocked != "" {
					break
				}
				continue
			}
			out = append(out, stream)
		}
	}
	if o.Classes != nil && len(out) == 0 {
		return nil, entra.Invalid(say.With("%s is not synced", t.Name), "none of the named classes is among the tenant's", "see `entrasyncctl tenant list`")
	}
	return out, nil
}

// early tells whether the loop would ask for a class too often.
func early(class entra.Class, state store.ClassState, now time.Time) bool {
	if now.Before(state.AskAgain) && !distrusted(state.AskAgain, now, licencePause) {
		return true
	}
	listed := class.Delta == "" || state.DeltaLink == "" // here, Graph may have no delta query of it
	return listed && within(class.Interval(), state, now)
}

// within tells whether a class was read whole less than so long ago.
func within(interval time.Duration, state store.ClassState, now time.Time) bool {
	again := state.Completed.Add(interval)
	return !state.FullScan && now.Before(again) && !distrusted(again, now, interval)
}
