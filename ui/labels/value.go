package labels

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// Value is a property's value for people: flags and what Graph has a word for in
// ours, times local, lists apart by commas.
func Value(name string, v jsontext.Value, now time.Time) string {
	switch v.Kind() {
	case 't':
		return lang.L("Yes")
	case 'f':
		return lang.L("No")
	case '"':
		return Text(name, entra.ValueText(v), now)
	case '[':
		return listValue(name, v, now)
	case '{':
		return objectValue(v, now)
	}
	return entra.ValueText(v)
}

// Time is the time that a value tells; false where it tells none.
func Time(name string, v jsontext.Value) (time.Time, bool) {
	if v.Kind() != '"' || !strings.HasSuffix(name, "DateTime") && !strings.HasSuffix(name, "Date") {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, entra.ValueText(v))
	return t, err == nil && t.Year() > 1 // Graph's year 1 is never
}

// Text is a property's value that is a text for people.
func Text(name, text string, now time.Time) string {
	if quoted, err := jsontext.AppendQuote(nil, text); err == nil {
		if t, ok := Time(name, quoted); ok {
			return phrase.Stamp(t, now)
		}
	}
	if strings.HasPrefix(text, "0001-01-01T00:00:00") {
		return "" // Graph's never
	}
	if word := valueWord(name, text); word != "" {
		return word
	}
	return text
}

// listValue writes a list of texts, and how many there are of what is no text.
func listValue(name string, v jsontext.Value, now time.Time) string {
	items := members(v)
	texts := make([]string, len(items))
	if len(items) == 1 {
		return Value(name, items[0].value, now)
	}
	for i, item := range items {
		if k := item.value.Kind(); k == '{' || k == '[' {
			return lang.L(`{{.Count.Of "entry" "entries"}}`, map[string]any{"Count": phrase.Count(len(items))})
		}
		texts[i] = Value(name, item.value, now)
	}
	return strings.Join(texts, ", ")
}

// objectValue writes what an object holds, without what is empty.
func objectValue(v jsontext.Value, now time.Time) string {
	var texts []string
	for _, m := range members(v) {
		if text := Value(m.name, m.value, now); text != "" {
			texts = append(texts, m.name+": "+text)
		}
	}
	return strings.Join(texts, ", ")
}

// member is a part of a list or of an object.
type member struct {
	name  string
	value jsontext.Value
}

// members are the parts of a list or an object. It was checked when it was stored.
func members(v jsontext.Value) (out []member) {
	d := jsontext.NewDecoder(strings.NewReader(string(v)))
	if _, err := d.ReadToken(); err != nil {
		return nil
	}
	object := v.Kind() == '{'
	for k := d.PeekKind(); k != ']' && k != '}' && k != 0; k = d.PeekKind() {
		var m member
		if object {
			name, err := d.ReadToken()
			if err != nil {
				return out
			}
			m.name = name.String()
		}
		value, err := d.ReadValue()
		if err != nil {
			return out
		}
		m.value = value.Clone()
		out = append(out, m)
	}
	return out
}

// valueWord is our word for one of Graph's; "": there is none.
func valueWord(name, text string) string {
	switch name + " " + text {
	case "userType Member":
		return lang.L("Member")
	case "userType Guest":
		return lang.L("Guest")
	case "groupTypes Unified":
		return lang.L("Microsoft 365")
	case "groupTypes DynamicMembership":
		return lang.L("Dynamic")
	case "trustType AzureAd":
		return lang.L("Joined to Entra")
	case "trustType ServerAd":
		return lang.L("Joined hybrid")
	case "trustType Workplace":
		return lang.L("Registered")
	case "consentType AllPrincipals":
		return lang.L("All users")
	case "consentType Principal":
		return lang.L("One user")
	case "directoryScopeId /":
		return lang.L("Whole directory")
	case "externalUserState PendingAcceptance":
		return lang.L("Pending")
	case "externalUserState Accepted":
		return lang.L("Accepted")
	case "state enabled":
		return lang.L("On")
	case "state disabled":
		return lang.L("Off")
	case "state enabledForReportingButNotEnforced":
		return lang.L("Report-only")
	case "signInAudience AzureADMyOrg":
		return lang.L("This organization only")
	case "signInAudience AzureADMultipleOrgs":
		return lang.L("Any organization")
	case "signInAudience AzureADandPersonalMicrosoftAccount":
		return lang.L("Any organization and personal accounts")
	case "signInAudience PersonalMicrosoftAccount":
		return lang.L("Personal accounts")
	}
	return ""
}
