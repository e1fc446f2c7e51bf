package datafolder

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Output says where a file or a folder that a person names for output really lies:
// the path without links and dots. It is refused ([entra.CodeInvalid]) where that
// is one of the program's own files or lies in a data folder, by whatever name it
// is called: files and folders are compared by what they are, not by their names.
// dir is the data folder in use; "" where there is none.
func Output(dir, path string) (string, error) {
	real, err := resolve(path)
	if err != nil {
		return "", entra.Invalid(say.With("%s can't be written", path), say.Because(err), "choose another file")
	}
	for _, folder := range own(dir) {
		if folder.holds(real) || folder.hasLink(real) {
			return "", entra.Invalid(say.With("%s can't be written", path), "it belongs to Entra ID Sync's own data", "choose a file outside of the data folder")
		}
	}
	if inDataFolder(real) || (isOurs(real) && inUse(real)) {
		return "", entra.Invalid(say.With("%s can't be written", path), "it belongs to the data of Entra ID Sync in another folder", "choose another file")
	}
	return real, nil
}

// OutputText is [Output] for what is no database: it may not take the place of a
// backup either.
func OutputText(dir, path string) (string, error) {
	real, err := Output(dir, path)
	switch {
	case err != nil:
		return "", err
	case isOurs(real):
		return "", entra.Invalid(say.With("%s can't be written", path), "it is a database of Entra ID Sync, or a backup of one", "choose another file")
	case os.IsPathSeparator(path[len(path)-1]):
		return "", entra.Invalid(say.With("%s can't be written", path), "it names a folder", "choose a file")
	}
	return real, nil
}

// own are the data folder in use and the user's own, which another process may use.
func own(dir string) (out []folder) {
	if dir != "" {
		out = append(out, newFolder(dir))
	}
	if usual, err := DefaultDir(); err == nil && usual != dir {
		out = append(out, newFolder(usual))
	}
	return out
}

// folder is a data folder to compare with; info is nil where there is none yet.
type folder struct {
	path string
	info os.FileInfo
}

func newFolder(dir string) folder {
	real, err := resolve(dir)
	if err != nil {
		real = dir
	}
	info, _ := os.Stat(real)
	return folder{real, info}
}

// holds tells whether a path is the folder or lies below it. Each folder on the way
// up is compared: the path may come in through a mount or a link.
func (f folder) holds(real string) bool {
	for _, start := range []string{real, evaluated(real)} {
		for at := start; ; at = filepath.Dir(at) {
			if f.is(at) {
				return true
			}
			if filepath.Dir(at) == at {
				break
			}
		}
	}
	return false
}

// evaluated is the path as the OS tells it, which knows links of other kinds than ours.
func evaluated(real string) string {
	dir, err := filepath.EvalSymlinks(filepath.Dir(real))
	if err != nil {
		return real
	}
	return filepath.Join(dir, filepath.Base(real))
}

func (f folder) is(path string) bool {
	if f.info == nil { // not there yet: only its name can be compared
		return strings.EqualFold(path, f.path)
	}
	info, err := os.Stat(path)
	return err == nil && os.SameFile(info, f.info)
}

// hasLink tells whether a file outside is one of the folder's by another name.
func (f folder) hasLink(real string) bool {
	target, err := os.Stat(real)
	if err != nil || f.info == nil {
		return false
	}
	entries, err := os.ReadDir(f.path)
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(f.path, e.Name()))
		if err == nil && os.SameFile(info, target) {
			return true
		}
	}
	return err != nil // a folder that can't be looked into hides nothing by that
}

// inDataFolder tells whether a path lies in a folder that has our marker.
func inDataFolder(real string) bool {
	for _, dir := range []string{filepath.Dir(real), real} {
		if _, err := os.Lstat(filepath.Join(dir, MarkerName)); err == nil {
			return true
		}
	}
	return false
}

// isOurs tells whether a file is a database of ours, in use or a backup.
func isOurs(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	header := make([]byte, headerSize)
	_, err = io.ReadFull(f, header)
	return err == nil && isDatabase(header) && binary.BigEndian.Uint32(header[68:]) == ApplicationID
}

// inUse tells whether a database has SQLite's files beside it. Put in its place, a
// backup would get what they hold replayed onto it.
func inUse(path string) bool {
	for _, suffix := range companions {
		if _, err := os.Lstat(path + suffix); err == nil {
			return true
		}
	}
	return false
}
