package datafolder

import (
	"path/filepath"
	"testing"
)

func TestDefaultDir(t *testing.T) {
	home := func() (string, error) { return filepath.FromSlash("/home/ada"), nil }
	for _, c := range []struct {
		name, system string
		env          map[string]string
		want         string
	}{
		{"Linux", "linux", nil, "/home/ada/.local/share/entra-id-sync"},
		{"Linux with XDG", "linux", map[string]string{"XDG_DATA_HOME": "/data"}, "/data/entra-id-sync"},
		{"XDG may not be relative", "linux", map[string]string{"XDG_DATA_HOME": "data"}, "/home/ada/.local/share/entra-id-sync"},
		{"macOS", "darwin", map[string]string{"XDG_DATA_HOME": "/data"}, "/home/ada/Library/Application Support/Entra ID Sync"},
		{"Windows", "windows", map[string]string{"LocalAppData": "/local"}, "/local/Entra ID Sync"},
		{"Windows without its variable", "windows", nil, ""},
	} {
		got, err := defaultDir(c.system, func(name string) string { return c.env[name] }, home)
		if got != filepath.FromSlash(c.want) || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}
