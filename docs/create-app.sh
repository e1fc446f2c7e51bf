#!/bin/sh
# Creates the app registration that Entra ID Sync signs in with, holding exactly
# the permissions that read the chosen object classes. Needs the Azure CLI,
# signed in (az login) as somebody who may register apps.
#
#   docs/create-app.sh [--name NAME] [--classes users,groups,devices] [--hidden-members] [--consent]
#
# --classes names what is to be read, users, groups and devices unless told;
# --hidden-members adds Member.Read.Hidden, for groups with hidden membership;
# --consent grants admin consent at once. In another cloud: az cloud set first.
set -eu

graph=00000003-0000-0000-c000-000000000000 # Microsoft Graph, in every cloud
name="Entra ID Sync"
classes=users,groups,devices
hidden=no
consent=no

usage() { # the lines above, and the classes with their permissions
  sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"
  echo
  echo "object classes, and the permission of each:"
  sed -n 's/^    \([A-Za-z0-9]*\)) echo \([A-Za-z.]*\) ;;$/  \1 \2/p' "$0"
}

permission() {
  case $1 in
    users) echo User.Read.All ;;
    groups) echo GroupMember.Read.All ;;
    devices) echo Device.Read.All ;;
    applications) echo Application.Read.All ;;
    servicePrincipals) echo Application.Read.All ;;
    administrativeUnits) echo AdministrativeUnit.Read.All ;;
    directoryRoles) echo RoleManagement.Read.Directory ;;
    orgContacts) echo OrgContact.Read.All ;;
    oauth2PermissionGrants) echo Directory.Read.All ;;
    appRoleAssignments) echo Application.Read.All ;;
    federatedIdentityCredentials) echo Application.Read.All ;;
    organization) echo Organization.Read.All ;;
    subscribedSkus) echo LicenseAssignment.Read.All ;;
    domains) echo Domain.Read.All ;;
    roleAssignments) echo RoleManagement.Read.Directory ;;
    roleDefinitions) echo RoleManagement.Read.Directory ;;
    roleEligibilitySchedules) echo RoleEligibilitySchedule.Read.Directory ;;
    roleAssignmentSchedules) echo RoleAssignmentSchedule.Read.Directory ;;
    riskyUsers) echo IdentityRiskyUser.Read.All ;;
    riskyServicePrincipals) echo IdentityRiskyServicePrincipal.Read.All ;;
    conditionalAccessPolicies) echo Policy.Read.All ;;
    namedLocations) echo Policy.Read.All ;;
    crossTenantAccessDefault) echo Policy.Read.All ;;
    crossTenantAccessPartners) echo Policy.Read.All ;;
    authorizationPolicy) echo Policy.Read.All ;;
    groupSettings) echo GroupSettings.Read.All ;;
    groupLifecyclePolicies) echo Directory.Read.All ;;
    authenticationMethodsPolicy) echo Policy.Read.AuthenticationMethod ;;
    signInActivity) echo AuditLog.Read.All ;;
    userRegistrationDetails) echo AuditLog.Read.All ;;
    licenseAssignmentStates) echo User.Read.All ;;
    userSecurityAttributes) echo CustomSecAttributeAssignment.Read.All ;;
    appSecurityAttributes) echo CustomSecAttributeAssignment.Read.All ;;
    directoryAudits) echo AuditLog.Read.All ;;
    *) echo "there is no object class $1; see: entrasyncctl class list" >&2; return 1 ;;
  esac
}

while [ $# -gt 0 ]; do
  case $1 in
    --name) name=$2; shift ;;
    --classes) classes=$2; shift ;;
    --hidden-members) hidden=yes ;;
    --consent) consent=yes ;;
    -h | --help) usage; exit 0 ;;
    *) echo "unknown argument $1; see --help" >&2; exit 2 ;;
  esac
  shift
done

permissions=""
for class in $(echo "$classes" | tr ',' ' '); do
  found=$(permission "$class") || exit 2
  case " $permissions " in *" $found "*) ;; *) permissions="$permissions $found" ;; esac
done
[ "$hidden" = no ] || permissions="$permissions Member.Read.Hidden"

# Every permission is looked up before anything is created.
roles=""
for value in $permissions; do
  id=$(az ad sp show --id "$graph" --query "appRoles[?value=='$value'].id | [0]" --output tsv)
  [ -n "$id" ] || { echo "this cloud's Microsoft Graph has no permission $value" >&2; exit 1; }
  roles="$roles $id=Role"
done

app=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv)
az ad sp create --id "$app" --output none
# shellcheck disable=SC2086 # one argument a permission
az ad app permission add --id "$app" --api "$graph" --api-permissions $roles --output none
if [ "$consent" = yes ]; then
  az ad app permission admin-consent --id "$app" --output none
fi

echo "client id: $app"
echo "permissions:$permissions"
[ "$consent" = yes ] || echo "next: let an admin grant consent (az ad app permission admin-consent --id $app)"
