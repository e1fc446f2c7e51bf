package access

import (
	"context"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// ConnectionTest is the button Test Connection: while it works it says so, and
// pressing it again cancels.
type ConnectionTest struct {
	Button   *kit.Button
	Outcome  *Outcome               // of the last test
	Found    func(entra.Connection) // told of each result; nil: nobody is
	host     *host.Host
	form     func() entra.Tenant // the settings to test, as they stand
	diagnose func(context.Context, entra.Tenant) signin.Diagnosis
	passed   map[string]bool // settings that connected
	question tasks.Latest
	box      *signInBox // of the test that works; nil: none does
}

// NewConnectionTest makes the button. form gives the settings to test.
func NewConnectionTest(h *host.Host, form func() entra.Tenant) *ConnectionTest {
	t := &ConnectionTest{host: h, form: form, diagnose: h.Engine.Diagnose, passed: map[string]bool{}}
	t.Button = kit.NewButton(lang.L("Test Connection"), t.press)
	t.Outcome = newOutcome(t)
	return t
}

func (t *ConnectionTest) press() {
	if t.box != nil {
		t.Cancel()
		return
	}
	box, tested := newSignInBox(t.host, t.Cancel), t.form()
	t.box = box
	t.Button.SetText(lang.L("Cancel the test"))
	tasks.Ask(t.host.Group, &t.question, func(ctx context.Context) (signin.Diagnosis, error) {
		return t.diagnose(signin.Attended(ctx, box.prompt), tested), nil
	}, func(d signin.Diagnosis, _ error) {
		t.rest()
		t.passed[identity(tested)] = d.OK
		if t.Found != nil {
			t.Found(d.Connection)
		}
		told := t.news(tested, d)
		t.Outcome.show(tested, d, told)
		t.host.Toasts.Show(short(told, d))
	})
}

// Connected tells whether the settings as they stand have connected.
func (t *ConnectionTest) Connected() bool { return t.passed[identity(t.form())] }

func identity(t entra.Tenant) string { return strings.Join([]string{t.Name, t.Cloud, t.Profile}, "\n") }

func (t *ConnectionTest) rest() {
	if t.box != nil {
		t.box.end()
		t.box = nil
		t.Button.SetText(lang.L("Test Connection"))
	}
}

// Leave forgets what was told of the last test: the form goes out of sight.
func (t *ConnectionTest) Leave() { t.host.Toasts.Forget(aboutTest) }

// aboutTest is what a test's toast is the news of.
const aboutTest = "test"

// Cancel ends the test that works.
func (t *ConnectionTest) Cancel() {
	t.question.Drop()
	t.rest()
}

// news is the result of a test in short, whose details are the whole diagnosis.
func (t *ConnectionTest) news(tested entra.Tenant, found signin.Diagnosis) toast.Toast {
	told := toast.Toast{Kind: toast.Success, Title: lang.L("Connected to {{.Name}}", map[string]any{"Name": found.DisplayName}),
		Text: lang.L("All chosen object classes can be read."), Action: lang.L("Details"), Do: func() { showDiagnosis(t.host, tested, found) }, About: aboutTest}
	if tested.Unchosen {
		told.Text = lang.L("Can be read, and is synced: {{.Classes}}", map[string]any{"Classes": classNames(readable(found.Connection))})
	}
	if len(found.Taken) > 0 {
		told.Text = lang.L("From now on synced, because they may be read: {{.Classes}}", map[string]any{"Classes": classNames(found.Taken)})
	}
	switch unread := unreadable(found.Connection); {
	case !found.OK:
		told.Kind, told.Title, told.Text = toast.Trouble, lang.L("The connection failed"), ""
		if e := found.Error; e != nil {
			told.Text = troubleLine(&entra.Trouble{Message: e.Message, Remedy: e.Remedy})
		}
	case len(unread) > 0:
		told.Kind, told.Text = toast.Warning, strings.Join(unread, "\n")
	}
	return told
}

// short is a result as a toast tells it: of what can be read how much that is. The form has it
// whole, and a toast is not to lie over the form.
func short(told toast.Toast, found signin.Diagnosis) toast.Toast {
	if n := len(readable(found.Connection)); told.Kind == toast.Success && n > toldClasses {
		told.Text = lang.L(`{{.Count.Of "object class" "object classes"}} can be read.`, map[string]any{"Count": phrase.Count(n)})
	}
	if n := unread(found.Connection); told.Kind == toast.Warning && n > 1 {
		told.Text = lang.L(`{{.Count.Of "object class" "object classes"}} can't be read. The form tells why.`, map[string]any{"Count": phrase.Count(n)})
	}
	return told
}

// toldClasses is how many classes a toast names that can't be read; the details name all.
const toldClasses = 3

// unreadable says which classes can't be read and why, as the details do: a line each.
func unreadable(c entra.Connection) (lines []string) {
	more := 0
	for _, p := range c.Permissions {
		switch {
		case p.Granted || p.Unchosen:
		case len(lines) == toldClasses:
			more++
		default:
			lines = append(lines, labels.Class(p.Class)+": "+unreadFor(p))
		}
	}
	if more > 0 {
		lines = append(lines, lang.L("and {{.Count}} more: see the details", map[string]any{"Count": phrase.Number(int64(more))}))
	}
	return lines
}

// unread is how many classes can't be read that should be.
func unread(c entra.Connection) (n int) {
	for _, p := range c.Permissions {
		if !p.Granted && !p.Unchosen {
			n++
		}
	}
	return n
}

// readable are the classes that can be read.
func readable(c entra.Connection) (names []string) {
	for _, p := range c.Permissions {
		if p.Granted {
			names = append(names, p.Class)
		}
	}
	return names
}
