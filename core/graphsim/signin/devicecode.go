package signin

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

const (
	DeviceGrant    = "urn:ietf:params:oauth:grant-type:device_code"
	oldDeviceGrant = "device_code" // as Microsoft's own libraries still call it
	DeviceLifetime = 15 * time.Minute
)

// deviceCode is a sign-in that waits for somebody to type its user code.
type deviceCode struct {
	tenant   *directory.Tenant
	app      directory.App
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
func (h *Host) TypeCode(userCode string) bool {
	h.devices.mu.Lock()
	defer h.devices.mu.Unlock()
	for _, d := range h.devices.codes {
		if d.userCode == userCode {
			d.typed = true
			return true
		}
	}
	return false
}

// deviceAuth is the page where a person types the code that a program showed.
func (h *Host) deviceAuth(r *http.Request) *wire.Reply {
	if code := strings.TrimSpace(r.URL.Query().Get("otc")); code != "" && h.TypeCode(code) {
		return wire.Typed("text/html; charset=utf-8", "<html><body>You have signed in. You can close this page.</body></html>")
	}
	return wire.Typed("text/html; charset=utf-8", `<html><body><form>Enter the code that is shown: <input name="otc"><button>Next</button></form></body></html>`)
}

// deviceCode begins the sign-in of a person on another device.
func (h *Host) deviceCode(r *http.Request, t *directory.Tenant) *wire.Reply {
	if err := r.ParseForm(); err != nil {
		return h.malformed()
	}
	a, refused := h.application(r.PostForm, t)
	if refused == nil {
		refused = h.checkScope(r.PostForm.Get("scope"), t)
	}
	if refused != nil {
		return refused
	}
	code, user := wire.NewID(), strings.ToUpper(wire.NewID()[:8])
	h.devices.mu.Lock()
	defer h.devices.mu.Unlock()
	if h.devices.codes == nil {
		h.devices.codes = map[string]*deviceCode{}
	}
	h.devices.codes[code] = &deviceCode{tenant: t, app: a, userCode: user, scope: r.PostForm.Get("scope"), expires: h.roots.Now().Add(DeviceLifetime)}
	return wire.JSON(http.StatusOK, map[string]any{
		"device_code": code, "user_code": user, "verification_uri": h.roots.Authority + "/common/oauth2/deviceauth",
		"expires_in": int(DeviceLifetime / time.Second), "interval": 5,
		"message": fmt.Sprintf("To sign in, use a web browser to open the page %s/common/oauth2/deviceauth and enter the code %s to authenticate.", h.roots.Authority, user),
	})
}

// redeem is the token request that a device repeats until its code was typed.
func (h *Host) redeem(form url.Values, t *directory.Tenant) *wire.Reply {
	h.devices.mu.Lock()
	defer h.devices.mu.Unlock()
	d := h.devices.codes[form.Get("device_code")]
	switch {
	case d == nil || d.tenant != t || !strings.EqualFold(d.app.ClientID, form.Get("client_id")):
		return h.signInRefusal(http.StatusBadRequest, "invalid_grant", 70018, "Invalid verification code due to User typing in wrong user code for device code flow.")
	case h.roots.Now().After(d.expires):
		return h.signInRefusal(http.StatusBadRequest, "expired_token", 70019, "Verification code expired. Have the user retry the sign-in.")
	case !d.typed:
		return h.signInRefusal(http.StatusBadRequest, "authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
	}
	if !d.app.Public {
		return h.needsSecret()
	}
	delete(h.devices.codes, form.Get("device_code"))
	h.people.mu.Lock()
	defer h.people.mu.Unlock()
	return h.tokenReply(t, d.app, h.person(t, d.app, d.scope))
}
