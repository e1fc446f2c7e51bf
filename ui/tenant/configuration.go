package tenant

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// configuration is the tab Tenant Configuration: a form that can be saved
// exactly while it differs from what is stored.
type configuration struct {
	plainTab
	host   *host.Host
	tenant entra.Tenant // as stored

	profile  *kit.SelectField
	enabled  *kit.Toggle
	fullScan *kit.CheckField
	interval *kit.SelectField
	rules    []*classRule
	page     *container.Scroll // of all fields
	test     *access.ConnectionTest
	submit   *kit.Button
	follows  *widget.Label // what the next sync makes of a change of the classes
	permit   *kit.Button   // chooses what is permitted
	itself   *widget.Label // says that nobody has chosen the classes

	permitting tasks.Latest
	question   tasks.Latest
	counting   tasks.Latest
	filling    bool   // the form is being filled by us
	saving     bool   // the form is being saved
	then       func() // what to do once it is saved; nil: nothing
}

func newConfiguration(h *host.Host, t entra.Tenant) *configuration {
	c := &configuration{host: h, tenant: t}
	c.profile = kit.NewSelectField([]string{t.Profile}, 0, c.compare)
	c.enabled = kit.NewToggle(lang.L("Enabled"), func(bool) { c.compare() })
	c.enabled.Off = lang.L("Disabled")
	c.fullScan = kit.NewCheckField(lang.L("Perform a full scan on next run"), false, func(bool) { c.compare() })
	c.interval = kit.NewSelectField(nil, 0, c.compare)
	for _, class := range entra.Choices() {
		rule := newClassRule(class, c.compare)
		rule.assist(newFilterHelp(h, t.Key, rule))
		c.rules = append(c.rules, rule)
	}
	c.submit = kit.NewButton(lang.L("Save"), c.save).Important(widget.HighImportance)
	c.test = access.NewConnectionTest(h, c.form)
	c.test.Found = c.found
	c.permit = kit.NewButton(lang.L("Choose everything that is permitted"), c.choosePermitted)
	c.fill(t)
	return c
}

func (c *configuration) key() string { return configurationTab }

func (c *configuration) content() fyne.CanvasObject {
	fixed := func(text string) fyne.CanvasObject {
		label := widget.NewLabel(text)
		label.Selectable = true
		return container.NewHBox(label, kit.Muted(lang.L("can't be changed")))
	}
	connection := kit.Fields(lang.L("Tenant"), fixed(c.tenant.Name), lang.L("Azure Cloud"), fixed(c.host.CloudLabel(c.tenant.Cloud)),
		lang.L("Credential Profile"), kit.Narrow(c.profile))
	schedule := kit.Fields(lang.L("Sync"), container.NewVBox(c.enabled, c.fullScan), lang.L("Every"), kit.Narrow(c.interval))
	groups := container.NewVBox(kit.FormGroup(lang.L("Connection"), connection), kit.FormGroup(lang.L("Schedule"), schedule),
		kit.FormGroup(lang.L("What is synced"), kit.Fields(lang.L("Objects"), c.classChecks())), kit.FormGroup(lang.L("Filters and properties"), c.ruleRows()))
	c.follows = kit.Muted("")
	c.follows.Wrapping = fyne.TextWrapWord
	c.tellFollows()
	buttons := kit.ButtonBar(access.PermissionsButton(c.host, c.form), layout.NewSpacer(), c.test.Button, c.submit)
	c.loadProfiles()
	c.count()
	foot := container.NewVBox(c.test.Outcome.Content(), c.follows, buttons)
	c.page = kit.PageScroll(kit.UnderHead(kit.BesideBar(kit.Bounded(groups))))
	return container.NewBorder(nil, kit.UnderHead(foot), nil, nil, c.page)
}

// ruleRows are the filters and further properties of the classes that are synced.
func (c *configuration) ruleRows() fyne.CanvasObject {
	heads := container.New(sharesLayout{0.62}, kit.Muted(lang.L("Leave out objects where")), kit.Muted(lang.L("Additional properties")))
	rows := container.NewVBox(container.NewBorder(nil, nil, kit.FieldName(""), nil, heads))
	for _, rule := range c.rules {
		rows.Add(rule.row)
	}
	return rows
}

func (c *configuration) loadProfiles() {
	tasks.Ask(c.host.Group, &c.question, c.host.Store.Profiles, func(profiles []entra.Profile, err error) {
		if err == nil {
			c.profile.SetOptions(labels.ProfileNames(profiles))
		}
	})
}

// intervals that can be chosen; another that is stored is offered, too.
var intervals = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

func (c *configuration) offered() []time.Duration {
	if slices.Contains(intervals, c.tenant.Interval) {
		return intervals
	}
	return append([]time.Duration{c.tenant.Interval}, intervals...)
}

// fill puts a tenant's settings into the form.
func (c *configuration) fill(t entra.Tenant) {
	c.filling = true
	c.profile.SetSelected(t.Profile)
	c.enabled.SetChecked(t.Enabled)
	c.fullScan.SetChecked(t.FullScan)
	names := []string{}
	for _, d := range c.offered() {
		names = append(names, phrase.Span(d))
	}
	c.interval.SetOptions(names)
	c.interval.SetSelectedIndex(slices.Index(c.offered(), t.Interval))
	for _, rule := range c.rules {
		rule.fill(t)
	}
	c.filling = false
	if c.itself != nil {
		kit.Reveal(c.tenant.Unchosen, c.itself)
	}
	c.compare()
}

// form is the tenant as the form has it.
func (c *configuration) form() entra.Tenant {
	t := c.tenant
	t.Profile, t.Enabled, t.FullScan = c.profile.Selected, c.enabled.Checked, c.fullScan.Checked
	if i := c.interval.SelectedIndex(); i >= 0 {
		t.Interval = c.offered()[i]
	}
	chosen := map[string]bool{}
	t.Filters, t.Properties = map[string]string{}, map[string][]string{}
	for _, rule := range c.rules {
		chosen[rule.name] = rule.check.Checked
		if text := rule.expression(); text != "" {
			t.Filters[rule.name] = text
		}
		if list := rule.properties(); len(list) > 0 {
			t.Properties[rule.name] = list
		}
	}
	t.Classes = entra.SortClasses(chosen)
	t.Unchosen = t.Unchosen && slices.Equal(t.Classes, c.tenant.Classes)
	return t
}

// change is what saving the form would change.
func (c *configuration) change() (change store.TenantChange, any bool) {
	now, was := c.form(), c.tenant
	if now.Profile != was.Profile {
		change.Profile, any = &now.Profile, true
	}
	if now.Enabled != was.Enabled {
		change.Enabled, any = &now.Enabled, true
	}
	if now.FullScan != was.FullScan {
		change.FullScan, any = &now.FullScan, true
	}
	if now.Interval != was.Interval {
		change.Interval, any = &now.Interval, true
	}
	if !slices.Equal(now.Classes, was.Classes) {
		change.Classes, any = now.Classes, true
	}
	for _, rule := range c.rules {
		if now.Filters[rule.name] != was.Filters[rule.name] {
			change.Filters, any = with(change.Filters, rule.name, now.Filters[rule.name]), true
		}
		if !slices.Equal(now.Properties[rule.name], was.Properties[rule.name]) {
			change.Properties, any = with(change.Properties, rule.name, now.Properties[rule.name]), true
		}
	}
	return change, any
}

// with is a map with one more entry; the map it came from stays as it was.
func with[V any](m map[string]V, key string, v V) map[string]V {
	out := map[string]V{key: v}
	for k, old := range m {
		if k != key {
			out[k] = old
		}
	}
	return out
}

// unsaved tells whether the form differs from what is stored.
func (c *configuration) unsaved() bool { _, any := c.change(); return any }

// compare lets Save be pressed while something differs and can be stored.
func (c *configuration) compare() {
	if c.filling {
		return
	}
	kit.Enable(c.unsaved() && c.valid() && !c.saving, c.submit)
	for _, rule := range c.rules {
		rule.help.compare(c.tenant)
	}
	c.tellFollows()
}

// tellFollows says what the next sync makes of a change of the classes.
func (c *configuration) tellFollows() {
	if c.follows == nil {
		return
	}
	var added, gone []string
	for _, rule := range c.rules {
		switch was := slices.Contains(c.tenant.Classes, rule.name); {
		case rule.check.Checked && !was:
			added = append(added, labels.Class(rule.name))
		case !rule.check.Checked && was:
			gone = append(gone, labels.Class(rule.name))
		}
	}
	var lines []string
	if len(added) > 0 {
		lines = append(lines, lang.L("The next sync after saving reads whole: {{.Classes}}.", map[string]any{"Classes": strings.Join(added, ", ")}))
	}
	if len(gone) > 0 {
		lines = append(lines, lang.L("From the next sync on no longer read: {{.Classes}}. What is stored of it stays.", map[string]any{"Classes": strings.Join(gone, ", ")}))
	}
	kit.SetText(c.follows, strings.Join(lines, " "))
	kit.Reveal(len(lines) > 0, c.follows)
}

// valid tells whether a class is chosen and no filter is wrong.
func (c *configuration) valid() bool {
	return len(c.form().Classes) > 0 && !slices.ContainsFunc(c.rules, func(r *classRule) bool { return r.problem() != "" })
}

// stored takes what the store holds now. What the user has changed on the form
// stays; the rest follows, as the full scan that has been done.
func (c *configuration) stored(t entra.Tenant) {
	change, _ := c.change()
	c.tenant = t
	c.fill(changed(t, change))
	c.count()
}

// count asks how many objects each stored filter leaves out.
func (c *configuration) count() {
	t := c.tenant
	tasks.KeepUp(c.host.Group, &c.counting, func(ctx context.Context) (map[string]int64, error) {
		out := map[string]int64{}
		for class := range t.Filters {
			state, err := c.host.Store.ClassState(ctx, t.Key, class)
			if err != nil {
				return nil, err
			}
			out[class] = state.Filtered
		}
		return out, nil
	}, func(counts map[string]int64, err error) {
		for _, rule := range c.rules {
			n, filtered := counts[rule.name]
			rule.leavesOut(n, filtered)
		}
	})
}

// changed is a tenant with a change made.
func changed(t entra.Tenant, c store.TenantChange) entra.Tenant {
	if c.Profile != nil {
		t.Profile = *c.Profile
	}
	if c.Enabled != nil {
		t.Enabled = *c.Enabled
	}
	if c.FullScan != nil {
		t.FullScan = *c.FullScan
	}
	if c.Interval != nil {
		t.Interval = *c.Interval
	}
	if c.Classes != nil {
		t.Classes = c.Classes
	}
	for class, expression := range c.Filters {
		t.Filters = with(t.Filters, class, expression)
	}
	for class, list := range c.Properties {
		t.Properties = with(t.Properties, class, list)
	}
	return t
}

func (c *configuration) save() { c.store(nil) }

// store saves the form, then does what was to be done after.
func (c *configuration) store(then func()) {
	change, any := c.change()
	if !any || !c.valid() || c.saving {
		return
	}
	saved := c.form()
	c.saving, c.then = true, then
	c.compare()
	key := c.tenant.Key
	c.host.Act(func(ctx context.Context) error { return c.host.Engine.SetTenant(ctx, key, change) }, func(err error) {
		c.saving = false
		if err != nil {
			c.host.Failed(err)
			c.compare()
			return
		}
		c.tenant = saved
		c.compare()
		c.host.Succeeded(lang.L("The changes to the Tenant Configuration have been saved."), "")
		c.host.Changed()
		if c.then != nil {
			c.then()
		}
	})
}

// guard asks what to do with the unsaved changes, then leaves as the user says.
// What is being saved is waited for.
func (c *configuration) guard(leave func()) {
	if c.saving {
		c.then = leave
		return
	}
	choices := []kit.Choice{{Text: lang.L("Discard"), Do: func() { c.discard(); leave() }}, {Text: lang.L("Stay")}}
	if c.valid() {
		choices = append([]kit.Choice{{Text: lang.L("Save"), Rank: widget.HighImportance, Do: func() { c.store(leave) }}}, choices...)
	}
	kit.AskUser(c.host.Window, lang.L("Unsaved changes"), kit.Question(lang.L("Leave without saving?"), lang.L("The changes to {{.Name}} have not been saved.", map[string]any{"Name": c.tenant.Name})), choices...)
}

// discard puts the form back to what is stored.
func (c *configuration) discard() { c.fill(c.tenant) }

func (c *configuration) leave() {
	c.question.Drop()
	c.permitting.Drop()
	c.counting.Drop()
	for _, rule := range c.rules {
		rule.help.leave()
	}
	c.test.Cancel()
}
