package main

import (
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"github.com/entraidsync/entraidsync/core/entra"
)

// getters read a user's properties from the SDK's model.
var getters = map[string]func(u models.Userable) any{
	"accountEnabled":                  func(u models.Userable) any { return flag01(u.GetAccountEnabled()) },
	"assignedLicenses":                licenses,
	"businessPhones":                  func(u models.Userable) any { return strings.Join(u.GetBusinessPhones(), ",") },
	"city":                            func(u models.Userable) any { return text(u.GetCity()) },
	"companyName":                     func(u models.Userable) any { return text(u.GetCompanyName()) },
	"country":                         func(u models.Userable) any { return text(u.GetCountry()) },
	"createdDateTime":                 func(u models.Userable) any { return moment(u.GetCreatedDateTime()) },
	"creationType":                    func(u models.Userable) any { return text(u.GetCreationType()) },
	"department":                      func(u models.Userable) any { return text(u.GetDepartment()) },
	"displayName":                     func(u models.Userable) any { return text(u.GetDisplayName()) },
	"employeeId":                      func(u models.Userable) any { return text(u.GetEmployeeId()) },
	"employeeType":                    func(u models.Userable) any { return text(u.GetEmployeeType()) },
	"externalUserState":               func(u models.Userable) any { return text(u.GetExternalUserState()) },
	"givenName":                       func(u models.Userable) any { return text(u.GetGivenName()) },
	"jobTitle":                        func(u models.Userable) any { return text(u.GetJobTitle()) },
	"lastPasswordChangeDateTime":      func(u models.Userable) any { return moment(u.GetLastPasswordChangeDateTime()) },
	"mail":                            func(u models.Userable) any { return text(u.GetMail()) },
	"mailNickname":                    func(u models.Userable) any { return text(u.GetMailNickname()) },
	"mobilePhone":                     func(u models.Userable) any { return text(u.GetMobilePhone()) },
	"officeLocation":                  func(u models.Userable) any { return text(u.GetOfficeLocation()) },
	"onPremisesDistinguishedName":     func(u models.Userable) any { return text(u.GetOnPremisesDistinguishedName()) },
	"onPremisesDomainName":            func(u models.Userable) any { return text(u.GetOnPremisesDomainName()) },
	"onPremisesImmutableId":           func(u models.Userable) any { return text(u.GetOnPremisesImmutableId()) },
	"onPremisesLastSyncDateTime":      func(u models.Userable) any { return moment(u.GetOnPremisesLastSyncDateTime()) },
	"onPremisesSamAccountName":        func(u models.Userable) any { return text(u.GetOnPremisesSamAccountName()) },
	"onPremisesSecurityIdentifier":    func(u models.Userable) any { return text(u.GetOnPremisesSecurityIdentifier()) },
	"onPremisesSyncEnabled":           func(u models.Userable) any { return flag01(u.GetOnPremisesSyncEnabled()) },
	"onPremisesUserPrincipalName":     func(u models.Userable) any { return text(u.GetOnPremisesUserPrincipalName()) },
	"otherMails":                      func(u models.Userable) any { return strings.Join(u.GetOtherMails(), ",") },
	"passwordPolicies":                func(u models.Userable) any { return text(u.GetPasswordPolicies()) },
	"postalCode":                      func(u models.Userable) any { return text(u.GetPostalCode()) },
	"preferredLanguage":               func(u models.Userable) any { return text(u.GetPreferredLanguage()) },
	"proxyAddresses":                  func(u models.Userable) any { return strings.Join(u.GetProxyAddresses(), ",") },
	"state":                           func(u models.Userable) any { return text(u.GetState()) },
	"streetAddress":                   func(u models.Userable) any { return text(u.GetStreetAddress()) },
	"surname":                         func(u models.Userable) any { return text(u.GetSurname()) },
	"usageLocation":                   func(u models.Userable) any { return text(u.GetUsageLocation()) },
	"userPrincipalName":               func(u models.Userable) any { return text(u.GetUserPrincipalName()) },
	"ageGroup":                        func(u models.Userable) any { return text(u.GetAgeGroup()) },
	"employeeHireDate":                func(u models.Userable) any { return moment(u.GetEmployeeHireDate()) },
	"employeeOrgData":                 organization,
	"externalUserStateChangeDateTime": func(u models.Userable) any { return moment(u.GetExternalUserStateChangeDateTime()) },
	"identities":                      identities,
	"identityParentId":                func(u models.Userable) any { return u.GetAdditionalData()["identityParentId"] }, // the SDK's model has no getter of it
	"isManagementRestricted":          func(u models.Userable) any { return flag01(u.GetIsManagementRestricted()) },
	"onPremisesExtensionAttributes":   extensions,
	"preferredDataLocation":           func(u models.Userable) any { return text(u.GetPreferredDataLocation()) },
	"securityIdentifier":              func(u models.Userable) any { return text(u.GetSecurityIdentifier()) },
	"showInAddressList":               func(u models.Userable) any { return flag01(u.GetShowInAddressList()) },
	"signInSessionsValidFromDateTime": func(u models.Userable) any { return moment(u.GetSignInSessionsValidFromDateTime()) },
	"userType":                        func(u models.Userable) any { return text(u.GetUserType()) },
}

// columnNames are the properties that are stored: those that entrasyncctl asks for.
func columnNames() []string {
	class, _ := entra.ClassNamed("users")
	return class.Select
}

func row(u models.Userable) []any {
	values := []any{text(u.GetId())}
	for _, name := range columnNames() {
		values = append(values, getters[name](u))
	}
	return values
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func flag01(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
}

func moment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.Format(time.RFC3339)
}

func licenses(u models.Userable) any {
	var ids []string
	for _, l := range u.GetAssignedLicenses() {
		if id := l.GetSkuId(); id != nil {
			ids = append(ids, id.String())
		}
	}
	return strings.Join(ids, ",")
}

func organization(u models.Userable) any {
	o := u.GetEmployeeOrgData()
	if o == nil {
		return ""
	}
	return text(o.GetCostCenter()) + "," + text(o.GetDivision())
}

func identities(u models.Userable) any {
	var all []string
	for _, i := range u.GetIdentities() {
		all = append(all, text(i.GetSignInType())+" "+text(i.GetIssuer())+" "+text(i.GetIssuerAssignedId()))
	}
	return strings.Join(all, ",")
}

func extensions(u models.Userable) any {
	e := u.GetOnPremisesExtensionAttributes()
	if e == nil {
		return ""
	}
	return strings.Join([]string{text(e.GetExtensionAttribute1()), text(e.GetExtensionAttribute2()), text(e.GetExtensionAttribute3()),
		text(e.GetExtensionAttribute4()), text(e.GetExtensionAttribute5())}, ",")
}
