package entra

import (
	"strings"
	"testing"
)

// What opens something is not kept, however deep it stands and whoever added its property.
func TestSecretsAreDropped(t *testing.T) {
	for class, properties := range map[string]string{
		"applications":      `{"keyCredentials":[{"keyId":"kept","Key":"marker","more":{"secretText":"marker","usage":"kept"}}],"passwordCredentials":[{"hint":"marker","displayName":"kept"}]}`,
		"servicePrincipals": `{"passwordSingleSignOnSettings":{"fields":[{"customizedLabel":"x","value":"marker"}],"kind":"kept"},"tags":["kept"],"notes":"kept"}`,
		"users":             `{"passwordProfile":{"password":"marker","forceChangePasswordNextSignIn":"kept"},"city":"kept","state":"kept"}`,
	} {
		p, err := ParseProperties([]byte(properties))
		if err != nil {
			t.Fatal(err)
		}
		c, _ := ClassNamed(class)
		c.Dropped(p)
		if text := string(p.JSON()); strings.Contains(text, "marker") || strings.Count(text, "kept") != 3 {
			t.Errorf("%s keep %s", class, text)
		}
	}
}

// What stands in a credential's place and is none may be its secret.
func TestWhatIsNoCredentialIsDropped(t *testing.T) {
	c, _ := ClassNamed("applications")
	for told, want := range map[string]string{
		`["marker",3,{"keyId":"a","hint":"marker"},null,[["marker"],{"keyId":"b","tags":["x"]}]]`: `[{"keyId":"a"},[[],{"keyId":"b","tags":["x"]}]]`,
		`"marker"`:        `null`,
		`7`:               `null`,
		`{"keyId":["x"]}`: `{"keyId":["x"]}`,
		`[]`:              `[]`,
		`null`:            `null`,
	} {
		p, err := ParseProperties([]byte(`{"passwordCredentials":` + told + `}`))
		if err != nil {
			t.Fatal(err)
		}
		odd := c.Dropped(p)
		if text := string(p.Value("passwordCredentials")); text != want && !(want == "null" && text == "") {
			t.Errorf("of %s %s is kept", told, text)
		}
		if isOdd := strings.Contains(told, "marker") || told == "7"; isOdd != (odd != "") {
			t.Errorf("it is said of %s: %s", told, odd)
		}
	}
}
