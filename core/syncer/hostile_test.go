package syncer

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestTokensStayOutOfEverything syncs and tests against a token endpoint that
// answers in odd ways: no part of the token is in a result, in the history, in the
// log or in any byte of the data folder.
func TestTokensStayOutOfEverything(t *testing.T) {
	const marker = "mArKeR7token"
	token := "eyJhbGciOiJub25lIn0." + strings.Repeat("aB3", 40) + "." + marker
	for name, body := range map[string]string{
		"empty life":       `{"token_type":"Bearer","expires_in":"","access_token":"` + token + `"}`,
		"cut":              `{"token_type":"Bearer","access_token":"` + token + `","expi`,
		"another field":    `{"accessToken":"` + token + `"}`,
		"a page":           "<html>" + token,
		"a text":           token,
		"a refusal":        `{"error":"invalid_client","error_description":"AADSTS1: ` + token + `","access_token":"` + token + `"}`,
		"a token as error": `{"error":"` + token + `"}`,
	} {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				w, _ := otherGraph(t, func(rw http.ResponseWriter, _ *http.Request) {
					rw.WriteHeader(http.StatusForbidden) // and Graph repeats it
					fmt.Fprintf(rw, `{"error":{"code":"Authorization_RequestDenied","message":"denied to Bearer %s","innerError":{"code":%q}}}`, token, token)
				}, func(rw http.ResponseWriter) {
					rw.WriteHeader(status)
					fmt.Fprint(rw, body)
				})
				var log strings.Builder
				w.engine.connections.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				r, err := w.engine.Sync(t.Context(), w.tenant.Key, SyncOptions{})
				texts := []string{log.String(), fmt.Sprintf("%+v %#v %v", r, r.Err, err)}
				for _, v := range []any{r, w.engine.Diagnose(t.Context(), w.tenant), entra.TroubleOf(err)} {
					encoded, err := json.Marshal(v)
					if err != nil {
						t.Fatal(err)
					}
					texts = append(texts, string(encoded))
				}
				if len(r.Classes) == 0 || r.Classes[0].ErrorLine() == "" {
					t.Errorf("the history says nothing: %+v", r.Classes)
				}
				files := 0
				if err := filepath.WalkDir(w.store.Dir(), func(path string, d fs.DirEntry, err error) error {
					if err != nil || d.IsDir() {
						return err
					}
					content, err := os.ReadFile(path)
					texts, files = append(texts, string(content)), files+1
					return err
				}); err != nil || files == 0 {
					t.Fatal(files, err)
				}
				for _, text := range texts {
					for _, part := range []string{marker, "aB3aB3aB3", "eyJhbGci"} {
						if i := strings.Index(text, part); i >= 0 {
							t.Errorf("%q stands in …%q…", part, text[max(0, i-80):min(len(text), i+40)])
						}
					}
				}
			})
		}
	}
}
