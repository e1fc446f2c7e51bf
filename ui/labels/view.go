package labels

import "fyne.io/fyne/v2/lang"

// ViewColumn is a column of a ready view: one of the view's own, or a property of the
// class that the view is read from.
func ViewColumn(class, name string) string {
	switch name {
	case "role":
		return lang.L("Role")
	case "way":
		return lang.L("How")
	case "from":
		return lang.L("Activated from")
	case "through":
		return lang.L("By way of")
	case "scope":
		return lang.L("Scope")
	case "until":
		return lang.L("Until")
	case "circle":
		return lang.L("The circle")
	case "kind":
		return lang.L("Type")
	case "credential":
		return lang.L("Credential")
	case "starts":
		return lang.L("Starts")
	case "ends":
		return lang.L("Ends")
	case "state":
		return lang.L("State")
	case "client":
		return lang.L("Client")
	case "resource":
		return lang.L("Resource")
	case "reason":
		return lang.L("Reason")
	}
	return Property(class, name)
}

// ViewWord is a word of a view's own column in ours.
func ViewWord(column, text string) string {
	switch column + " " + text {
	case "way assigned":
		return lang.L("assigned")
	case "way activated":
		return lang.L("activated")
	case "way eligible":
		return lang.L("eligible")
	case "scope /":
		return lang.L("Whole directory")
	case "kind secret":
		return lang.L("Client secret")
	case "kind certificate":
		return lang.L("Certificate")
	case "state ended":
		return lang.L("ended")
	case "state ending":
		return lang.L("ends within 30 days")
	case "reason unseen":
		return lang.L("not seen for 90 days")
	case "reason not compliant":
		return lang.L("not compliant")
	case "reason not compliant, unseen":
		return lang.L("not compliant, not seen for 90 days")
	}
	return text
}
