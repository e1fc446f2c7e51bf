//go:build unix

package sqlite

import "syscall"

// errQuota is the error of a user who has used up the share of the disk.
const errQuota = syscall.EDQUOT

// errReadOnly is the error of a drive that is mounted so.
const errReadOnly = syscall.EROFS
