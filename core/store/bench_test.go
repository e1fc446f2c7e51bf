package store

import (
	"fmt"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// benchUser is a user of about the size that Graph gives for the class table's
// properties.
func benchUser(n int) entra.Object {
	return object(fmt.Sprintf("00000000-0000-4000-8000-%012d", n*7919%1_000_000), fmt.Sprintf(`{"accountEnabled":true,"assignedLicenses":[{"disabledPlans":[],"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965"}],
"businessPhones":["+1 425 555%[1]d"],"city":"Seattle","companyName":"Contoso GmbH","country":"Germany","createdDateTime":"2024-04-18T19:53:18Z","creationType":null,"department":"Engineering",
"displayName":"User Number %[1]d","employeeId":"%[1]d","employeeType":"Employee","externalUserState":null,"givenName":"User","jobTitle":"Engineer","lastPasswordChangeDateTime":"2024-11-22T22:03:42Z",
"mail":"user%[1]d@contoso.com","mailNickname":"user%[1]d","mobilePhone":null,"officeLocation":"7/1755","onPremisesSyncEnabled":null,"otherMails":[],"postalCode":"42719","preferredLanguage":"en-US",
"proxyAddresses":["SMTP:user%[1]d@contoso.com","smtp:u%[1]d@contoso.com"],"state":null,"streetAddress":"Main Street 1","surname":"Number %[1]d","usageLocation":"US","userPrincipalName":"user%[1]d@contoso.com","userType":"Member"}`, n))
}

// BenchmarkApplyUsers stores pages of 999 users, as a first scan by list does.
func BenchmarkApplyUsers(b *testing.B) { benchmarkUsers(b, false) }

// BenchmarkApplyUsersUnchanged stores the same pages again.
func BenchmarkApplyUsersUnchanged(b *testing.B) { benchmarkUsers(b, true) }

func benchmarkUsers(b *testing.B, again bool) {
	const pages, each = 20, 999
	page := func(n int) *entra.Page {
		p := &entra.Page{NextLink: "next"}
		for i := range each {
			p.Objects = append(p.Objects, benchUser(n*each+i))
		}
		return p
	}
	for b.Loop() {
		b.StopTimer()
		s := newBench(b)
		r := s.round(Fast, "users")
		for turn := range 2 {
			for n := range pages {
				p := page(n)
				if timed := again == (turn == 1); timed {
					b.StartTimer()
				}
				_, err := s.ApplyPage(s.Context(), r, 0, p, nil)
				b.StopTimer()
				s.must(err)
			}
		}
		b.StartTimer()
	}
	b.ReportMetric(pages*each*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}

// BenchmarkApplyLinks stores a first scan of groups: pages of 500 links.
func BenchmarkApplyLinks(b *testing.B) {
	const pages, each = 40, 500
	for b.Loop() {
		b.StopTimer()
		s := newBench(b)
		r := s.round(Scan, "groups")
		for n := range pages {
			group := object(fmt.Sprintf("group-%d", n/2), `{"displayName":"A group"}`)
			for i := range each {
				group.Links = append(group.Links, gains(fmt.Sprintf("00000000-0000-4000-8000-%012d", (n*each+i)*7919%9001)))
			}
			b.StartTimer()
			_, err := s.ApplyPage(s.Context(), r, 0, &entra.Page{Objects: []entra.Object{group}, NextLink: "next"}, nil)
			b.StopTimer()
			s.must(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(pages*each*float64(b.N)/b.Elapsed().Seconds(), "links/s")
}

// BenchmarkManagers stores the first scan of users with a manager each: pages of 999, and then
// their links, once all targets have come.
func BenchmarkManagers(b *testing.B) {
	b.Run("pages", func(b *testing.B) { benchmarkManagers(b, true) })
	b.Run("links", func(b *testing.B) { benchmarkManagers(b, false) })
}

func benchmarkManagers(b *testing.B, pages bool) {
	const count, each = 40, 999
	for b.Loop() {
		b.StopTimer()
		s := newBench(b)
		r := s.round(Fast, "users")
		r.Told = false
		for n := range count {
			p := &entra.Page{NextLink: "next"}
			for i := range each {
				o, manager := benchUser(n*each+i), benchUser((n*each+i)*31%(count*each))
				o.Links = []entra.Link{link("manager", manager.ID, "#microsoft.graph.user")}
				p.Objects = append(p.Objects, o)
			}
			if pages {
				b.StartTimer()
			}
			_, err := s.ApplyPage(s.Context(), r, 0, p, nil)
			b.StopTimer()
			s.must(err)
		}
		if !pages {
			b.StartTimer()
			s.must(s.lookUpAll(s.Context(), r))
			b.StopTimer()
		}
		b.StartTimer()
	}
	b.ReportMetric(count*each*float64(b.N)/b.Elapsed().Seconds(), "links/s")
}
