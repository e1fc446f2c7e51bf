package entra

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// assignedLicenses is the property whose licences are told by their names alone.
const assignedLicenses = "assignedLicenses"

// Licences is the class of what a tenant has bought.
const Licences = "subscribedSkus"

// HoldsLicences tells whether a property lists licences, which stand in it by their skuId.
func HoldsLicences(property string) bool {
	return property == assignedLicenses || property == "licenseAssignmentStates"
}

// LicenceNames is what the names of a property's licences are called beside it, as
// [Class.GivenName] is; "": it has none.
func LicenceNames(property string) string {
	if property == assignedLicenses {
		return "assignedLicenseNames"
	}
	return ""
}

// LicenceIDs are the skuIds that stand in the properties of an object.
func LicenceIDs(p Properties) (ids []string) {
	for _, one := range p {
		if !HoldsLicences(one.Name) || one.Value.Kind() != '[' {
			continue
		}
		for _, e := range Elements(one.Value) {
			if id := licenceID(e); id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func licenceID(v jsontext.Value) string {
	if v.Kind() != '{' {
		return ""
	}
	p, err := ParseProperties(v)
	if err != nil {
		return "" // unreachable: it was stored
	}
	return strings.ToLower(p.Text("skuId"))
}

// NameLicences gives a property's value with the names of licences, by their skuIds, in the
// place of these. Assigned licences become a list of names, each with how many of its plans
// are switched off; one whose name is not known keeps its id. Any other value stays as it is.
func NameLicences(property string, v jsontext.Value, names map[string]LinkEnd) jsontext.Value {
	if !HoldsLicences(property) || v.Kind() != '[' {
		return v
	}
	out := []byte{'['}
	for i, e := range Elements(v) {
		if i > 0 {
			out = append(out, ',')
		}
		id := licenceID(e)
		name := names[id].Name
		switch {
		case id == "", property != assignedLicenses && name == "":
			out = append(out, e...)
		case property == assignedLicenses:
			if name == "" {
				name = id
			}
			out = append(out, quoted(name+plansOff(e))...)
		default:
			p, _ := ParseProperties(e) // as licenceID read it
			out = append(out, p.Merge(Properties{{Name: "skuId", Value: quoted(name)}}).JSON()...)
		}
	}
	return append(out, ']')
}

// plansOff says how many plans of a licence are switched off; "": none.
func plansOff(v jsontext.Value) string {
	p, err := ParseProperties(v)
	if plans := p.Value("disabledPlans"); err == nil && plans.Kind() == '[' {
		if n := len(Elements(plans)); n > 0 {
			return " (−" + strconv.Itoa(n) + ")"
		}
	}
	return ""
}

func quoted(text string) jsontext.Value {
	v, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		return jsontext.Value(`""`) // unreachable: what was stored is valid text
	}
	return v
}
