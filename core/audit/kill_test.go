package audit_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// The test binary starts itself as a child that syncs and can be killed.
const (
	childDir    = "ENTRASYNC_TEST_CHILD"
	childTenant = "ENTRASYNC_TEST_TENANT"
	childAhead  = "ENTRASYNC_TEST_AHEAD" // how far the test's clock is before the computer's
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// passphrase seals the vault that parent and child share.
func passphrase(context.Context) (vault.Secret, error) {
	return vault.NewSecret([]byte("correct horse")), nil
}

func child(dir string) error {
	ahead, err := time.ParseDuration(os.Getenv(childAhead))
	if err != nil {
		return err
	}
	st, err := store.Open(context.Background(), dir, store.Options{Now: func() time.Time { return time.Now().Add(ahead) }})
	if err != nil {
		return err
	}
	key, err := strconv.ParseInt(os.Getenv(childTenant), 10, 64)
	if err != nil {
		return err
	}
	e := syncer.New(syncer.Options{Store: st, Vault: signin.NewVaultAccess(st, nil, passphrase), Backoff: time.Millisecond})
	_, err = e.Sync(context.Background(), key, syncer.SyncOptions{})
	return err
}

// A process that is killed while it reads the log, at the first of its pages, at the second and so on, loses no entry and keeps none twice: what the
// processes counted together is what there is, and each change is told with who made it.
func TestKilledWhileTheLogIsRead(t *testing.T) {
	w := newWorld(t, setting{late: time.Nanosecond, page: 6, real: true, vault: passphrase})
	w.sync()
	users := w.ids("users")[:24]
	for i, id := range users {
		w.as([]directory.Actor{anna, ben}[i%2], w.title(id, "Lead"))
	}
	w.pass(3 * time.Hour) // what a window that has ended left out, the next one does not read
	before := w.entries()
	killed := 0
	for page := 1; ; page++ {
		if page > 40 {
			t.Fatal("it never ends")
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childDir+"="+w.dir, childTenant+"="+strconv.FormatInt(w.tenant.Key, 10), childAhead+"="+time.Duration(w.passed.Load()).String())
		var out bytes.Buffer
		cmd.Stdout = &out
		w.must(cmd.Start())
		asked, due, ended := 0, make(chan bool, 1), make(chan error, 1)
		lift := w.server.Tamper("auditLogs", -1, func(r *http.Request, body []byte) []byte {
			if asked++; asked == page { // it stores the one before meanwhile, or has
				due <- true
				<-r.Context().Done()
			}
			return body
		})
		go func() { ended <- cmd.Wait() }()
		var err error
		select {
		case <-due:
			w.must(cmd.Process.Kill())
			err = <-ended
		case err = <-ended:
		}
		lift()
		if err == nil {
			break
		}
		if out.Len() > 0 {
			t.Fatalf("the child failed: %s", out.String())
		}
		killed++
	}
	if killed < 3 {
		t.Errorf("%d processes were killed only", killed)
	}
	w.sync()
	if got, told := w.entries()-before, len(w.sim.Deeds(0)); got != len(users) {
		t.Errorf("%d entries are kept of %d (%d in all)", got, len(users), told)
	}
	counted := 0
	for c, err := range w.store.History(t.Context(), w.tenant.Key, store.HistoryQuery{Search: entra.Audits.Name}) {
		w.must(err)
		counted += int(c.Changed)
	}
	if counted != w.entries() {
		t.Errorf("the history counts %d entries, %d are kept", counted, w.entries())
	}
	for i, id := range users {
		w.expect("after "+strconv.Itoa(killed)+" kills", id, []string{"anna", "ben"}[i%2])
	}
}

// entries counts what is kept of the log.
func (w *world) entries() (n int) {
	w.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(w.dir, store.FileName)+"?mode=ro")
	w.must(err)
	defer db.Close()
	w.must(db.QueryRow("SELECT count(*) FROM audits").Scan(&n))
	return n
}
