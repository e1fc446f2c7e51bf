package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// benchObjects is how many objects are searched and read; the goals are about
// 1,000,000.
func benchObjects(b *testing.B) int {
	b.Helper()
	text := os.Getenv("ENTRASYNC_BENCH_OBJECTS")
	if text == "" {
		return 10_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

var (
	firstNames = strings.Fields("Adele Alex Amara Beate Brian Chen Diego Elif Fatima Grady Henrietta Íñigo Isaiah Johanna Joni Kenji Lee Lidia Lynne Megan Miriam Nestor Noé Olga Patti Pradeep Raúl Sofia Théo Ursula Václav Wei Xenia Yusuf Zoë Ægir")
	lastNames  = strings.Fields("Abdi Bauer Bowen Cohen Connor Díaz Durand Ekström Fischer Gupta Haddad Ivanova Jansen King Kowalski Lindqvist Mbeki Müller Nakamura Okafor Papadákis Peña Quinn Rossi Sato Silva Søndergaard Tanaka Ulrich Vance Wagner Xu Yılmaz Zhang Žižek")
	cities     = strings.Fields("Austin Berlin Córdoba Dublin Espoo Genève Hannover Kraków Lyon München Nagoya Oslo Porto Quito Reykjavík Seattle Toruń Utrecht Wien Zürich")
)

// variedUser is a user with a random id and a name, phones and dates that few
// others have.
func variedUser(n int) entra.Object {
	r := rand.New(rand.NewPCG(uint64(n), 5))
	first, last, city := firstNames[r.IntN(len(firstNames))], lastNames[r.IntN(len(lastNames))], cities[r.IntN(len(cities))]
	upn := fmt.Sprintf("%s.%s%d@contoso.onmicrosoft.com", strings.ToLower(first), strings.ToLower(last), n)
	day := func() string {
		return time.Unix(1_400_000_000+r.Int64N(300_000_000), 0).UTC().Format(time.RFC3339)
	}
	return object(guid(r), strings.NewReplacer("FIRST", first, "LAST", last, "CITY", city, "DAY1", day(), "DAY2", day(), "UPN", upn, "NUMBER", fmt.Sprint(n),
		"PHONE", fmt.Sprintf("%07d", r.IntN(10_000_000)), "HOUSE", fmt.Sprint(r.IntN(60)), "POST", fmt.Sprint(10_000+r.IntN(90_000))).Replace(`{"accountEnabled":true,
"assignedLicenses":[{"disabledPlans":[],"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965"}],"businessPhones":["+49 30 PHONE"],"city":"CITY","companyName":"Contoso GmbH","country":"Germany",
"createdDateTime":"DAY1","department":"Engineering","displayName":"FIRST LAST","employeeId":"NUMBER","employeeType":"Employee","givenName":"FIRST","jobTitle":"Engineer",
"lastPasswordChangeDateTime":"DAY2","mail":"UPN","mailNickname":"FIRST.LASTNUMBER","mobilePhone":"+49 151 PHONE","officeLocation":"HOUSE/POST","postalCode":"POST","preferredLanguage":"de-DE",
"proxyAddresses":["SMTP:UPN"],"streetAddress":"LAST St. HOUSE","surname":"LAST","usageLocation":"DE","userPrincipalName":"UPN","userType":"Member"}`))
}

// fill stores users as a first scan by list does.
func (b *bench) fill(users int) {
	b.Helper()
	const each = 999
	r := b.round(Fast, "users")
	for from := 0; from < users; from += each {
		p := &entra.Page{NextLink: "next"}
		for n := from; n < min(users, from+each); n++ {
			p.Objects = append(p.Objects, variedUser(n))
		}
		_, err := b.ApplyPage(b.Context(), r, 0, p, nil)
		b.must(err)
	}
}

// fillGrants stores a fifth as many grants of permissions as there are users, each of a user and of one of some apps, whose
// names they show.
func (b *bench) fillGrants(users int) {
	b.Helper()
	const each = 999
	r, ids := rand.New(rand.NewPCG(6, 7)), b.reference(b.tenant.Key, "users", "", "1")
	var apps []entra.Object
	for n := range 200 {
		apps = append(apps, object(fmt.Sprintf("app-%d", n), fmt.Sprintf(`{"displayName":"App %d of %s"}`, n, cities[n%len(cities)])))
	}
	b.scan("servicePrincipals", apps...)
	round := b.round(Fast, "oauth2PermissionGrants")
	for from := 0; from < users/5; from += each {
		p := &entra.Page{NextLink: "next"}
		for n := from; n < min(users/5, from+each); n++ {
			p.Objects = append(p.Objects, object(fmt.Sprintf("grant-%d", n), fmt.Sprintf(`{"clientId":"app-%d","resourceId":"app-0","consentType":"Principal","principalId":"%s","scope":"User.Read"}`, r.IntN(200), ids[r.IntN(len(ids))])))
		}
		_, err := b.ApplyPage(b.Context(), round, 0, p, nil)
		b.must(err)
	}
}

// needles are cut out of the values of objects that there are; in half of them
// one sign is another, so that most of those are nowhere.
func needles(users int) (out []string) {
	r := rand.New(rand.NewPCG(3, 4))
	for len(out) < 200 {
		o := variedUser(r.IntN(users))
		text := o.ID
		if r.IntN(8) > 0 {
			text = o.Properties.Text(o.Properties[r.IntN(len(o.Properties))].Name)
		}
		size := 3 + r.IntN(14)
		if len(text) < size {
			continue
		}
		from := r.IntN(len(text) - size + 1)
		cut := []byte(text[from : from+size])
		if r.IntN(2) == 0 {
			cut[r.IntN(len(cut))] = "abcdefghijklmnopqrstuvwxyz0123456789"[r.IntN(36)]
		}
		if text = strings.TrimSpace(strings.ToValidUTF8(string(cut), "")); len(text) > 2 {
			out = append(out, text)
		}
	}
	return out
}

// BenchmarkSearch makes the index, and looks for the first 50 rows of a search.
func BenchmarkSearch(b *testing.B) {
	users := benchObjects(b)
	s := newBench(b)
	s.fill(users)
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			s.must(s.write.exec(s.Context(), "DELETE FROM search_grams; DELETE FROM search_segments"))
			s.must(s.Index(s.Context(), s.tenant.Key))
		}
		b.ReportMetric(float64(users)*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
	})
	s.fillGrants(users)
	s.must(s.Index(s.Context(), s.tenant.Key))
	pageOf := func(class, text string) {
		for _, err := range s.Objects(s.Context(), s.tenant.Key, ObjectQuery{Class: class, Search: text, Range: Range{Limit: 50}}) {
			s.must(err)
		}
	}
	page := func(text string) { pageOf("users", text) }
	one := variedUser(users / 2)
	for _, c := range []struct{ name, text string }{
		{"common", "contoso"}, {"name", "søndergaard"}, {"one", one.Properties.Text("mail")}, {"id", one.ID}, {"none", "no such text"}, {"two", "xu"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				page(c.text)
			}
		})
	}
	for _, c := range []struct{ name, text string }{
		{"byNone", "no such text"}, {"byNearly", "contoso.onmicrosoft.con"}, {"byLetter", "z"}, {"byApp", "App 7 of"}, {"byCity", "reykjav"}, {"byPerson", "zoë søndergaard"}, {"byFamily", "søndergaard"}, {"byTwo", "xu"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				pageOf("oauth2PermissionGrants", c.text)
			}
		})
	}
	b.Run("any", func(b *testing.B) {
		var took []time.Duration
		texts := needles(users)
		for b.Loop() {
			for _, text := range texts {
				began := time.Now()
				page(text)
				took = append(took, time.Since(began))
			}
		}
		slices.Sort(took)
		b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
		b.ReportMetric(took[len(took)*95/100].Seconds()*1e3, "p95-ms")
		b.ReportMetric(took[len(took)-1].Seconds()*1e3, "max-ms")
	})
}
