package directory

import (
	"slices"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// empty says why there is nothing of the class in front, and what to do.
func (d *Directory) empty() table.State {
	class := d.class()
	name := map[string]any{"Class": labels.Class(class.Name), "Permission": class.Permission, "Licence": class.Licence}
	state := d.states[class.Name]
	configure := table.State{Icon: apptheme.Signs().Off, Action: lang.L("Open the configuration"), Do: func() { d.Configure(class.Name) }}
	if d.list != nil {
		d.stand = d.list.Stand
	}
	switch {
	case d.stand.Filter != "":
		return table.State{Icon: theme.SearchIcon(), Title: lang.L("Nothing fits"), Text: lang.L("No object of this class fits the filters."),
			Action: lang.L("Take the filters away"), Do: func() { d.filters.put(nil) }}
	case d.stand.At != 0:
		return table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("Nothing is known of then"), Text: lang.L("The copy holds none of {{.Class}} for that moment.", name)}
	case !slices.Contains(d.tenant().Classes, class.Name):
		configure.Title = lang.L("{{.Class}}: not synced", name)
		configure.Text = lang.L("This tenant does not sync this object class. Switch it on in the configuration; the next sync reads it.")
		return configure
	case state.Blocked == entra.CodePermission:
		configure.Icon, configure.Title = apptheme.Signs().Warning, lang.L("{{.Class}}: not permitted", name)
		configure.Text = lang.L("The app may not read this object class. Grant it {{.Permission}} in Entra ID, with admin consent; the next sync reads it.", name)
		return configure
	case state.Blocked == entra.CodeLicence:
		configure.Icon, configure.Title = apptheme.Signs().Warning, lang.L("{{.Class}}: the licence is missing", name)
		configure.Text = lang.L("Entra ID gives this object class only to tenants with {{.Licence}}.", name)
		return configure
	case state.Blocked != "":
		configure.Icon, configure.Title = apptheme.Signs().Warning, lang.L("{{.Class}}: can't be read", name)
		configure.Text = lang.L("The sync history says why.")
		return configure
	case state.Completed.IsZero() && !d.tenant().Enabled:
		return access.DisabledState(d.host, d.tenant())
	case state.Completed.IsZero():
		return table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("Not synced yet"), Text: lang.L("The objects come with the first sync."),
			Action: lang.L("Sync now"), Do: func() { access.SyncNow(d.host, d.tenant().Key) }}
	}
	if state.Filtered > 0 {
		configure.Title = lang.L("{{.Class}}: all left out by the filter", name)
		configure.Text = lang.L("The filter in the tenant's configuration leaves out whatever there is of this object class.")
		return configure
	}
	return table.State{Icon: apptheme.Signs().Good, Title: lang.L("There are none"), Text: lang.L("The tenant has no objects of this class.")}
}
