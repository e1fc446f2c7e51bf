package theme

import (
	"embed"
	"path"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Icons that Fyne lacks, drawn for this app: 24 by 24, filled shapes only, since
// Fyne recolours nothing else.
var (
	SyncIcon    = icon("sync")
	KeyIcon     = icon("key")
	ColumnsIcon = icon("columns")
	BellIcon    = icon("bell")
)

//go:embed icons/*.svg
var icons embed.FS

// icon gives a drawing in the theme's foreground colour.
func icon(name string) fyne.Resource {
	content, err := icons.ReadFile(path.Join("icons", name+".svg"))
	if err != nil {
		panic(err) // it is not among the embedded files
	}
	return theme.NewThemedResource(fyne.NewStaticResource(name+".svg", content))
}
