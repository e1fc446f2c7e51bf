package say

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// reasons are what systems say of files and folders, in words of ours.
var reasons = []struct {
	err  error
	text Sentence
}{
	{syscall.ENOTDIR, "a file stands where a folder should be"},
	{syscall.EISDIR, "a folder stands where a file should be"},
	{syscall.ENOSPC, "the disk is full"},
	{syscall.EROFS, "the drive is write-protected"},
	{syscall.ELOOP, "its links lead in a circle"},
	{syscall.ENAMETOOLONG, "the name is too long"},
	{fs.ErrNotExist, "there is no such file or folder"},
	{fs.ErrExist, "there is one by that name already"},
	{fs.ErrPermission, "permission denied"},
}

// ofSystem is the sentence of an error that the system gave for a file or folder, and of
// no other, which may say more.
func ofSystem(err error) (Sentence, bool) {
	switch e := err.(type) {
	case *fs.PathError:
		return With("%s: %s", e.Path, Because(e.Err)), true
	case *os.LinkError:
		return With("%s: %s", e.New, Because(e.Err)), true
	case syscall.Errno:
		for _, r := range reasons {
			if errors.Is(e, r.err) {
				return r.text, true
			}
		}
	}
	return "", false
}
