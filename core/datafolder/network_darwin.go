package datafolder

import "golang.org/x/sys/unix"

// network names the kind of network drive that a folder lies on; "" where it does not.
func network(dir string) string {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil || s.Flags&unix.MNT_LOCAL != 0 {
		return ""
	}
	return unix.ByteSliceToString(s.Fstypename[:])
}
