package graph

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// refusedExamples are the published samples that are no live answers: the
// reason is the one we give.
var refusedExamples = map[string]string{
	"application-delta-1-nextlink.json":         "without an id",
	"serviceprincipal-delta-1-nextlink.json":    "without an id",
	"group-delta-3-return-minimal.json":         "without an id",
	"orgcontact-delta-3-return-minimal.json":    "without an id",
	"user-delta-2-select-null-property.json":    "without an id",
	"user-delta-3-return-minimal.json":          "without an id",
	"user-list-4-guest-upn-count.json":          "without an id",
	"user-list-6-search-count.json":             "without an id",
	"users-count-silently-ignored.json":         "without an id",
	"batch-response-200-403-405.json":           "no array of values",
	"resource-device-representation.json":       "no array of values",
	"resource-organization-representation.json": "no array of values",
}

// TestPublishedExamples reads every sample of Microsoft's documents: as a page,
// as a Graph error, as a sign-in error, or refused with a reason.
func TestPublishedExamples(t *testing.T) {
	dir := os.Getenv("GRAPH_EXAMPLES")
	if dir == "" {
		t.Skip("did not run: GRAPH_EXAMPLES names no folder with the published samples of Graph's documents")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples in %s: %v", dir, err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			readExample(t, name, body)
		})
	}
}

func readExample(t *testing.T, name string, body []byte) {
	t.Helper()
	switch {
	case strings.HasPrefix(name, "token-error"):
		said, _ := readRefusal(body, nil)
		if e := authorityError("signing in failed", 400, said); e.Code != entra.CodeSignIn || !strings.Contains(e.Why.String(), "AADSTS70011") || !strings.Contains(e.Detail, "correlation ") {
			t.Errorf("told as %+v", e)
		}
	case strings.HasPrefix(name, "token-"):
		if _, ok := readToken("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9..."); ok {
			t.Error("a token that is cut short was read")
		}
	case strings.HasPrefix(name, "error-"):
		if c := readComplaint(body); c.first == "" || c.message == "" || len(c.codes) == 0 {
			t.Errorf("read as %+v", c)
		}
	default:
		readExamplePage(t, name, body)
	}
}

func readExamplePage(t *testing.T, name string, body []byte) {
	t.Helper()
	page, err := decodePage(holding(body), strings.Contains(string(body), "deltaLink"))
	if why := refusedExamples[name]; why != "" {
		if err == nil && page.Lost.Count > 0 {
			err = errors.New(page.Lost.Some[0].String())
		}
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("got %v, want a refusal because of %q", err, why)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Objects) == 0 && page.DeltaLink == "" {
		t.Error("nothing was read")
	}
	for _, o := range page.Objects {
		checkObject(t, o)
	}
}
