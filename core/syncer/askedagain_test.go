package syncer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestWhatWasOddIsAskedForAgain: what a warning names comes right by itself, without
// a full scan that somebody asks for.
func TestWhatWasOddIsAskedForAgain(t *testing.T) {
	member := regexp.MustCompile(`"members@delta":\[\{[^}]*\}`)
	for name, odd := range map[string]func(id, name string, body []byte) []byte{
		"an object without an id": func(id, _ string, body []byte) []byte {
			return bytes.ReplaceAll(body, []byte(`"id":"`+id+`"`), []byte(`"id":null`))
		},
		"an object that is none": func(_, _ string, body []byte) []byte {
			var page map[string]any
			if json.Unmarshal(body, &page) != nil {
				return body
			}
			if values, _ := page["value"].([]any); len(values) > 0 {
				values[0] = 7
			}
			out, err := json.Marshal(page)
			if err != nil {
				return body
			}
			return out
		},
		"members with a broken id": func(_, _ string, body []byte) []byte {
			return member.ReplaceAll(body, []byte("\"members@delta\":[{\"id\":\"a\xff\"}"))
		},
		"half a character": func(_, name string, body []byte) []byte {
			return bytes.ReplaceAll(body, []byte(`"displayName":"`+name+`"`), []byte(`"displayName":"Team \ud83d"`))
		},
		"no number": func(_, name string, body []byte) []byte {
			return bytes.ReplaceAll(body, []byte(`"displayName":"`+name+`"`), []byte(`"displayName":NaN`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 12})
			ids, names := w.groups(1)
			touched := false
			lift := w.server.Tamper(`/v1\.0/groups/delta`, -1, func(_ *http.Request, body []byte) []byte {
				out := odd(ids[0], names[0], body)
				touched = touched || !bytes.Equal(out, body)
				return out
			})
			r, _ := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
			if row := r.row("groups"); !touched || row.Status != entra.Warning {
				t.Fatalf("touched %v: %+v", touched, row)
			}
			lift()
			w.sync(entra.Succeeded)
			w.equal(w.truth())
			w.sync(entra.Succeeded)
			if row := w.sync(entra.Succeeded).row("groups"); row.FullScan || row.Requests > 3 {
				t.Errorf("still at it: %+v", row)
			}
		})
	}
}

// TestObjectsThatAreNull: a page without its objects is not taken, and its cursor stays.
func TestObjectsThatAreNull(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 12})
	values := regexp.MustCompile(`(?s)"value":\[.*\]`)
	lift := w.server.Tamper(`/v1\.0/groups/delta`, -1, func(_ *http.Request, body []byte) []byte {
		return values.ReplaceAll(body, []byte(`"value":null`))
	})
	r, _ := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
	if row := r.row("groups"); row.Status != entra.Failed || !strings.Contains(row.ErrorLine(), "no array of values") {
		t.Errorf("%+v", row)
	}
	lift()
	w.sync(entra.Succeeded)
	w.equal(w.truth())
}

// TestWhatStaysOddIsLeftAlone: an entry that never has an id costs a full scan a day,
// an object that is never sound a few requests; the row goes on to warn of what is missing.
func TestWhatStaysOddIsLeftAlone(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 12})
	ids, _ := w.groups(2)
	defer w.server.Tamper(`/v1\.0/groups/delta`, -1, func(_ *http.Request, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(`"id":"`+ids[0]+`"`), []byte(`"id":null`))
	})()
	defer w.server.Tamper(`/v1\.0/groups`, -1, func(_ *http.Request, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(`{"id":"`+ids[1]+`"`), []byte(`{"jobTitle":"\ud83d","id":"`+ids[1]+`"`))
	})()
	full := ""
	for range 8 {
		r, _ := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
		row := r.row("groups")
		full += map[bool]string{true: "F", false: "d"}[row.FullScan]
		if row.Status != entra.Warning {
			t.Errorf("after %s: %+v", full, row)
		}
		if len(full) == 8 && row.Requests > 3 {
			t.Errorf("still asks: %+v", row)
		}
	}
	if full != "FFdddddd" {
		t.Errorf("full scans: %s", full)
	}
	w.ahead.Store(int64(25 * time.Hour))
	if row := w.sync(entra.Warning).row("groups"); !row.FullScan {
		t.Errorf("a day later: %+v", row)
	}
}

// TestManyMembersThatDoNotExist are asked about in three runs, and then no more.
func TestManyMembersThatDoNotExist(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 20, Groups: 4})
	var many strings.Builder
	for i := range 2*mostDangling + 200 {
		fmt.Fprintf(&many, `{"@odata.type":"#microsoft.graph.user","id":"0dd00000-0000-4000-8000-%012d"},`, i)
	}
	defer w.server.Tamper(`/v1\.0/groups/delta`, 1, graphsim.Replaced(`"members@delta":[`, `"members@delta":[`+many.String()))()
	for run := range 5 {
		row := w.sync(entra.Succeeded).row("users")
		if run < 3 && row.Requests < mostDangling {
			t.Errorf("run %d asks %d times", run, row.Requests)
		}
		if run >= 3 && row.Requests > 3 {
			t.Errorf("run %d still asks %d times", run, row.Requests)
		}
	}
}
