package sqlite

import "syscall"

// errQuota is ERROR_DISK_FULL.
const errQuota = syscall.Errno(112)

// errReadOnly is ERROR_WRITE_PROTECT.
const errReadOnly = syscall.Errno(19)
