package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// connectionTest is the button Test Connection: while it works it says so, and
// pressing it again cancels.
type connectionTest struct {
	button   *button
	desk     *desk
	form     func() entra.Tenant // the settings to test, as they stand
	diagnose func(context.Context, entra.Tenant) signin.Diagnosis
	passed   map[string]bool // settings that connected
	question latest
	box      *signInBox // of the test that works; nil: none does
}

func newConnectionTest(d *desk, form func() entra.Tenant) *connectionTest {
	t := &connectionTest{desk: d, form: form, diagnose: d.engine.Diagnose, passed: map[string]bool{}}
	t.button = newButton(lang.L("Test Connection"), t.press)
	return t
}

func (t *connectionTest) press() {
	if t.box != nil {
		t.cancel()
		return
	}
	box, tested := newSignInBox(t.desk, t.cancel), t.form()
	t.box = box
	t.button.SetText(lang.L("Cancel the test"))
	ask(t.desk.crew, &t.question, func(ctx context.Context) (signin.Diagnosis, error) {
		return t.diagnose(signin.Attended(ctx, box.prompt), tested), nil
	}, func(d signin.Diagnosis, _ error) {
		t.rest()
		t.passed[identity(tested)] = d.OK
		t.desk.tellDiagnosis(tested, d)
	})
}

// connected tells whether the settings as they stand have connected.
func (t *connectionTest) connected() bool { return t.passed[identity(t.form())] }

func identity(t entra.Tenant) string { return strings.Join([]string{t.Name, t.Cloud, t.Profile}, "\n") }

func (t *connectionTest) rest() {
	if t.box != nil {
		t.box.end()
		t.box = nil
		t.button.SetText(lang.L("Test Connection"))
	}
}

func (t *connectionTest) cancel() {
	t.question.drop()
	t.rest()
}

// tellDiagnosis tells the result of Test Connection in a toast, whose details
// are the whole diagnosis.
func (d *desk) tellDiagnosis(t entra.Tenant, found signin.Diagnosis) {
	told := toast.Toast{Kind: toast.Success, Title: lang.L("Connected to {{.Name}}", map[string]any{"Name": found.DisplayName}),
		Text: lang.L("All chosen object classes can be read."), Action: lang.L("Details"), Do: func() { showDiagnosis(d.window, t, found) }}
	switch missing := missingPermissions(found.Connection); {
	case !found.OK:
		told.Kind, told.Title, told.Text = toast.Trouble, lang.L("The connection failed"), ""
		if e := found.Error; e != nil {
			told.Text = troubleLine(&entra.Trouble{Message: e.Message, Remedy: e.Remedy})
		}
	case len(missing) > 0:
		told.Kind, told.Text = toast.Warning, lang.L("Not granted: {{.Permissions}}", map[string]any{"Permissions": strings.Join(missing, ", ")})
	}
	d.toasts.Show(told)
}

func missingPermissions(c entra.Connection) []string {
	var missing []string
	for _, p := range c.Permissions {
		if !p.Granted {
			missing = append(missing, p.Permission)
		}
	}
	return missing
}
