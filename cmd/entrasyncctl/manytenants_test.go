package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestTableTellsOfHowMany shows 50 of 501 tenants, and says so; the files for machines have
// them all.
func TestTableTellsOfHowMany(t *testing.T) {
	c := newCLI(t)
	c.must("profile", "add", "Shared")
	st, err := store.Open(context.Background(), c.dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 501 {
		if _, err := st.AddTenant(context.Background(), entra.Tenant{Name: fmt.Sprintf("customer-%d.onmicrosoft.com", i), Cloud: "public", Profile: "Shared"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for page, want := range map[string]string{"1": "rows 1 to 50 of 501", "11": "rows 501 to 501, the last ones"} {
		r := c.call("", "tenant", "list", "--page", page)
		rows := strings.Count(r.out, "customer-")
		if r.status != exitDone || !strings.Contains(r.err, want) || page == "1" && rows != 50 || page == "11" && rows != 1 {
			t.Errorf("page %s: %d rows, exit %d, the note %q, want %q", page, rows, r.status, r.err, want)
		}
	}
	if all := c.rows("tenant", "list"); len(all) != 501 {
		t.Errorf("the rows for machines are %d", len(all))
	}
}
