package object

import (
	"net/url"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
)

// adminCenters are the Entra admin centers of the clouds that have one that is
// documented: Learn's list of addresses to allow, https://learn.microsoft.com/entra/fundamentals/faq.
var adminCenters = map[string]string{
	"public":    "https://entra.microsoft.com",
	"usgov":     "https://entra.microsoft.us",
	"usgov-dod": "https://entra.microsoft.us",
	"china":     "https://entra.microsoftonline.cn",
}

// adminPage is where the admin center shows an object; "": it has no page of its own.
func adminPage(class string, o entra.StoredObject) string {
	id, app := url.PathEscape(o.ID), url.PathEscape(o.Properties.Text("appId"))
	switch class {
	case "users", "riskyUsers":
		return "Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/" + id
	case "groups":
		return "Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview/groupId/" + id
	case "devices":
		return "Microsoft_AAD_Devices/DeviceDetailsMenuBlade/~/Properties/objectId/" + id
	case "applications":
		return "Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/" + app
	case "servicePrincipals":
		return "Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/" + id + "/appId/" + app
	case "conditionalAccessPolicies":
		return "Microsoft_AAD_ConditionalAccess/PolicyBlade/policyId/" + id
	}
	return ""
}

// adminCenter is the address of the object's page in the admin center of its cloud;
// where there is none, why.
func (p *Page) adminCenter() (address, reason string) {
	center, ok := adminCenters[p.tenant.Cloud]
	if !ok {
		return "", lang.L("This cloud's Entra admin center is not known")
	}
	page := adminPage(p.class.Name, p.found.StoredObject)
	if page == "" {
		return "", lang.L("The Entra admin center has no page for this kind of object")
	}
	if p.tenant.TenantID != "" {
		center += "/" + p.tenant.TenantID
	}
	return center + "/#view/" + page, ""
}

func (p *Page) openOutside() {
	if address, reason := p.adminCenter(); reason == "" {
		p.host.OpenOutside(address)
	}
}

// offerCopies offers what of the object is copied.
func (p *Page) offerCopies() {
	var items []*fyne.MenuItem
	add := func(title, text string) {
		if text != "" {
			items = append(items, fyne.NewMenuItem(title, func() { fyne.CurrentApp().Clipboard().SetContent(text) }))
		}
	}
	f := p.found
	add(lang.L("Copy name"), f.name)
	add(lang.L("Copy object ID"), p.at.Object.ID)
	add(lang.L("Copy user principal name"), f.Properties.Text("userPrincipalName"))
	add(lang.L("Copy mail"), f.Properties.Text("mail"))
	add(lang.L("Copy application ID"), f.Properties.Text("appId"))
	if f.known {
		add(lang.L("Copy as JSON"), objectText(f.StoredObject))
	}
	widget.ShowPopUpMenuAtRelativePosition(fyne.NewMenu("", items...), p.host.Window.Canvas(), fyne.NewPos(0, p.copy.Size().Height), p.copy)
}
