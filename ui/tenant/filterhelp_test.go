package tenant

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

func TestWordsThatComeNext(t *testing.T) {
	uses := []store.PropertyUse{{Name: "accountEnabled", Kind: store.KindFlag}, {Name: "displayName", Kind: store.KindText}, {Name: "userPrincipalName", Kind: store.KindText},
		{Name: "userType", Kind: store.KindText}, {Name: "groupTypes", Kind: store.KindList}}
	for _, c := range []struct{ text, words, property string }{ // | is the cursor
		{"|", "accountEnabled displayName userPrincipalName userType groupTypes", ""},
		{"us|", "userPrincipalName userType", ""},
		{"USERT|", "userType", ""},
		{"userType|", "", ""}, // it is one already
		{"name|", "displayName userPrincipalName", ""},
		{"userType |", "== != startsWith endsWith contains matches in", ""},
		{"userType st|", "startsWith", ""},
		{"accountEnabled |", "== !=", ""},
		{"accountEnabled == |", "true false", "accountEnabled"},
		{"userType == |", "nil", "userType"},
		{`userType == "Gu|`, "", "userType"},
		{`userType in ["Guest", "|`, "", "userType"},
		{`userType == "Guest" |`, "and or", ""},
		{`userType == "Guest" and dis|`, "displayName", ""},
		{`not (user|`, "userPrincipalName userType", ""},
		{`displayName startsWith "a\"b" |`, "and or", ""},
		{"nothingLikeIt|", "", ""},
	} {
		at := strings.Index(c.text, "|")
		w := nextWords(strings.Replace(c.text, "|", "", 1), at, uses)
		if got := strings.Join(w.words, " "); got != c.words || w.property != c.property {
			t.Errorf("%s: %q, values of %q; want %q, of %q", c.text, got, w.property, c.words, c.property)
		}
	}
}

func TestWordIsPutIntoTheFilter(t *testing.T) {
	uses := []store.PropertyUse{{Name: "userType", Kind: store.KindText}}
	for _, c := range []struct{ text, word, want string }{
		{"us|", "userType", "userType |"},
		{"ä == 1 and us| == 2", "userType", "ä == 1 and userType |== 2"},
		{`userType == "Gu|est"`, `"Guest"`, `userType == "Guest" |`},
		{`userType == "Gu|`, `"Guest"`, `userType == "Guest" |`},
	} {
		text := strings.Replace(c.text, "|", "", 1)
		got, at := nextWords(text, len([]rune(c.text[:strings.Index(c.text, "|")])), uses).put(text, c.word)
		if got = string([]rune(got)[:at]) + "|" + string([]rune(got)[at:]); got != c.want {
			t.Errorf("%s with %s: %q, want %q", c.text, c.word, got, c.want)
		}
	}
}

// offered are the words under a filter.
func offered(r *classRule) (out []string) {
	for _, b := range hosttest.All[*kit.Button](r.help.offer.Box) {
		out = append(out, b.Text)
	}
	return out
}

// TestFilterIsHelped: names and values complete what is typed, and what it would leave
// out is counted before it is saved.
func TestFilterIsHelped(t *testing.T) {
	f := hosttest.New(t)
	f.Round("alpha", "users", f.Object("u1", `{"displayName":"A","userType":"Guest"}`),
		f.Object("u2", `{"displayName":"B","userType":"Member"}`),
		f.Object("u3", `{"displayName":"C"}`))
	r := form(f, "alpha").rule("users")
	f.Window.Canvas().Focus(r.filter)
	test.Type(r.filter, "userT")
	if got := offered(r); len(got) != 1 || got[0] != "userType" {
		t.Fatalf("offered: %q", got)
	}
	test.Tap(hosttest.All[*kit.Button](r.help.offer.Box)[0])
	test.Type(r.filter, `== "g`)
	if got := offered(r); len(got) != 1 || got[0] != `"Guest"` || f.Focused() != r.filter {
		t.Fatalf("offered: %q", got)
	}
	test.Tap(hosttest.All[*kit.Button](r.help.offer.Box)[0])
	if r.expression() != `userType == "Guest"` {
		t.Fatalf("the filter is %q", r.expression())
	}
	f.Clock.Pass()
	if want := "Would leave out 1 of the 3 that the copy holds. Saving it makes the next sync a full scan of Users."; r.help.would.Text != want || !r.help.would.Visible() {
		t.Errorf("it says %q", r.help.would.Text)
	}
	r.filter.SetText(`displayName - 1 > 3`)
	f.Clock.Pass()
	if text := r.help.would.Text; !strings.HasPrefix(text, "Would leave out 0 of the 3 that the copy holds. It fails for 3, which stay: ") || strings.Contains(text, "\n") {
		t.Errorf("it says %q", text)
	}
	r.filter.SetText("true")
	f.Clock.Pass()
	if want := "Would leave out all 3 that the copy holds. Saving it makes the next sync a full scan of Users."; r.help.would.Text != want || r.help.would.Importance != widget.WarningImportance {
		t.Errorf("of all it says %q, importance %v", r.help.would.Text, r.help.would.Importance)
	}
	if r.filter.SetText(`nickname == "x"`); r.help.would.Visible() {
		t.Error("what can't be saved is counted")
	}
	if r.filter.SetText(""); r.help.would.Visible() {
		t.Error("as it is stored, and it still tells")
	}
	r.help.suggest(filterWords{words: []string{"and", "or"}, start: 11})
	if r.help.hold(filterWords{start: 15, property: "userType"}); len(offered(r)) > 0 {
		t.Errorf("while values are asked for, words of another place stay: %q", offered(r))
	}
	r.help.suggest(filterWords{words: []string{`"Guest"`}, start: 15, end: 16, property: "userType"})
	if r.help.hold(filterWords{start: 15, end: 17, property: "userType"}); len(offered(r)) != 1 || r.help.words.end != 17 {
		t.Errorf("while a value is typed, %q is offered, in the place of %v", offered(r), r.help.words)
	}
}

// TestRulesLineUp, however long the names of their classes are.
func TestRulesLineUp(t *testing.T) {
	for _, german := range []bool{false, true} {
		f := hosttest.New(t)
		if german {
			f.InGerman()
		}
		c := form(f, "alpha")
		at := map[float32][]string{}
		for _, rule := range c.rules {
			rule.row.Show()
		}
		f.Window.Content().Refresh()
		f.Window.Resize(fyne.NewSize(1000, 640))
		for _, rule := range c.rules {
			if rule.row.Visible() {
				x := fyne.CurrentApp().Driver().AbsolutePositionForObject(rule.filter).X
				at[x] = append(at[x], rule.name)
			}
		}
		if len(at) != 1 {
			t.Errorf("the filters begin at %v", at)
		}
	}
}

// What an empty filter shows as an example is one that its class takes.
func TestExamplesOfFiltersAreTaken(t *testing.T) {
	for _, c := range entra.Classes() {
		if err := entra.CheckFilter(c.Name, exampleFilter(c), nil); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}
