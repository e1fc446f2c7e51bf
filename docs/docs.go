// Package docs has the documents in it, so that the window shows them without a
// network: as pages that this computer alone can ask for, in whatever browser it
// has. It also has the licences of all that the programs are made of, and the
// tests that hold the documents to the program.
package docs

import "embed"

// Website is where the project is kept.
const Website = "https://github.com/entraidsync/entraidsync"

// files are the documents as they are written, the pictures in them and the
// scripts that they name.
//
//go:embed *.md create-app.ps1 create-app.sh licences.json.gz
//go:embed screenshots/full-overview-light-1280x800.png screenshots/full-add-tenant-light-dialog.png
//go:embed screenshots/full-configuration-light-1280x800.png screenshots/full-delete-light-1280x800.png
//go:embed screenshots/full-history-light-1280x800.png screenshots/full-profile-light-1280x800.png
//go:embed screenshots/full-settings-light-1280x800.png screenshots/full-directory-light-1280x800.png
//go:embed screenshots/full-view-light-1280x800.png screenshots/full-past-light-1280x800.png
//go:embed screenshots/full-changes-light-1280x800.png screenshots/full-verified-light-1280x800.png
//go:embed screenshots/full-watches-light-1280x800.png
var files embed.FS

// Page is a document that the window offers.
type Page struct{ Name, Title string }

// The pages that the window offers, in the order of their list.
const (
	Start           = "getting-started"
	Guide           = "user-guide"
	Terminal        = "entrasyncctl"
	Registration    = "app-registration"
	Permissions     = "permissions"
	Troubleshooting = "troubleshooting"
	Privacy         = "privacy"
	Upgrading       = "upgrading"
	Service         = "service"
	Guarantees      = "guarantees"
	Threats         = "threat-model"
	LicencesPage    = "licences"
)

// Pages are the pages that the side of each page lists.
func Pages() []Page {
	return []Page{
		{Start, "Getting started"}, {Guide, "User guide"}, {Terminal, "entrasyncctl"}, {Registration, "Registering the app"},
		{Permissions, "Permissions"}, {Troubleshooting, "Troubleshooting"}, {Privacy, "Privacy"}, {Upgrading, "Upgrading"}, {Service, "As a service"},
		{Guarantees, "Guarantees"}, {Threats, "Threat model"}, {LicencesPage, "Licences"},
	}
}
