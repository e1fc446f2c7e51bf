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
