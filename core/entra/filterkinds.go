package entra

import (
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/entraidsync/entraidsync/core/say"
)

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
