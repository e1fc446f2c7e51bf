package export

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// File writes a file and puts it under its name once it is whole and on disk;
// until then, and after any error, what stood there before is untouched. A new
// file can be read by its owner only, a replaced one keeps its rights. The program's
// own files are refused, those of the data folder dir ("": none is in use) first:
// [datafolder.OutputText].
//
// A pipe and a device such as /dev/stdout are written to as they are: nothing can be put
// in their place.
func File(dir, named string, write func(io.Writer) error) error {
	path, err := datafolder.OutputText(dir, named)
	if err != nil {
		return err
	}
	if info, err := os.Stat(named); err == nil && info.Mode()&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0 {
		return trouble(named, stream(named, write))
	}
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return trouble(path, &fs.PathError{Op: "write", Path: path, Err: say.Errorf("it is no regular file")})
		}
		mode = info.Mode().Perm()
	}
	part, err := datafolder.Begin(dir, path)
	if err != nil {
		return trouble(path, err)
	}
	if err := fill(part.Path, mode, write); err != nil {
		return errors.Join(trouble(path, err), part.Discard())
	}
	return trouble(path, part.Commit(path))
}

// stream writes to a pipe or a device. A pipe that nobody reads is not waited for.
func stream(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ENXIO) {
		err = &fs.PathError{Op: "write", Path: path, Err: say.Errorf("nobody reads it")}
	}
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// fill writes the whole file and waits for the disk.
func fill(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = errors.Join(f.Chmod(mode), f.Sync())
	}
	return errors.Join(err, f.Close())
}

// trouble tells errors of the file system; others are told already.
func trouble(path string, err error) error {
	if err == nil {
		return nil
	}
	var file *fs.PathError
	var link *os.LinkError
	var why say.Sentence
	switch {
	case errors.As(err, &file):
		why = say.Because(file.Err)
	case errors.As(err, &link):
		why = say.Because(link.Err)
	default:
		return err
	}
	return &entra.Error{Code: "file", What: say.With("%s can't be written", path), Why: why,
		Remedy: "choose another file; what stood there is untouched", Err: err}
}
