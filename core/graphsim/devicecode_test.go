package graphsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/signin"
)

// TestDeviceCode walks a code from pending to used up, and refuses the wrong
// ones.
func TestDeviceCode(t *testing.T) {
	now := time.Now()
	cfg := testTenant(20)
	cfg.Apps = append(cfg.Apps, directory.App{ClientID: "99999999-2222-4333-8444-555555555555", Public: true, Roles: readAll})
	s := start(t, Config{Tenants: []directory.TenantConfig{cfg}, Now: func() time.Time { return now }})
	client, root := cfg.Apps[1].ClientID, "/"+s.tenant.ID()+"/oauth2/v2.0/"
	begin := func() (code, user string) {
		t.Helper()
		status, body := postForm(t, s, root+"devicecode", url.Values{"client_id": {client}, "scope": {s.Graph() + "/.default offline_access"}})
		var answer struct {
			Code string `json:"device_code"`
			User string `json:"user_code"`
		}
		if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusOK {
			t.Fatalf("%d %s %v", status, body, err)
		}
		return answer.Code, answer.User
	}
	poll := func(code, clientID string, want int) {
		t.Helper()
		_, body := postForm(t, s, root+"token", url.Values{"grant_type": {signin.DeviceGrant}, "device_code": {code}, "client_id": {clientID}})
		var answer struct {
			Token string `json:"access_token"`
			Codes []int  `json:"error_codes"`
		}
		if err := json.Unmarshal(body, &answer); err != nil || (answer.Token != "") != (want == 0) || want != 0 && answer.Codes[0] != want {
			t.Errorf("want %d: %s %v", want, body, err)
		}
	}
	code, user := begin()
	poll(code, client, 70016)
	typed := func(code string) string {
		t.Helper()
		resp, err := s.Client().Get(s.Authority() + "/common/oauth2/deviceauth?otc=" + code)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		page, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	if page := typed("nonsense"); s.TypeCode("nonsense") || !strings.Contains(page, "<form>") {
		t.Errorf("the wrong code was taken: %s", page)
	}
	poll(code, client, 70016)
	if page := typed(user); !strings.Contains(page, "You have signed in") {
		t.Errorf("the right code was not taken: %s", page)
	}
	poll("nonsense", client, 70018)
	poll(code, cfg.Apps[0].ClientID, 70018)
	poll(code, client, 0)
	poll(code, client, 70018) // a code serves once
	late, user := begin()
	s.TypeCode(user)
	now = now.Add(signin.DeviceLifetime + time.Second)
	poll(late, client, 70019)
}
