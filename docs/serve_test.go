package docs

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func started(t *testing.T) (*Server, string) {
	t.Helper()
	s := &Server{About: "entrasync 1.2.3"}
	address, err := s.Address(t.Context(), Start)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, address
}

func get(t *testing.T, address string, change func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

var reference = regexp.MustCompile(`(?:href|src)="([^"]+)"`)

// TestEveryPageIsThere goes from page to page by the links, as a reader does, and
// finds all of the list, their pictures and their anchors.
func TestEveryPageIsThere(t *testing.T) {
	_, start := started(t)
	seen, next := map[string]string{}, []string{start}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		base, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		if _, done := seen[base.Path]; done {
			continue
		}
		status, body := get(t, at, nil)
		if status != http.StatusOK {
			t.Errorf("%s: %d", at, status)
		}
		seen[base.Path] = body
		if !strings.HasSuffix(base.Path, ".html") {
			continue
		}
		for _, m := range reference.FindAllStringSubmatch(body, -1) {
			to, err := base.Parse(strings.ReplaceAll(m[1], "&amp;", "&"))
			switch {
			case err != nil:
				t.Errorf("%s links to %q", at, m[1])
			case to.Host == base.Host:
				next = append(next, to.String())
				if to.Fragment != "" && to.Path == base.Path && !strings.Contains(body, `id="`+to.Fragment+`"`) {
					t.Errorf("%s has no %s", at, to.Fragment)
				}
			}
		}
	}
	for _, p := range Pages() {
		if body := seen["/"+p.Name+".html"]; !strings.Contains(body, "<title>"+p.Title+" ") || !strings.Contains(body, "entrasync 1.2.3") || !strings.Contains(body, "<h1") {
			t.Errorf("%s is not reached, or not whole", p.Name)
		}
	}
	if !strings.Contains(seen["/licences.html"], "fyne.io/fyne/v2") || len(seen["/screenshots/full-overview-light-1280x800.png"]) < 1000 {
		t.Error("no licences, or no pictures")
	}
}

func TestServerAnswersOnlyItsOwn(t *testing.T) {
	s, start := started(t)
	for name, change := range map[string]func(*http.Request){
		"another host":      func(r *http.Request) { r.Host = "evil.example" },
		"something to do":   func(r *http.Request) { r.Method = http.MethodPost },
		"no such page":      func(r *http.Request) { r.URL.Path = "/nothing.html" },
		"the source":        func(r *http.Request) { r.URL.Path = "/privacy.md" },
		"what is above it":  func(r *http.Request) { r.URL.Path = "/../docs.go" },
		"what it is not of": func(r *http.Request) { r.URL.Path = "/etc/passwd" },
	} {
		if status, _ := get(t, start, change); status < 400 {
			t.Errorf("%s: %d", name, status)
		}
	}
	address, err := s.Address(t.Context(), Troubleshooting+"#the-network")
	if err != nil || !strings.HasSuffix(address, "/troubleshooting.html#the-network") || !strings.HasPrefix(address, strings.TrimSuffix(start, Start+".html")) {
		t.Errorf("%s, %v", address, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := s.Address(t.Context(), Start)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, again, nil); status != http.StatusOK {
		t.Errorf("after it was closed it does not open again: %d", status)
	}
}
