package entra

import (
	"strings"
	"testing"
)

// The check knows what the objects of each class have, and suggests the nearest name.
func TestFilterAsksForPropertiesThatThereAre(t *testing.T) {
	for _, c := range []struct {
		class, text, added string
		why, remedy        string // "": it is taken
	}{
		{"users", `userType == "Guest"`, "", "", ""},
		{"users", `userTyp == "Guest"`, "", "Users have no property userTyp", "did you mean userType?"},
		{"users", `accountEnabled && Department == "Sales"`, "", "Users have no property Department", "did you mean department?"},
		{"devices", `userType == "Guest"`, "", "Devices have no property userType", "choose one of the class's properties"},
		{"users", `employeeNickname != nil`, "", "Users have no property employeeNickname", "choose one of"},
		{"users", `employeeNickname != nil`, "employeeNickname", "", ""},
		{"users", `extension_0123456789abcdef0123456789ABCDEF_costCenter == "4"`, "", "", ""},
		{"users", `extkvbmkofy_shift?.kind == "night"`, "", "", ""},
		{"users", `onPremisesExtensionAttributes.extensionAttribute1 == "x"`, "", "", ""},
		{"users", `let d = department ?? ""; lower(d) == "sales" && any(assignedLicenses ?? [], .skuId == "s")`, "", "", ""},
		{"users", `any(otherMails, # endsWith "@example.com") || id == "x"`, "", "", ""},
		{"groups", `displayNam startsWith "test"`, "", "Groups have no property displayNam", "did you mean displayName?"},
		{"servicePrincipals", `odataType == "#microsoft.graph.agentIdentity"`, "", "", ""},
		{"groups", `odataType != nil`, "", "Groups have no property odataType", "choose one of"},
		{"users", "", "", "", ""},
	} {
		err := CheckFilter(c.class, c.text, strings.Fields(c.added))
		if c.why == "" {
			if err != nil {
				t.Errorf("%s: %s: %v", c.class, c.text, err)
			}
			continue
		}
		if e := AsError(err); e.Code != CodeInvalid || e.Why.String() != c.why || !strings.Contains(e.Remedy.String(), c.remedy) {
			t.Errorf("%s: %s: %+v", c.class, c.text, e)
		}
	}
}

// What is wrong with an expression is said without the words of those who read it.
func TestWrongFiltersAreToldInWords(t *testing.T) {
	for text, want := range map[string]string{
		`userType = "Guest"`:      "a single = at place 10 compares nothing: write ==",
		`userType == == "Guest"`:  `"==" at place 13 does not fit there`,
		`userType ==`:             "it ends too early: something is missing behind it",
		`(userType == "Guest"`:    "it ends too early: something is missing behind it",
		`userType == "Guest`:      "a quotation mark is never closed",
		`userType`:                "",
		`"Guest"`:                 "it is no condition: it gives a value, where yes or no is wanted",
		`userType == "Guest" §`:   "the sign at place 21 means nothing here",
		`displayName matches "("`: "the pattern at place 13 is no regular expression",
		`1 == "a"`:                "at place 3 two kinds of values are compared that never fit each other",
		`userType equals "Guest"`: `"equals" at place 10 does not fit there`,
	} {
		err := CheckFilter("users", text, nil)
		got := ""
		if err != nil {
			got = AsError(err).Why.String()
		}
		if got != want || strings.Contains(got, "token") || strings.Contains(got, "Operator") {
			t.Errorf("%s: %q, want %q (%v)", text, got, want, err)
		}
	}
}
