package assets

import (
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The packages install an icon of each size under that size's name.
func TestIcons(t *testing.T) {
	for _, size := range []int{16, 22, 24, 32, 48, 64, 128, 256, 512} {
		f, err := os.Open(fmt.Sprintf("package/icons/%d.png", size))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		picture, err := png.Decode(f)
		if err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
		if b := picture.Bounds(); b.Dx() != size || b.Dy() != size {
			t.Errorf("%s is of %v pixels", f.Name(), b.Size())
		}
	}
}

// A description that is no XML would be found where it is installed only.
func TestDescriptionsAreXML(t *testing.T) {
	read := 0
	err := filepath.WalkDir("package", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(".xml.plist.wxs.manifest.entitlements.svg", filepath.Ext(path)) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read++
		decoder := xml.NewDecoder(strings.NewReader(string(text)))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	})
	if err != nil {
		t.Error(err)
	}
	if read < 3 {
		t.Errorf("%d descriptions were read", read)
	}
}
