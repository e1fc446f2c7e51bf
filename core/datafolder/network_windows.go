package datafolder

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// network names the kind of network drive that a folder lies on; "" where it does not.
func network(dir string) string {
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(dir) + `\`)
	if err != nil || windows.GetDriveType(root) != windows.DRIVE_REMOTE {
		return ""
	}
	return "SMB"
}
