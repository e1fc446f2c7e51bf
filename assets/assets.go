// Package assets holds what the programs show and install beside their code:
// the application icon and the desktop entry. The folder package has what only
// packages hold. Pictures are rendered from icon.svg; see CONTRIBUTING.md.
package assets

import _ "embed"

// Icon is the application icon, a PNG of 512 by 512 pixels.
//
//go:embed package/icons/512.png
var Icon []byte

// DesktopEntry is the freedesktop.org entry that starts the window.
//
//go:embed io.github.entraidsync.entraidsync.desktop
var DesktopEntry []byte
