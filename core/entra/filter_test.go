package entra

import "testing"

// FuzzFilter compiles any text as a filter and judges an object with it: a text is
// refused in three parts, or it judges, and what it can't judge is never left out.
func FuzzFilter(f *testing.F) {
	for _, text := range []string{`userType == "Guest"`, `not accountEnabled`, `department in ["a", "b"]`, `missing?.deeper == nil`,
		`len(otherMails) > 2`, `id matches "^a("`, `1..1000000 == nil`, `displayName startsWith`, "\x00", `"\ud83d"`, `let x = 1; x > 0`, `1/0 > 0`} {
		f.Add(text, []byte(`{"userType":"Guest","accountEnabled":false,"otherMails":["a"],"n":12345678901234567890}`))
	}
	f.Fuzz(func(t *testing.T, text string, object []byte) {
		filter, err := ParseFilter(text)
		if err != nil {
			if e := AsError(err); e.Code != CodeInvalid || e.What == "" || e.Why == "" || e.Remedy == "" {
				t.Errorf("%q is refused with %+v", text, e)
			}
			return
		}
		props, err := ParseProperties(object)
		if err != nil {
			return
		}
		if out, err := filter.Out("id", props); err != nil && out {
			t.Errorf("%q can't judge the object (%v), and leaves it out", text, err)
		}
	})
}
