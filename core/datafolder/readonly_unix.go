//go:build !windows

package datafolder

import "syscall"

// What a system says of a drive that takes nothing: it is write-protected, or full.
const (
	errReadOnly = syscall.EROFS
	errFull     = syscall.ENOSPC
)
