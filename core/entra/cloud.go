package entra

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/say"
)

// Cloud is an Azure Cloud: where tenants sign in and where their Graph is.
type Cloud struct {
	Name      string // key: "public", "usgov", …
	Label     string // for people
	Authority string // https://login.microsoftonline.com
	Graph     string // Graph root without /v1.0
	CA        []byte // PEM of the only roots trusted for it; nil: the system's
	BuiltIn   bool
}

// Noun is the cloud within a sentence.
func (c Cloud) Noun() say.Sentence { return say.Sentence(c.Label) }

// Scope is what a token for this cloud's Graph is asked with. It always names
// the cloud's own Graph root: tokens go nowhere else.
func (c Cloud) Scope() string { return c.Graph + "/.default" }

// BuiltInClouds are the clouds that need no setting up. Source: Microsoft Graph
// deployments page; the sovereign clouds from msgraph-sdk-powershell 2.36.0.
func BuiltInClouds() []Cloud {
	return []Cloud{
		{Name: "public", Label: "Azure Public", Authority: "https://login.microsoftonline.com", Graph: "https://graph.microsoft.com", BuiltIn: true},
		{Name: "usgov", Label: "US Government (GCC High)", Authority: "https://login.microsoftonline.us", Graph: "https://graph.microsoft.us", BuiltIn: true},
		{Name: "usgov-dod", Label: "US Government (DoD)", Authority: "https://login.microsoftonline.us", Graph: "https://dod-graph.microsoft.us", BuiltIn: true},
		{Name: "china", Label: "China (21Vianet)", Authority: "https://login.chinacloudapi.cn", Graph: "https://microsoftgraph.chinacloudapi.cn", BuiltIn: true},
		{Name: "bleu", Label: "Bleu (France)", Authority: "https://login.sovcloud-identity.fr", Graph: "https://graph.svc.sovcloud.fr", BuiltIn: true},
		{Name: "delos", Label: "Delos (Germany)", Authority: "https://login.sovcloud-identity.de", Graph: "https://graph.svc.sovcloud.de", BuiltIn: true},
		{Name: "govsg", Label: "GovSG (Singapore)", Authority: "https://login.sovcloud-identity.sg", Graph: "https://graph.svc.sovcloud.sg", BuiltIn: true},
	}
}

var cloudName = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62})$`)

// Check says what is wrong with a custom cloud, and tidies its two roots.
func (c *Cloud) Check() error {
	what := say.With("the cloud %s can't be added", c.Name)
	if !cloudName.MatchString(c.Name) {
		return Invalid("the cloud can't be added", "its name may hold only a-z, 0-9 and -", "choose a name such as my-cloud")
	}
	if slices.ContainsFunc(BuiltInClouds(), func(b Cloud) bool { return b.Name == c.Name }) {
		return &Error{Code: CodeExists, What: what, Why: "it is built in", Remedy: "choose another name"}
	}
	var err error
	if c.Authority, err = root(c.Authority); err != nil {
		return Invalid(what, say.With("its authority %s", err), "give something like https://login.example.com")
	}
	if c.Graph, err = root(c.Graph); err != nil {
		return Invalid(what, say.With("its Graph root %s", err), "give something like https://graph.example.com, without /v1.0")
	}
	if c.Label == "" {
		c.Label = c.Name
	}
	return nil
}

func root(raw string) (string, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(raw), "/"))
	switch {
	case err != nil || u.Hostname() == "":
		return "", say.Errorf("is no URL")
	case u.Scheme != "https":
		return "", say.Errorf("is not https")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", say.Errorf("may hold only a host, a port and a path")
	case strings.HasSuffix(u.Path, "/v1.0"):
		return "", say.Errorf("ends in /v1.0")
	}
	return u.String(), nil
}
