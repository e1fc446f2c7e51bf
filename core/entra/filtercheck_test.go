package entra

import (
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/say"
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
		`userType eq "Guest"`:     `"eq" at place 10 means nothing here: write ==`,
		`accountEnabled AND true`: `"AND" at place 16 means nothing here: write and`,
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

// What a filter asks within what an object lacks is missing, too, and why it can't judge an
// object is said without the words of those who run it.
func TestFiltersJudgeWhatIsMissing(t *testing.T) {
	object, err := ParseProperties([]byte(`{"displayName":"Anna","onPremisesExtensionAttributes":{"extensionAttribute1":"x"},"proxyAddresses":["smtp:a"],"createdDateTime":"2024-01-01T00:00:00Z"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		out  bool
		why  string
	}{
		{`onPremisesExtensionAttributes.extensionAttribute1 == "x"`, true, ""},
		{`onPremisesExtensionAttributes.extensionAttribute2 == nil`, true, ""},
		{`employeeOrgData.division == "a"`, false, ""},
		{`employeeOrgData.division.more == nil`, true, ""},
		{`employeeOrgData?.division == nil`, true, ""},
		{`department startsWith "S"`, false, ""},
		{`not (department contains "S")`, true, ""},
		{`department matches "^S"`, false, ""},
		{`displayName startsWith "An" and department endsWith "s"`, false, ""},
		{`displayName startsWith "An"`, true, ""},
		{`any(proxyAddresses, # startsWith "smtp")`, true, ""},
		{`proxyAddresses contains "x"`, false, "what stands at place 16 takes no value of this kind"},
		{`createdDateTime > 5`, false, "what stands at place 17 takes no value of this kind"},
		{`len(department) > 3`, false, "what stands at place 1 takes no value of this kind"},
		{`displayName.first == "A"`, false, "what stands at place 13 takes no value of this kind"},
	} {
		f, err := ParseFilter(c.text)
		if err != nil {
			t.Fatal(c.text, err)
		}
		out, err := f.Out("id", object)
		why := ""
		if err != nil {
			_, places := say.Because(err).Parts()
			why = places[1].(say.Sentence).String()
		}
		if out != c.out || why != c.why {
			t.Errorf("%s: left out %v, %q, want %v, %q", c.text, out, why, c.out, c.why)
		}
	}
}
