package access

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// TakeOut is what helps against classes that can't be read for want of a permission, of a
// licence, or because the tenant has none of them: they are synced no more. It is the text
// of a button and what it does; "" where there are none, or no others.
func TakeOut(h *host.Host, t entra.Tenant, causes []labels.Cause) (text string, do func()) {
	var classes, names []string
	for _, c := range causes {
		switch c.Trouble.Code {
		case entra.CodePermission, entra.CodeLicence, entra.CodeNotOffered:
			classes, names = append(classes, c.Of...), append(names, c.Classes...)
		}
	}
	if len(classes) == 0 || len(classes) >= len(t.Classes) {
		return "", nil
	}
	text = lang.L(`Take {{.Count.Of "class" "classes"}} out…`, map[string]any{"Count": phrase.Count(int64(len(classes)))})
	return text, func() { askTakeOut(h, t, classes, names) }
}

func askTakeOut(h *host.Host, t entra.Tenant, classes, names []string) {
	question := lang.L("Sync these no more: {{.Classes}}?", map[string]any{"Classes": strings.Join(names, ", ")})
	kit.AskUser(h.Window, lang.L("Take classes out")+" · "+t.Name, kit.Question(question, lang.L("What is stored of them stays. In the tenant's configuration they can be switched on again.")),
		kit.Choice{Text: lang.L("Take out"), Rank: widget.HighImportance, Do: func() { takeOut(h, t.Key, classes, names) }},
		kit.Choice{Text: lang.L("Cancel")})
}

// takeOut leaves the tenant the classes that it has now, without those.
func takeOut(h *host.Host, tenant int64, classes, names []string) {
	h.Act(func(ctx context.Context) error {
		t, err := h.Store.TenantByKey(ctx, tenant)
		if err != nil {
			return err
		}
		left := slices.DeleteFunc(t.Classes, func(name string) bool { return slices.Contains(classes, name) })
		return h.Engine.SetTenant(ctx, tenant, store.TenantChange{Classes: left})
	}, func(err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		h.Succeeded(lang.L("No longer synced"), strings.Join(names, ", "))
		h.Changed()
	})
}
