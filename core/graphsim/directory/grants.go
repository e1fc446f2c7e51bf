package directory

// scopes are what delegated permission grants allow.
var scopes = []string{"openid profile", "User.Read", "User.Read Mail.Read offline_access", "Directory.AccessAsUser.All", "Sites.Read.All Files.ReadWrite.All"}

func sketchGrant(b *born) { b.kind = b.dice(1, 3) }

// isPersonal tells a grant of one user from an admin's for everybody.
func isPersonal(b *born) bool { return b.kind > 0 }

var grantProperties = []property{
	{Name: "clientId", value: func(d []byte, b *born) []byte {
		return appendText(d, b.t.IDOf(ServicePrincipals, b.dice(2, max(b.t.born[ServicePrincipals], 1))))
	}},
	{Name: "consentType", value: func(d []byte, b *born) []byte {
		if isPersonal(b) {
			return append(d, `"Principal"`...)
		}
		return append(d, `"AllPrincipals"`...)
	}},
	{Name: "principalId", value: when(isPersonal, func(d []byte, b *born) []byte { return appendText(d, b.t.IDOf(Users, b.dice(3, b.t.born[Users]))) })},
	{Name: "resourceId", value: func(d []byte, b *born) []byte { return appendText(d, b.t.IDOf(ServicePrincipals, 0)) }},
	{Name: "scope", value: func(d []byte, b *born) []byte { return appendText(d, pick(b, 4, scopes)) }},
}
