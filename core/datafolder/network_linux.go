package datafolder

import "golang.org/x/sys/unix"

// drives are file systems over a network, by the numbers that Linux gives them.
var drives = map[uint32]string{
	0x6969: "NFS", 0xff534d42: "CIFS", 0xfe534d42: "SMB", 0x517b: "SMB", 0x5346414f: "AFS", 0x73757245: "Coda", 0x564c: "NCP",
}

// network names the kind of network drive that a folder lies on; "" where it does not.
func network(dir string) string {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return ""
	}
	return drives[uint32(s.Type)]
}
