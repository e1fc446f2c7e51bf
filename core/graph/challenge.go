package graph

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

var claimsParameter = regexp.MustCompile(`(?i)\bclaims\s*=\s*(?:"([^"]*)"|([^\s,"]+))`)

// challenge reads the claims of a Bearer challenge: what a new token has to
// meet. Ok tells that there is such a challenge.
func challenge(h http.Header) (claims string, ok bool) {
	for _, value := range h.Values("WWW-Authenticate") {
		if len(value) < 7 || !strings.EqualFold(value[:7], "Bearer ") {
			continue
		}
		m := claimsParameter.FindStringSubmatch(value)
		if m == nil {
			continue
		}
		raw := strings.TrimRight(m[1]+m[2], "=")
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if b, err := encoding.DecodeString(raw); err == nil && len(b) > 0 {
				return string(b), true
			}
		}
	}
	return "", false
}
