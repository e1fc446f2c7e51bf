<#
.SYNOPSIS
Creates the app registration that Entra ID Sync signs in with, holding exactly
the permissions that read the chosen object classes.
.DESCRIPTION
Needs the module Microsoft.Graph.Applications. In another cloud, run
Connect-MgGraph -Environment yourself before this script.
.PARAMETER Name
What the app registration is called.
.PARAMETER Classes
The object classes to be read, by their names in docs/permissions.md: users, groups and devices unless told.
.PARAMETER HiddenMembers
Adds Member.Read.Hidden, for groups with hidden membership.
.PARAMETER Consent
Grants admin consent at once.
.EXAMPLE
./create-app.ps1 -Classes users,groups,devices -Consent
#>
#Requires -Modules Microsoft.Graph.Applications
[CmdletBinding()]
param(
    [string] $Name = 'Entra ID Sync',
    [string[]] $Classes = @('users', 'groups', 'devices'),
    [switch] $HiddenMembers,
    [switch] $Consent
)
$ErrorActionPreference = 'Stop'

$permissionOf = @{
    'users'                        = 'User.Read.All'
    'groups'                       = 'GroupMember.Read.All'
    'devices'                      = 'Device.Read.All'
    'applications'                 = 'Application.Read.All'
    'servicePrincipals'            = 'Application.Read.All'
    'administrativeUnits'          = 'AdministrativeUnit.Read.All'
    'directoryRoles'               = 'RoleManagement.Read.Directory'
    'orgContacts'                  = 'OrgContact.Read.All'
    'oauth2PermissionGrants'       = 'Directory.Read.All'
    'appRoleAssignments'           = 'Application.Read.All'
    'federatedIdentityCredentials' = 'Application.Read.All'
    'organization'                 = 'Organization.Read.All'
    'subscribedSkus'               = 'LicenseAssignment.Read.All'
    'domains'                      = 'Domain.Read.All'
    'roleAssignments'              = 'RoleManagement.Read.Directory'
    'roleDefinitions'              = 'RoleManagement.Read.Directory'
    'roleEligibilitySchedules'     = 'RoleEligibilitySchedule.Read.Directory'
    'roleAssignmentSchedules'      = 'RoleAssignmentSchedule.Read.Directory'
    'riskyUsers'                   = 'IdentityRiskyUser.Read.All'
    'riskyServicePrincipals'       = 'IdentityRiskyServicePrincipal.Read.All'
    'conditionalAccessPolicies'    = 'Policy.Read.All'
    'namedLocations'               = 'Policy.Read.All'
    'crossTenantAccessDefault'     = 'Policy.Read.All'
    'crossTenantAccessPartners'    = 'Policy.Read.All'
    'authorizationPolicy'          = 'Policy.Read.All'
    'groupSettings'                = 'GroupSettings.Read.All'
    'groupLifecyclePolicies'       = 'Directory.Read.All'
    'authenticationMethodsPolicy'  = 'Policy.Read.AuthenticationMethod'
    'signInActivity'               = 'AuditLog.Read.All'
    'userRegistrationDetails'      = 'AuditLog.Read.All'
    'licenseAssignmentStates'      = 'User.Read.All'
    'userSecurityAttributes'       = 'CustomSecAttributeAssignment.Read.All'
    'appSecurityAttributes'        = 'CustomSecAttributeAssignment.Read.All'
    'directoryAudits'              = 'AuditLog.Read.All'
}

$permissions = foreach ($class in $Classes) {
    if (-not $permissionOf.ContainsKey($class)) { throw "There is no object class $class; see: entrasyncctl class list" }
    $permissionOf[$class]
}
if ($HiddenMembers) { $permissions = @($permissions) + 'Member.Read.Hidden' }
$permissions = @($permissions | Select-Object -Unique)

$scopes = @('Application.ReadWrite.All')
if ($Consent) { $scopes += 'AppRoleAssignment.ReadWrite.All' }
$context = Get-MgContext
if (-not $context) {
    Connect-MgGraph -Scopes $scopes -NoWelcome
}
elseif ($scopes | Where-Object { $context.Scopes -notcontains $_ }) {
    Connect-MgGraph -Environment $context.Environment -Scopes $scopes -NoWelcome
}

# Every permission is looked up before anything is created.
$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"
$roles = @(foreach ($value in $permissions) {
    $role = $graph.AppRoles | Where-Object { $_.Value -eq $value -and $_.AllowedMemberTypes -contains 'Application' }
    if (-not $role) { throw "This cloud's Microsoft Graph has no permission $value" }
    $role
})

$access = @{
    ResourceAppId  = $graph.AppId
    ResourceAccess = @($roles | ForEach-Object { @{ Id = $_.Id; Type = 'Role' } })
}
$app = New-MgApplication -DisplayName $Name -SignInAudience 'AzureADMyOrg' -RequiredResourceAccess @($access)
foreach ($try in 1..6) { # the new registration is not known everywhere at once
    try { $principal = New-MgServicePrincipal -AppId $app.AppId; break }
    catch { if ($try -eq 6) { throw }; Start-Sleep -Seconds 5 }
}
if ($Consent) {
    foreach ($role in $roles) {
        New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -PrincipalId $principal.Id -ResourceId $graph.Id -AppRoleId $role.Id | Out-Null
    }
}

"client id: $($app.AppId)"
"permissions: $($permissions -join ' ')"
if (-not $Consent) { 'next: let an admin grant consent under API permissions of the app registration' }
