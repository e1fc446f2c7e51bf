// Package docs has the documents in it, so that the window shows them without a
// network, and the tests that hold them to the program.
package docs

import "embed"

// files are the documents as they are written, their pictures and the scripts
// that they name.
//
//go:embed *.md create-app.ps1 create-app.sh
var files embed.FS
