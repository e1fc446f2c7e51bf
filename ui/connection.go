package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// connectionTest is the button Test Connection: while it works it says so, and
// pressing it again cancels.
type connectionTest struct {
	button   *button
	crew     *crew
	engine   *syncer.Engine
	form     func() entra.Tenant    // the settings to test, as they stand
	tell     func(entra.Connection) // on the UI thread
	passed   map[string]bool        // settings that connected
	question latest
	working  bool
}

func newConnectionTest(c *crew, e *syncer.Engine, form func() entra.Tenant, tell func(entra.Connection)) *connectionTest {
	t := &connectionTest{crew: c, engine: e, form: form, tell: tell, passed: map[string]bool{}}
	t.button = newButton(lang.L("Test Connection"), t.press)
	return t
}

func (t *connectionTest) press() {
	if t.working {
		t.cancel()
		return
	}
	t.working = true
	t.button.SetText(lang.L("Cancel the test"))
	tested := t.form()
	ask(t.crew, &t.question, func(ctx context.Context) (entra.Connection, error) {
		return t.engine.Test(ctx, tested), nil
	}, func(c entra.Connection, _ error) {
		t.rest()
		t.passed[identity(tested)] = c.OK
		t.tell(c)
	})
}

// connected tells whether the settings as they stand have connected.
func (t *connectionTest) connected() bool { return t.passed[identity(t.form())] }

func identity(t entra.Tenant) string { return strings.Join([]string{t.Name, t.Cloud, t.Profile}, "\n") }

func (t *connectionTest) rest() {
	t.working = false
	t.button.SetText(lang.L("Test Connection"))
}

func (t *connectionTest) cancel() {
	t.question.drop()
	if t.working {
		t.rest()
	}
}

// tellConnection tells the result of Test Connection in a toast.
func (d *desk) tellConnection(c entra.Connection) { tellConnection(d.toasts, d.window, c) }

func tellConnection(toasts *toast.Layer, w fyne.Window, c entra.Connection) {
	if !c.OK {
		e := &entra.Error{What: lang.L("The connection failed")}
		if c.Error != nil {
			e.Why, e.Remedy, e.Detail = c.Error.Message, c.Error.Remedy, c.Error.Detail
		}
		tellTrouble(toasts, w, e)
		return
	}
	title := lang.L("Connected to {{.Name}}", map[string]any{"Name": c.DisplayName})
	missing := missingPermissions(c)
	if len(missing) == 0 {
		toasts.Show(toast.Toast{Kind: toast.Success, Title: title, Text: lang.L("All chosen object classes can be read.")})
		return
	}
	text := lang.L("Not granted: {{.Permissions}}", map[string]any{"Permissions": strings.Join(missing, ", ")})
	toasts.Show(toast.Toast{Kind: toast.Warning, Title: title, Text: text, Action: lang.L("Details"), Do: func() { showPermissions(w, c) }})
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

func showPermissions(w fyne.Window, c entra.Connection) {
	var lines []string
	for _, p := range c.Permissions {
		if !p.Granted {
			lines = append(lines, classLabel(p.Class)+": "+p.Reason)
		}
	}
	askUser(w, lang.L("What can't be read"), paragraph(strings.Join(lines, "\n\n")), choice{text: lang.L("Close"), rank: widget.HighImportance})
}
