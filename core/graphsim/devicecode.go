package graphsim

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	deviceGrant    = "urn:ietf:params:oauth:grant-type:device_code"
	oldDeviceGrant = "device_code" // as Microsoft's own libraries still call it
	deviceLifetime = 15 * time.Minute
)

// deviceCode is a sign-in that waits for somebody to type its user code.
type deviceCode struct {
	tenant   *Tenant
	app      App
	userCode string
	scope    string
	expires  time.Time
	typed    bool
}

// deviceCodes holds those that were handed out, by the code that the device holds.
type deviceCodes struct {
	mu    sync.Mutex
	codes map[string]*deviceCode
}

// TypeCode does what a person does on the sign-in page with the code that a program showed; false: there is no such
// code.
func (s *Server) TypeCode(userCode string) bool {
	s.devices.mu.Lock()
	defer s.devices.mu.Unlock()
	for _, d := range s.devices.codes {
		if d.userCode == userCode {
			d.typed = true
			return true
		}
	}
	return false
}

// deviceAuth is the page where a person types the code that a program showed.
func (s *Server) deviceAuth(r *http.Request) *reply {
	if code := strings.TrimSpace(r.URL.Query().Get("otc")); code != "" && s.TypeCode(code) {
		return withType("text/html; charset=utf-8", "<html><body>You have signed in. You can close this page.</body></html>")
	}
	return withType("text/html; charset=utf-8", `<html><body><form>Enter the code that is shown: <input name="otc"><button>Next</button></form></body></html>`)
}

// deviceCode begins the sign-in of a person on another device.
func (s *Server) deviceCode(r *http.Request, t *Tenant) *reply {
	if err := r.ParseForm(); err != nil {
		return s.malformed()
	}
	a, refused := s.application(r.PostForm, t)
	if refused == nil {
		refused = s.checkScope(r.PostForm.Get("scope"), t)
	}
	if refused != nil {
		return refused
	}
	code, user := newID(), strings.ToUpper(newID()[:8])
	s.devices.mu.Lock()
	defer s.devices.mu.Unlock()
	if s.devices.codes == nil {
		s.devices.codes = map[string]*deviceCode{}
	}
	s.devices.codes[code] = &deviceCode{tenant: t, app: a, userCode: user, scope: r.PostForm.Get("scope"), expires: s.cfg.Now().Add(deviceLifetime)}
	return jsonReply(http.StatusOK, map[string]any{
		"device_code": code, "user_code": user, "verification_uri": s.authority + "/common/oauth2/deviceauth",
		"expires_in": int(deviceLifetime / time.Second), "interval": 5,
		"message": fmt.Sprintf("To sign in, use a web browser to open the page %s/common/oauth2/deviceauth and enter the code %s to authenticate.", s.authority, user),
	})
}

// redeem is the token request that a device repeats until its code was typed.
func (s *Server) redeem(form url.Values, t *Tenant) *reply {
	s.devices.mu.Lock()
	defer s.devices.mu.Unlock()
	d := s.devices.codes[form.Get("device_code")]
	switch {
	case d == nil || d.tenant != t || !strings.EqualFold(d.app.ClientID, form.Get("client_id")):
		return s.signInRefusal(http.StatusBadRequest, "invalid_grant", 70018, "Invalid verification code due to User typing in wrong user code for device code flow.")
	case s.cfg.Now().After(d.expires):
		return s.signInRefusal(http.StatusBadRequest, "expired_token", 70019, "Verification code expired. Have the user retry the sign-in.")
	case !d.typed:
		return s.signInRefusal(http.StatusBadRequest, "authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
	}
	if !d.app.Public {
		return s.needsSecret()
	}
	delete(s.devices.codes, form.Get("device_code"))
	s.people.mu.Lock()
	defer s.people.mu.Unlock()
	return s.tokenReply(t, d.app, s.person(t, d.app, d.scope))
}
