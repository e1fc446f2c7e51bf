package entra

import (
	"slices"
	"strings"
	"testing"
)

// A comparison that no value of the property could hold is refused, with what to write.
func TestFilterComparesWithWhatPropertiesAre(t *testing.T) {
	for _, c := range []struct{ class, text, why, remedy string }{
		{"users", `accountEnabled == "false"`, "accountEnabled is true or false", "write accountEnabled == true or accountEnabled == false"},
		{"users", `accountEnabled == 1`, "accountEnabled is true or false", "write accountEnabled"},
		{"users", `"true" != accountEnabled`, "accountEnabled is true or false", "write accountEnabled"},
		{"users", `accountEnabled contains "t"`, "accountEnabled is true or false", "write accountEnabled"},
		{"users", `userType == "Guest" and not (accountEnabled in ["true"])`, "accountEnabled is true or false", "write accountEnabled"},
		{"users", `department == 5`, "department is a text", `write the value in quotation marks: department == "5"`},
		{"users", `department != true`, "department is a text", `department == "true"`},
		{"users", `employeeHireDate > -5`, "employeeHireDate is a text", `employeeHireDate == "5"`},
		{"users", `department in ["a", 5]`, "department is a text", `department == "5"`},
		{"users", `"a" in department`, "department is no list", `write department contains "a"`},
		{"users", `department.name == "a"`, "department has no parts", "ask for the property itself"},
		{"users", `proxyAddresses == "x"`, "proxyAddresses is a list", `write "…" in proxyAddresses, or any(proxyAddresses, # contains "…")`},
		{"users", `proxyAddresses contains "x"`, "proxyAddresses is a list", `write "…" in proxyAddresses`},
		{"users", `assignedLicenses.skuId == "x"`, "assignedLicenses is a list", "write any(assignedLicenses, .skuId == …)"},
		{"users", `employeeOrgData.foo == "x"`, "employeeOrgData has no part foo", "its parts are costCenter, division"},
		{"users", `employeeOrgData?.divison == "x"`, "employeeOrgData has no part divison", "did you mean division?"},
		{"users", `employeeOrgData.division == 5`, "employeeOrgData.division is a text", `employeeOrgData.division == "5"`},
		{"users", `employeeOrgData == "x"`, "employeeOrgData has parts of its own", "ask for one of them: costCenter, division"},
		{"users", `onPremisesExtensionAttributes.extensionAttribut1 == "x"`, "onPremisesExtensionAttributes has no part extensionAttribut1", "did you mean extensionAttribute1?"},
		{"devices", `isCompliant == "yes"`, "isCompliant is true or false", "write isCompliant"},
		{"devices", `deviceVersion == "2"`, "deviceVersion is a number", "write the value without quotation marks"},
		{"users", `accountEnabled == false or department == nil or createdDateTime < "2024-01-01"`, "", ""},
		{"users", `"x" in proxyAddresses and any(assignedLicenses, .skuId == "s") and len(otherMails) > 1`, "", ""},
		{"users", `employeeOrgData.division == "x" or onPremisesExtensionAttributes["extensionAttribute15"] != nil`, "", ""},
		{"users", `let department = 5; department == 5`, "", ""},
		{"users", `department in ["a", nil] and userType not in ["Guest"] and proxyAddresses == []`, "", ""},
		{"devices", `deviceVersion == 2 and extensionAttributes.extensionAttribute2 == "x"`, "", ""},
		{"conditionalAccessPolicies", `conditions.users.includeUsers == 5 or state == 1`, "", ""}, // of what nothing is known
	} {
		err := CheckFilter(c.class, c.text, nil)
		if c.why == "" {
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
			}
			continue
		}
		if e := AsError(err); err == nil || e.Why.String() != c.why || !strings.Contains(e.Remedy.String(), c.remedy) {
			t.Errorf("%s: %+v", c.text, e)
		}
	}
}

// Each property of the table is one that a class selects: another's name would be a slip.
func TestValueKindsAreOfSelectedProperties(t *testing.T) {
	for name := range valueKinds {
		if name != "id" && !slices.ContainsFunc(classes, func(c Class) bool { return slices.Contains(c.Select, name) }) {
			t.Errorf("no class selects %s", name)
		}
	}
}
