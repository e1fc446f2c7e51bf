package labels

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// day is what expiries are counted in.
const day = 24 * time.Hour

// Expiry says when a credential ends: in days where that is near, else the
// date; "" where it has no end.
func Expiry(c entra.Credential, now time.Time) string {
	left := c.Expires.Sub(now)
	_, near := c.Warned(now)
	switch {
	case c.Lost:
		return lang.L("secret lost, add it anew")
	case c.Expires.IsZero() && (c.Kind == entra.ClientSecret || c.Kind == entra.Certificate):
		return lang.L("unknown")
	case c.Expires.IsZero():
		return ""
	case left <= 0:
		return lang.L("expired on {{.Date}}", map[string]any{"Date": Date(c.Expires)})
	case left < 2*day:
		return lang.L("in {{.Span}}", map[string]any{"Span": phrase.Span(min(left, 47*time.Hour))})
	case near:
		return lang.L("in {{.Days}} days", map[string]any{"Days": phrase.Number(int64(math.Floor(left.Hours() / 24)))})
	}
	return Date(c.Expires)
}

// Date is the day of a time, here.
func Date(t time.Time) string { return phrase.Day(t.Local()) }

// ExpirySign warns of an end that is near: from 30 days before on, and as of
// trouble from 7 days before on.
func ExpirySign(c entra.Credential, now time.Time) fyne.Resource {
	days, near := c.Warned(now)
	switch {
	case c.Lost || (near && days <= 7):
		return apptheme.Signs().Bad
	case near:
		return apptheme.Signs().Warning
	}
	return nil
}

// Soonest is the credential of a profile that ends first; the zero value where
// no end is known.
func Soonest(p entra.Profile) (first entra.Credential) {
	for _, c := range p.Credentials {
		if c.Lost {
			return c
		}
		if !c.Expires.IsZero() && (first.Expires.IsZero() || c.Expires.Before(first.Expires)) {
			first = c
		}
	}
	return first
}

// Kind is a kind of credential for people.
func Kind(k entra.Kind) string {
	switch k {
	case entra.ClientSecret:
		return lang.L("Client secret")
	case entra.Certificate:
		return lang.L("Certificate")
	case entra.ManagedIdentity:
		return lang.L("Managed identity")
	case entra.WorkloadIdentity:
		return lang.L("Workload identity")
	case entra.AzureCLI:
		return lang.L("Azure CLI")
	case entra.DeviceCode:
		return lang.L("Device code")
	case entra.InteractiveBrowser:
		return lang.L("Interactive browser")
	}
	return string(k)
}
