package syncer

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// chainOf makes a page of some objects.
func chainOf(ids ...string) *entra.Page {
	p := &entra.Page{}
	for _, id := range ids {
		p.Objects = append(p.Objects, entra.Object{ID: id})
	}
	return p
}

// TestGuardEndsWhatBringsNothing: pages that are ever new in their order and never
// in what they hold come to an end, a replay of the whole chain does not.
func TestGuardEndsWhatBringsNothing(t *testing.T) {
	g := newLoopGuard()
	page := func(n int) *entra.Page { return chainOf(fmt.Sprint("a", n), fmt.Sprint("b", n), fmt.Sprint("c", n%7)) }
	for round := range 3 { // Graph may tell all of it again
		for n := range 300 {
			if err := g.read(page(n)); err != nil {
				t.Fatalf("round %d, page %d: %v", round, n, err)
			}
		}
	}
	n := 0
	for err := error(nil); err == nil && n < 1000; n++ {
		err = g.read(page((n * 31) % 300))
		if entra.CodeOf(err) == entra.CodeLoop && !strings.Contains(err.Error(), "brought nothing new") {
			t.Error(err)
		}
	}
	if n > 300 {
		t.Errorf("ended after %d more pages", n)
	}
	members := newLoopGuard() // of one large group, over many pages
	for n := range 2000 {
		p := chainOf("group")
		for m := range 5 {
			p.Objects[0].Links = append(p.Objects[0].Links, entra.Link{Target: fmt.Sprint(n, " ", m)})
		}
		if err := members.read(p); err != nil {
			t.Fatalf("page %d of a group's members: %v", n, err)
		}
	}
}

// TestGuardEndsEmptyPages that come in a row behind ever new links.
func TestGuardEndsEmptyPages(t *testing.T) {
	g := newLoopGuard()
	for n := range 900 {
		p := chainOf()
		if n == 240 || n == 480 {
			p = chainOf(fmt.Sprint(n))
		}
		if err := g.read(p); err == nil {
			continue
		} else if n < 700 || entra.CodeOf(err) != entra.CodeLoop || !strings.Contains(err.Error(), "pages in a row were empty") {
			t.Errorf("page %d: %v", n, err)
		}
		return
	}
	t.Error("not ended")
}

// otherGraph is a sign-in and a Graph of their own, whose list of users is answered
// by list, and its token endpoint by token, if that is given; a world whose tenant
// is there.
func otherGraph(t *testing.T, list http.HandlerFunc, token ...func(http.ResponseWriter)) (w *world, asked *atomic.Int64) {
	t.Helper()
	const id = "99999999-2222-3333-4444-555555555555"
	asked = new(atomic.Int64)
	server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		here := "https://" + r.Host
		switch {
		case strings.HasSuffix(r.URL.Path, "openid-configuration"):
			fmt.Fprintf(rw, `{"issuer":"%[1]s/%[2]s/v2.0","token_endpoint":"%[1]s/%[2]s/oauth2/v2.0/token","authorization_endpoint":"%[1]s/a"}`, here, id)
		case r.Method == http.MethodPost && len(token) > 0:
			token[0](rw)
		case r.Method == http.MethodPost:
			fmt.Fprint(rw, `{"token_type":"Bearer","expires_in":3599,"access_token":"opaque"}`)
		case r.URL.Path == "/v1.0/organization":
			fmt.Fprintf(rw, `{"value":[{"id":%q,"displayName":"Other"}]}`, id)
		case r.URL.Path == "/v1.0/users/delta":
			asked.Add(1)
			fmt.Fprintf(rw, `{"value":[],"@odata.deltaLink":"%s/v1.0/users/delta?$deltatoken=D"}`, here)
		case r.URL.Path == "/v1.0/users":
			asked.Add(1)
			list(rw, r)
		default:
			rw.WriteHeader(http.StatusNotFound)
			fmt.Fprint(rw, `{"error":{"code":"Request_ResourceNotFound","message":"none"}}`)
		}
	}))
	t.Cleanup(server.Close)
	w = newWorld(t, small)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := w.store.AddCloud(t.Context(), entra.Cloud{Name: "elsewhere", Authority: server.URL, Graph: server.URL, CA: ca}); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.tenant, err = w.engine.AddTenant(t.Context(), entra.Tenant{Name: "other.example", Cloud: "elsewhere", Profile: "reader", Enabled: true, Classes: []string{"users"}}); err != nil {
		t.Fatal(err)
	}
	return w, asked
}

// userNamed is one of a list, as Graph tells it.
func userNamed(n int) string {
	return fmt.Sprintf(`{"id":"%08x-0000-4000-8000-000000000000","displayName":"User %d","userPrincipalName":"%c%d@other.example"}`, n, n, 'a'+rune(n%26), n)
}

// TestGuardNoticesACircle of links, however long, by the links alone.
func TestGuardNoticesACircle(t *testing.T) {
	for _, length := range []int{1, 2, 3, 100, 5000} {
		g, visits := newLoopGuard(), 0
		var err error
		for ; err == nil && visits < 4*length+4; visits++ {
			err = g.visit(fmt.Sprint("link ", visits%length))
		}
		if entra.CodeOf(err) != entra.CodeLoop || visits <= length {
			t.Errorf("%d links in a circle: %v after %d", length, err, visits)
		}
	}
}

// TestChainOfEverNewObjects ends long before the time is over: no more objects come
// than Graph itself counts.
func TestChainOfEverNewObjects(t *testing.T) {
	for name, each := range map[string]int{"one a page": 1, "many a page": 40} {
		t.Run(name, func(t *testing.T) {
			var pages atomic.Int64
			w, asked := otherGraph(t, func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("$count") != "" {
					fmt.Fprint(rw, `{"@odata.count":300,"value":[]}`)
					return
				}
				page := int(pages.Add(1))
				var users []string
				for n := range each {
					users = append(users, userNamed(page*each+n))
				}
				fmt.Fprintf(rw, `{"@odata.nextLink":"https://%s/v1.0/users?$skiptoken=n%d","value":[%s]}`, r.Host, page, strings.Join(users, ","))
			})
			w.engine.patience.pages = 1 << 30
			_, err := w.engine.Sync(t.Context(), w.tenant.Key, SyncOptions{})
			if entra.CodeOf(err) != entra.CodeLoop || !strings.Contains(err.Error(), "objects came, of 300 that Graph counts") {
				t.Errorf("ended with %v", err)
			}
			if asked.Load() > 520 {
				t.Errorf("%d requests", asked.Load())
			}
		})
	}
}

// TestFilterThatIsIgnored: a Graph that answers each part of a divided list with
// all users is not asked for all of them 44 times.
func TestFilterThatIsIgnored(t *testing.T) {
	const users, each = 1000, 20
	for name, ignores := range map[string]func(q url.Values) bool{
		"always":           func(url.Values) bool { return true },
		"but for advanced": func(q url.Values) bool { return q.Get("$count") == "" },
	} {
		t.Run(name, func(t *testing.T) {
			w, asked := otherGraph(t, func(rw http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				if strings.HasPrefix(q.Get("$expand"), "sponsors") || !ignores(q) { // who sponsors whom is another list
					fmt.Fprint(rw, `{"value":[]}`)
					return
				}
				page, _ := strconv.Atoi(q.Get("$skiptoken"))
				var list []string
				for n := page * each; n < min((page+1)*each, users); n++ {
					list = append(list, userNamed(n))
				}
				next := ""
				if (page+1)*each < users {
					next = fmt.Sprintf(`"@odata.nextLink":"https://%s/v1.0/users?$skiptoken=%d",`, r.Host, page+1)
				}
				fmt.Fprintf(rw, `{%s"value":[%s]}`, next, strings.Join(list, ","))
			})
			w.engine.patience = divideAtOnce
			r := w.sync(entra.Succeeded)
			if r.Classes[0].Total != users {
				t.Errorf("%d users are held", r.Classes[0].Total)
			}
			if n := asked.Load(); n > 3*users/each {
				t.Errorf("%d requests for %d pages", n, users/each)
			}
		})
	}
}
