package entra

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/entraidsync/entraidsync/core/say"
)

// CheckFilter refuses an expression that can't be used for a class: one that is none, or
// that asks for a property which its objects never have, or compares one with what it never
// is. Beside those of the class table they have the ones that were added for it, and those of extensions.
func CheckFilter(class, text string, added []string) error {
	if _, err := ParseFilter(text); err != nil || text == "" {
		return err
	}
	c, ok := ClassNamed(class)
	tree, err := parser.Parse(text)
	if !ok || err != nil {
		return err // unreachable: it has just been compiled
	}
	known := slices.Concat([]string{"id"}, c.Told(), c.Columns, added)
	for _, r := range c.References {
		property, _ := r.Place()
		known = append(known, property)
	}
	names := &namesOf{}
	ast.Walk(&tree.Node, names)
	for _, name := range names.asked {
		near := nearest(name, known)
		switch {
		case slices.Contains(known, name), extension.MatchString(name), c.Whole && near == "":
		case near != "":
			return Invalid("the filter can't be used", say.With("%s have no property %s", c, name), say.With("did you mean %s?", near))
		default:
			return Invalid("the filter can't be used", say.With("%s have no property %s", c, name), "choose one of the class's properties, or add it to them first")
		}
	}
	asked := &comparisons{kinds: map[string]ValueKind{}, own: names.own}
	for _, name := range known {
		asked.kinds[name] = KindOf(name)
	}
	ast.Walk(&tree.Node, asked)
	return asked.wrong
}

// extension is how the names of directory and schema extensions begin.
var extension = regexp.MustCompile(`^(extension_[0-9A-Fa-f]{32}_|ext[a-z0-9]{8}_)\w+$`)

// namesOf gathers the properties that an expression asks for: names that are neither
// variables of its own nor what a function is called.
type namesOf struct {
	asked []string
	own   []string
}

// Visit is called for each part, those inside before what they are in.
func (n *namesOf) Visit(node *ast.Node) {
	switch part := (*node).(type) {
	case *ast.IdentifierNode:
		if part.Value != "$env" && !slices.Contains(n.own, part.Value) {
			n.asked = append(n.asked, part.Value)
		}
	case *ast.VariableDeclaratorNode:
		n.own = append(n.own, part.Name)
		n.asked = slices.DeleteFunc(n.asked, func(name string) bool { return name == part.Name })
	}
}

// nearest is the name that is most like another; "" where none is much like it.
func nearest(name string, known []string) (best string) {
	least := min(len(name)/4+1, 3)
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < least || d == least && best == "" {
			least, best = d, k
		}
	}
	return best
}

// distance counts the letters that tell two names apart (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

var unexpected = regexp.MustCompile(`^unexpected token (\w+)(?:\("?(.*?)"?\))?$`)

// elsewhere is how an expression says what other languages that admins know say so.
var elsewhere = map[string]string{"AND": "and", "OR": "or", "NOT": "not", "eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "like": "contains"}

// failedBy says in an admin's words why an expression fails for an object.
func failedBy(err error) say.Sentence {
	var e *file.Error
	if !errors.As(err, &e) {
		return "it can't be answered"
	}
	at := e.Column + 1
	switch {
	case strings.Contains(e.Message, "cannot fetch"), strings.Contains(e.Message, "out of range"):
		return say.With("the value at place %d has no such part", at)
	case strings.Contains(e.Message, "interface conversion"), strings.Contains(e.Message, "invalid operation"), strings.Contains(e.Message, "invalid argument"):
		return say.With("what stands at place %d takes no value of this kind", at)
	case strings.Contains(e.Message, "regex"), strings.Contains(e.Message, "error parsing regexp"):
		return say.With("the pattern at place %d is no regular expression", at)
	}
	return say.With("it can't be answered at place %d", at)
}

// wrongWith says in an admin's words what is wrong with an expression.
func wrongWith(err error) say.Sentence {
	var e *file.Error
	if !errors.As(err, &e) {
		return "it is no condition: it gives a value, where yes or no is wanted"
	}
	at := e.Column + 1
	told := unexpected.FindStringSubmatch(e.Message)
	switch {
	case told != nil && told[1] == "EOF", e.Message == "unexpected end of expression":
		return "it ends too early: something is missing behind it"
	case told != nil && told[2] == "=":
		return say.With("a single = at place %d compares nothing: write ==", at)
	case told != nil && elsewhere[told[2]] != "":
		return say.With("%q at place %d means nothing here: write %s", told[2], at, elsewhere[told[2]])
	case told != nil:
		return say.With("%q at place %d does not fit there", told[2], at)
	case strings.Contains(e.Message, "literal not terminated"):
		return "a quotation mark is never closed"
	case strings.Contains(e.Message, "unrecognized character"), strings.Contains(e.Message, "invalid char escape"):
		return say.With("the sign at place %d means nothing here", at)
	case strings.Contains(e.Message, "expected bool"):
		return "it is no condition: it gives a value, where yes or no is wanted"
	case strings.Contains(e.Message, "mismatched types"), strings.Contains(e.Message, "invalid operation"):
		return say.With("at place %d two kinds of values are compared that never fit each other", at)
	case strings.Contains(e.Message, "not enough arguments"), strings.Contains(e.Message, "too many arguments"), strings.Contains(e.Message, "expected at least"):
		return say.With("a function at place %d has too few or too many values", at)
	case strings.Contains(e.Message, "regex"), strings.Contains(e.Message, "error parsing regexp"):
		return say.With("the pattern at place %d is no regular expression", at)
	case strings.Contains(e.Message, "unclosed comment"):
		return "a comment is never closed"
	}
	return say.With("it can't be read at place %d", at)
}

// ValueKind is what a property's values are by Graph's documents, as far as a filter asks.
type ValueKind int

// The kinds of values. Of what is not known nothing is refused.
const (
	UnknownValue ValueKind = iota
	FlagValue              // true or false
	TextValue              // times and ids, too
	NumberValue
	ListValue
	ComplexValue
)

// valueKinds are the kinds of the properties that classes select, by their names: what has
// one name is of one kind in all classes.
var valueKinds = func() map[string]ValueKind {
	m := map[string]ValueKind{"id": TextValue}
	for kind, names := range map[ValueKind]string{
		FlagValue: `accountEnabled isManagementRestricted onPremisesSyncEnabled showInAddressList mailEnabled securityEnabled isAssignableToRole
			isCompliant isManaged isRooted isDisabled isFallbackPublicClient appRoleAssignmentRequired isMemberManagementRestricted isAdminManaged
			isDefault isInitial isRoot isVerified isBuiltIn isEnabled isTrusted`,
		TextValue: `ageGroup city companyName country createdDateTime creationType department displayName employeeHireDate employeeId employeeType
			externalUserState externalUserStateChangeDateTime givenName jobTitle lastPasswordChangeDateTime mail mailNickname mobilePhone officeLocation
			onPremisesDistinguishedName onPremisesDomainName onPremisesImmutableId onPremisesLastSyncDateTime onPremisesSamAccountName
			onPremisesSecurityIdentifier onPremisesUserPrincipalName passwordPolicies postalCode preferredDataLocation preferredLanguage
			securityIdentifier signInSessionsValidFromDateTime streetAddress surname usageLocation userPrincipalName userType
			classification description expirationDateTime membershipRule membershipRuleProcessingState onPremisesNetBiosName renewedDateTime theme
			uniqueName visibility approximateLastSignInDateTime complianceExpirationDateTime deviceCategory deviceId deviceOwnership
			enrollmentProfileName enrollmentType managementType manufacturer mdmAppId operatingSystem operatingSystemVersion profileType
			registrationDateTime trustType appId disabledByMicrosoftStatus groupMembershipClaims publisherDomain signInAudience appDisplayName
			homepage loginUrl servicePrincipalType roleTemplateId principalDisplayName principalId principalType resourceDisplayName
			resourceId riskDetail riskLastUpdatedDateTime riskLevel riskState userDisplayName`,
		NumberValue: "deviceVersion consumedUnits",
		ListValue: `assignedLicenses assignedLabels assignedPlans businessPhones identities otherMails proxyAddresses groupTypes
			onPremisesProvisioningErrors resourceBehaviorOptions resourceProvisioningOptions physicalIds systemLabels appRoles identifierUris
			keyCredentials passwordCredentials requiredResourceAccess tags alternativeNames replyUrls servicePrincipalNames`,
		ComplexValue: "employeeOrgData onPremisesExtensionAttributes extensionAttributes",
	} {
		for _, name := range words(names) {
			m[name] = kind
		}
	}
	return m
}()

// KindOf is what the values of a property are.
func KindOf(property string) ValueKind { return valueKinds[property] }

// memberNames are what complex properties have within them.
var memberNames = func() map[string][]string {
	var extension []string
	for i := range 15 {
		extension = append(extension, "extensionAttribute"+strconv.Itoa(i+1))
	}
	return map[string][]string{"employeeOrgData": words("costCenter division"), "onPremisesExtensionAttributes": extension, "extensionAttributes": extension}
}()

// comparisons finds what an expression asks of properties that no value of theirs could be:
// such a filter would leave out nothing, or everything.
type comparisons struct {
	kinds map[string]ValueKind // of properties that it is known of
	own   []string             // variables of the expression's own
	wrong error                // the first that was found
}

// Visit is called for each part, those inside before what they are in.
func (c *comparisons) Visit(node *ast.Node) {
	switch part := (*node).(type) {
	case *ast.MemberNode:
		c.member(part)
	case *ast.BinaryNode:
		switch part.Operator {
		case "==", "!=", "<", ">", "<=", ">=":
			c.compared(part.Left, part.Right)
			c.compared(part.Right, part.Left)
		case "contains", "startsWith", "endsWith", "matches":
			if name, kind := c.subject(part.Left); kind != UnknownValue && kind != TextValue {
				c.refuse(kind, name, "")
			}
		case "in":
			c.among(part.Left, part.Right)
		}
	}
}

// subject is the property, or the part of one, that is asked for, and what its values are.
func (c *comparisons) subject(node ast.Node) (name string, kind ValueKind) {
	switch part := node.(type) {
	case *ast.ChainNode:
		return c.subject(part.Node)
	case *ast.IdentifierNode:
		if !slices.Contains(c.own, part.Value) {
			return part.Value, c.kinds[part.Value]
		}
	case *ast.MemberNode:
		of, whole := c.subject(part.Node)
		if member, named := part.Property.(*ast.StringNode); named && whole == ComplexValue {
			return of + "." + member.Value, TextValue
		}
	}
	return "", UnknownValue
}

// member refuses a part that a property does not have.
func (c *comparisons) member(part *ast.MemberNode) {
	of, kind := c.subject(part.Node)
	member, named := part.Property.(*ast.StringNode)
	if !named || kind == UnknownValue {
		return
	}
	parts := memberNames[of]
	switch near := nearest(member.Value, parts); {
	case kind == ListValue:
		c.fail(say.With("%s is a list", of), say.With("write any(%s, .%s == …)", of, member.Value))
	case kind != ComplexValue:
		c.fail(say.With("%s has no parts", of), "ask for the property itself")
	case slices.Contains(parts, member.Value):
	case near != "":
		c.fail(say.With("%s has no part %s", of, member.Value), say.With("did you mean %s?", near))
	default:
		c.fail(say.With("%s has no part %s", of, member.Value), say.With("its parts are %s", strings.Join(parts, ", ")))
	}
}

// compared refuses a property that is compared with a value which it never has.
func (c *comparisons) compared(property, with ast.Node) {
	name, kind := c.subject(property)
	value, text := literal(with)
	if kind != UnknownValue && value != UnknownValue && (value != kind || kind == ComplexValue) {
		c.refuse(kind, name, text)
	}
}

// among refuses a property that is sought among values which it never has, and a value that
// is sought in what is no list.
func (c *comparisons) among(what, in ast.Node) {
	if list, is := in.(*ast.ArrayNode); is {
		for _, value := range list.Nodes {
			c.compared(what, value)
		}
	}
	value, text := literal(what)
	switch name, kind := c.subject(in); kind {
	case FlagValue, NumberValue:
		c.refuse(kind, name, "")
	case TextValue:
		if value == TextValue {
			c.fail(say.With("%s is no list", name), say.With("write %s contains %s", name, text))
		}
	}
}

// literal is what kind of value stands there, and how it is written as a text; unknown where
// that is none, or nil.
func literal(node ast.Node) (kind ValueKind, text string) {
	switch value := node.(type) {
	case *ast.BoolNode:
		return FlagValue, `"` + value.String() + `"`
	case *ast.IntegerNode, *ast.FloatNode:
		return NumberValue, `"` + value.String() + `"`
	case *ast.StringNode:
		return TextValue, value.String()
	case *ast.ArrayNode:
		return ListValue, `"…"`
	case *ast.UnaryNode:
		if kind, text := literal(value.Node); kind == NumberValue {
			return kind, text
		}
	}
	return UnknownValue, ""
}

// refuse says what a property's values are, and how one asks for them; text is a value as it
// may have been meant.
func (c *comparisons) refuse(kind ValueKind, name, text string) {
	switch kind {
	case FlagValue:
		c.fail(say.With("%s is true or false", name), say.With("write %s == true or %s == false", name, name))
	case TextValue:
		c.fail(say.With("%s is a text", name), say.With("write the value in quotation marks: %s == %s", name, text))
	case NumberValue:
		c.fail(say.With("%s is a number", name), "write the value without quotation marks")
	case ListValue:
		c.fail(say.With("%s is a list", name), say.With(`write "…" in %s, or any(%s, # contains "…")`, name, name))
	case ComplexValue:
		c.fail(say.With("%s has parts of its own", name), say.With("ask for one of them: %s", strings.Join(memberNames[name], ", ")))
	}
}

func (c *comparisons) fail(why, remedy say.Sentence) {
	if c.wrong == nil {
		c.wrong = Invalid("the filter can't be used", why, remedy)
	}
}
