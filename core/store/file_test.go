package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/sqlite"
)

// TestRefusedFiles opens what is no sound database of ours: refused with a
// reason, and left as it was, byte for byte.
func TestRefusedFiles(t *testing.T) {
	sound := filepath.Join(t.TempDir(), "sound")
	s, err := Open(t.Context(), sound, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	good, err := os.ReadFile(filepath.Join(sound, FileName))
	if err != nil {
		t.Fatal(err)
	}
	patched := func(at int, b byte) []byte {
		c := bytes.Clone(good)
		c[at] = b
		return c
	}
	for name, c := range map[string]struct {
		content []byte
		code    entra.Code
		why     string
	}{
		"empty":           {nil, entra.CodeDatabaseDamaged, "there was one"},
		"cut":             {good[:50], entra.CodeDatabaseDamaged, "cut off"},
		"garbage":         {bytes.Repeat([]byte("garbage "), 100), entra.CodeDatabaseDamaged, "not a database"},
		"another program": {patched(68, 0x7f), entra.CodeDatabase, "another program"},
		"newer":           {patched(63, 200), entra.CodeDatabase, "newer version"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, FileName)
			os.WriteFile(filepath.Join(dir, datafolder.MarkerName), nil, 0o600)
			os.WriteFile(file, c.content, 0o600)
			_, err := Open(t.Context(), dir, Options{})
			if e := entra.AsError(err); e.Code != c.code || !strings.Contains(e.Why.String(), c.why) || e.Remedy == "" {
				t.Errorf("%v", err)
			}
			if now, _ := os.ReadFile(file); !bytes.Equal(now, c.content) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestPrivateFiles(t *testing.T) {
	b := newBench(t)
	for _, name := range []string{FileName, datafolder.MarkerName} {
		info, err := os.Stat(filepath.Join(b.Dir(), name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

// TestDiskFull fails a page whole when no space is left, keeps the database
// sound, and goes on once there is space again.
func TestDiskFull(t *testing.T) {
	b := newBench(t)
	r := b.round(Scan, "users")
	b.page("users", "next", "", user("u1", "A"))
	pages, err := b.write.number(b.Context(), "PRAGMA page_count")
	b.must(err)
	b.must(b.write.exec(b.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)))
	page := &entra.Page{NextLink: "more"}
	for i := range 200 {
		page.Objects = append(page.Objects, user(fmt.Sprintf("v%03d", i), strings.Repeat("x", 500)))
	}
	if _, err := b.ApplyPage(b.Context(), r, 0, page, nil); entra.CodeOf(err) != entra.CodeDiskFull {
		t.Fatalf("%v", err)
	}
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A")
	if now, err := b.Round(t.Context(), r.Tenant, r.Class); err != nil || now.Cursors[0].Link != "next" {
		t.Errorf("the cursor moved: %+v %v", now, err)
	}
	b.sound()
	b.must(b.write.exec(b.Context(), "PRAGMA max_page_count = 1073741823"))
	_, err = b.ApplyPage(b.Context(), r, 0, page, nil)
	b.must(err)
	if n := len(b.held("users", ObjectQuery{})); n != 201 {
		t.Errorf("%d users held", n)
	}
	b.sound()
}

// TestBackup copies while a page is being written, and puts the copy back,
// moving the old database aside.
func TestBackup(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	file := filepath.Join(t.TempDir(), "copy.db")
	err := b.tx(b.Context(), "holding a transaction", func(x *tx) error {
		if _, err := x.exec("UPDATE objects SET id = 'uncommitted'"); err != nil {
			return err
		}
		return b.Backup(b.Context(), file)
	})
	b.must(err)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	dir := b.Dir()
	b.must(b.Close())
	aside, err := Restore(t.Context(), dir, file, time.Now())
	b.must(err)
	if _, err := os.Stat(aside); err != nil {
		t.Errorf("the old database is gone: %v", err)
	}
	b.Store, err = Open(t.Context(), dir, Options{})
	b.must(err)
	defer b.Close()
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A")
	b.sound()
}

func TestRestoreRefusesDamage(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "bad.db")
	os.WriteFile(file, []byte("not a backup"), 0o600)
	if _, err := Restore(t.Context(), b.Dir(), file, time.Now()); entra.CodeOf(err) != entra.CodeInvalid {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(b.Dir(), FileName)); err != nil {
		t.Error("the database was moved")
	}
}

// TestCheckFinds damage in the file and in the counts.
func TestCheckFinds(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	b.must(b.write.exec(b.Context(), "UPDATE tenant_classes SET total = 7"))
	if problems, _ := b.Check(t.Context()); len(problems) == 0 {
		t.Error("a wrong count was not found")
	}
	b.must(b.write.exec(b.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"))
	path := filepath.Join(b.Dir(), FileName)
	data, _ := os.ReadFile(path)
	copyPath := filepath.Join(t.TempDir(), "damaged.db")
	for i := 4096 * 3; i < len(data); i += 64 {
		data[i] ^= 0x55
	}
	os.WriteFile(copyPath, data, 0o600)
	if problems, _ := CheckFile(t.Context(), copyPath); len(problems) == 0 {
		t.Error("flipped bits were not found")
	}
}

// TestRemovedMeansGone leaves nothing of a removed tenant in any file.
func TestRemovedMeansGone(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "Marker Personsson"))
	b.scan("groups", object("g1", `{"displayName":"Marker Personsson"}`, gains("u1")))
	b.delta("users", user("u1", "Marker Personsson the second"))
	b.must(b.setUp(b.Context(), "as if groups were scanned for the first time", func(t *tx) error {
		return t.all(b.rounds["groups"].Key, "INSERT INTO pending_links (round, source, relation, class, space, id) VALUES (?1, 1, 1, 1, 0, 'Marker Personsson')")
	}))
	b.must(b.RemoveTenant(b.Context(), b.tenant.Key))
	files, err := filepath.Glob(filepath.Join(b.Dir(), "*"))
	b.must(err)
	for _, f := range files {
		if data, _ := os.ReadFile(f); bytes.Contains(data, []byte("Marker Personsson")) {
			t.Errorf("%s still names the removed", filepath.Base(f))
		}
	}
	for _, table := range []string{"tenants", "objects", "links", "streams", "class_epochs", "changes", "runs", "class_runs", "tenant_classes", "pending_links"} {
		var n int
		b.must(b.read.QueryRow("SELECT count(*) FROM " + table).Scan(&n))
		if n > 0 {
			t.Errorf("%d rows left in %s", n, table)
		}
	}
}

// TestRemovalGoesOn: a removal that was interrupted is told by the tenant's name,
// which is free; no backup holds it, and whoever comes next ends it.
func TestRemovalGoesOn(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "Marker Personsson"))
	b.must(b.BeginRemoval(b.Context(), b.tenant.Key))
	if tenants, err := b.Tenants(t.Context()); err != nil || len(tenants) > 0 {
		t.Errorf("%v %v", tenants, err)
	}
	removing, err := b.Removing(t.Context())
	if err != nil || len(removing) != 1 || removing[0].Name != "contoso.com" || removing[0].LastSyncStatus != entra.Removing {
		t.Errorf("removing: %+v %v", removing, err)
	}
	if err := b.RemoveProfile(t.Context(), "reader"); entra.CodeOf(err) != entra.CodeInUse || !strings.Contains(err.Error(), "contoso.com") {
		t.Error(err)
	}
	if _, err := b.BeginRun(t.Context(), b.tenant.Key); entra.CodeOf(err) != entra.CodeRemoved {
		t.Error(err)
	}
	again, err := b.AddTenant(t.Context(), entra.Tenant{Name: "contoso.com", Cloud: "public", Profile: "reader"})
	b.must(err)
	backup := filepath.Join(t.TempDir(), "backup.db")
	b.must(b.Backup(t.Context(), backup))
	data, err := os.ReadFile(backup)
	if b.must(err); bytes.Contains(data, []byte("Marker Personsson")) {
		t.Error("the backup holds what is being removed")
	}
	var objects int
	b.must(b.read.QueryRow("SELECT count(*) FROM objects").Scan(&objects))
	if tenants, err := b.Tenants(t.Context()); err != nil || len(tenants) != 1 || tenants[0].Key != again.Key || again.Key == b.tenant.Key || objects > 0 {
		t.Errorf("%d objects left; tenants %+v, %v", objects, tenants, err)
	}
}

// TestCopiesAreTold names the files that still hold a removed tenant, and no others.
func TestCopiesAreTold(t *testing.T) {
	b := newBench(t)
	aside := filepath.Join(b.Dir(), FileName+".20261122T120000.aside")
	b.must(b.copyTo(t.Context(), aside))
	b.must(b.RemoveTenant(t.Context(), b.tenant.Key))
	b.must(b.copyTo(t.Context(), filepath.Join(b.Dir(), FileName+".before-schema-1")))
	b.must(os.WriteFile(filepath.Join(b.Dir(), FileName+".note"), []byte("contoso.com"), 0o600))
	files, err := b.CopiesOf(t.Context(), b.tenant)
	b.must(err)
	b.wantList("copies", files, aside)
}

// TestCheckOfADatabaseThatWasNeverMade: a kill at the very first start leaves a
// database without tables, which is no damage.
func TestCheckOfADatabaseThatWasNeverMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	db := sqlite.Pool(path, "")
	if _, err := db.ExecContext(t.Context(), "PRAGMA journal_mode = WAL"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if problems, err := CheckFile(t.Context(), path); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	s, err := Open(t.Context(), filepath.Dir(path), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
