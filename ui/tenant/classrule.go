package tenant

import (
	"regexp"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// classRule is one object class on the form: whether it is synced, which of
// its objects are left out, and what is read beyond the class table.
type classRule struct {
	name   string
	check  *kit.CheckField
	needs  *widget.Label // the permission, and once it was asked for whether the app has it
	filter *kit.TextField
	more   *kit.TextField
	wrong  *widget.Label
	left   *widget.Label // how many objects the filter leaves out
	help   *filterHelp   // nil until the form gives it
	row    *fyne.Container
	under  *fyne.Container
}

func newClassRule(class entra.Class, changed func()) *classRule {
	r := &classRule{name: class.Name, wrong: kit.NewComplaint(), left: kit.Muted(""), needs: kit.Muted(class.Permission)}
	r.filter = kit.NewTextField("", lang.L("nothing, or a condition such as {{.Example}}", map[string]any{"Example": exampleFilter(class)}))
	r.more = kit.NewTextField("", lang.L("names, separated by spaces"))
	r.filter.OnChanged = func(string) { kit.Complain(r.wrong, r.problem()); changed() }
	r.more.OnChanged = r.filter.OnChanged
	r.left.Hide()
	label := lang.L(class.Label)
	name := ruleName(label)
	under := layout.NewCustomPaddedLayout(0, 0, name.MinSize().Width, 0)
	r.under = container.NewVBox(r.left, r.wrong)
	r.row = container.NewVBox(container.NewBorder(nil, nil, name, nil, container.NewVBox(container.New(sharesLayout{0.62}, r.filter, r.more))), container.New(under, r.under))
	r.check = kit.NewCheckField(label, false, func(on bool) { r.reveal(on); changed() })
	r.reveal(false)
	return r
}

// ruleName stands left of a rule's fields. It wraps where it is long: fields line up.
func ruleName(label string) fyne.CanvasObject {
	return container.NewVBox(kit.Wide(kit.Muted(label), kit.FieldName("").MinSize().Width))
}

// assist helps with the filter while it is typed.
func (r *classRule) assist(help *filterHelp) {
	r.help = help
	r.under.Objects = append([]fyne.CanvasObject{help.offer.Box, help.would}, r.under.Objects...)
}

// exampleFilters are what an admin may want to leave out of classes that have something
// better than a name, or none.
var exampleFilters = map[string]string{
	"users":                        `userType == "Guest"`,
	"oauth2PermissionGrants":       `consentType == "Principal"`,
	"appRoleAssignments":           `principalType == "Group"`,
	"federatedIdentityCredentials": `name startsWith "test"`,
	"subscribedSkus":               `capabilityStatus != "Enabled"`,
	"domains":                      `isVerified == false`,
	"roleAssignments":              `directoryScopeId != "/"`,
	"roleEligibilitySchedules":     `directoryScopeId != "/"`,
	"roleAssignmentSchedules":      `assignmentType == "Activated"`,
	"riskyUsers":                   `riskLevel == "low"`,
	"userRegistrationDetails":      `userType == "guest"`,
}

// exampleFilter is one that the class takes: not all have a displayName.
func exampleFilter(class entra.Class) string {
	if example, ok := exampleFilters[class.Name]; ok {
		return example
	}
	switch {
	case slices.Contains(class.Select, "displayName"):
		return `displayName startsWith "test"`
	case len(class.Columns) == 0: // its rows are no objects, and are not filtered
		return ""
	}
	return class.Columns[0] + " == nil"
}

// reveal shows the rule's fields while the class is synced.
func (r *classRule) reveal(on bool) {
	if class, _ := entra.ClassNamed(r.name); on && !class.Log { // whose rows are no objects
		r.row.Show()
	} else {
		r.row.Hide()
	}
}

// permitted says whether the class may be read, as Graph has just answered.
func (r *classRule) permitted(p entra.Permission) {
	if p.Granted {
		kit.SetText(r.needs, lang.L("{{.Permission}}: granted", map[string]any{"Permission": p.Permission}))
		return
	}
	switch text := map[string]any{"Permission": p.Permission}; p.Code {
	case entra.CodeLicence:
		kit.SetText(r.needs, lang.L("{{.Permission}}: a licence is missing", text))
	case entra.CodeNotOffered:
		kit.SetText(r.needs, lang.L("{{.Permission}}: not offered here", text))
	default:
		kit.SetText(r.needs, lang.L("{{.Permission}}: not granted", text))
	}
}

// fill puts the stored rule into the fields.
func (r *classRule) fill(t entra.Tenant) {
	r.check.SetChecked(slices.Contains(t.Classes, r.name))
	if r.expression() != t.Filters[r.name] {
		r.filter.SetText(t.Filters[r.name])
	}
	if !slices.Equal(r.properties(), t.Properties[r.name]) {
		r.more.SetText(strings.Join(t.Properties[r.name], " "))
	}
}

func (r *classRule) expression() string { return strings.TrimSpace(r.filter.Text) }

func (r *classRule) properties() []string {
	return strings.FieldsFunc(r.more.Text, func(c rune) bool { return c == ' ' || c == ',' })
}

var propertyName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// problem says what is wrong with the rule; "" if nothing is.
func (r *classRule) problem() string {
	if err := entra.CheckFilter(r.name, r.expression(), r.properties()); err != nil {
		e := entra.AsError(err)
		return wording.Sentences(e.Why, e.Remedy)
	}
	for _, name := range r.properties() {
		if !propertyName.MatchString(name) {
			return lang.L("{{.Name}} is no name of a property.", map[string]any{"Name": name})
		}
	}
	return ""
}

// leavesOut tells how many objects the stored filter leaves out.
func (r *classRule) leavesOut(n int64, filtered bool) {
	kit.SetText(r.left, lang.L("leaves out {{.Objects}} now", map[string]any{"Objects": phrase.Number(n)}))
	if filtered {
		r.left.Show()
	} else {
		r.left.Hide()
	}
}

// sharesLayout gives the first of two objects its share of the width.
type sharesLayout struct{ first float32 }

func (sharesLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(240, max(objects[0].MinSize().Height, objects[1].MinSize().Height))
}

func (l sharesLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	const between = 8
	first := (size.Width - between) * l.first
	objects[0].Resize(fyne.NewSize(first, size.Height))
	objects[1].Move(fyne.NewPos(first+between, 0))
	objects[1].Resize(fyne.NewSize(size.Width-between-first, size.Height))
}
