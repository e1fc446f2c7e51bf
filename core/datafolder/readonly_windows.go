package datafolder

import "syscall"

// What Windows says of a drive that takes nothing: ERROR_WRITE_PROTECT and
// ERROR_DISK_FULL. Go knows them by no other name.
const (
	errReadOnly = syscall.Errno(19)
	errFull     = syscall.Errno(112)
)
