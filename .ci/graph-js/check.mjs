// Reads relations of a simulated tenant as AzureHound asks for them, by Microsoft's JavaScript client, and holds the
// ways to ask against each other:
//
//   node check.mjs FILE-THAT-GRAPHSIM-WROTE
import { readFileSync } from 'node:fs'
import { Client, PageIterator } from '@microsoft/microsoft-graph-client'

const said = Object.fromEntries(readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map(line => line.split(/\s+/, 2)))
const graph = said.graph.replace(/\/$/, '')

async function token() {
	const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: said['client-id'], client_secret: said.secret, scope: `${graph}/.default` })
	const answer = await (await fetch(`${said.authority}/${said.tenant}/oauth2/v2.0/token`, { method: 'POST', body })).json()
	if (!answer.access_token) throw new Error(`no token: ${JSON.stringify(answer)}`)
	return answer.access_token
}

const held = await token()
const client = Client.initWithMiddleware({ baseUrl: `${graph}/`, customHosts: new Set([new URL(graph).hostname, new URL(graph).host]), authProvider: { getAccessToken: async () => held } })

// all reads every page of a list by the client's own iterator.
async function all(path) {
	const items = []
	const request = client.api(path)
	await new PageIterator(client, await request.get(), item => { items.push(item); return true }).iterate()
	return items
}

function must(holds, what) {
	if (!holds) throw new Error(what)
}

const ids = list => list.map(item => item.id).sort().join(' ')
const mostExpanded = 20 // exactly so many means perhaps more

// expansions compares what $expand gives of each object with the object's own list.
async function expansions(path, name, without = []) {
	let told = 0
	for (const object of await all(`/${path}?$select=id&$expand=${name}&$top=999`)) {
		const own = await all(`/${path}/${object.id}/${name}?$top=999`)
		const given = object[name].filter(item => !without.includes(item['@odata.type']))
		told += own.length
		if (object[name].length < mostExpanded) must(ids(given) === ids(own), `${path}/${object.id}: $expand gives ${name} ${ids(given)}, its own list ${ids(own)}`)
		else must(own.length >= given.length, `${path}/${object.id}: of ${name} $expand gives more than its own list`)
	}
	must(told > 0, `nobody has ${name}: ${path}`)
	console.log(`${path}: ${told} ${name}`)
}

const principals = ['#microsoft.graph.servicePrincipal'] // which lists of groups' owners leave out
await expansions('groups', 'owners', principals)
await expansions('applications', 'owners')
await expansions('servicePrincipals', 'owners')
await expansions('devices', 'registeredOwners')
await expansions('devices', 'registeredUsers')
await expansions('applications', 'federatedIdentityCredentials')
await expansions('servicePrincipals', 'appRoleAssignedTo')

const assignments = await all('/roleManagement/directory/roleAssignments')
let byRole = 0
for (const role of await all('/roleManagement/directory/roleDefinitions')) {
	for (const row of await all(`/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq '${role.id}'&$expand=principal`)) {
		byRole++
		must(row.roleDefinitionId === role.id, `${row.id} is of the role ${row.roleDefinitionId}, and ${role.id} was asked for`)
		must(row.principal && row.principal.id === row.principalId, `${row.id} is expanded by ${row.principal && row.principal.id}, and is of ${row.principalId}`)
	}
}
must(byRole === assignments.length && byRole > 0, `${byRole} role assignments role by role, ${assignments.length} in all`)
console.log(`${byRole} role assignments`)

// Each role that was given is one of the app's, or default access.
const given = { declared: 0, 'default access': 0 }
for (const app of await all('/servicePrincipals?$select=id,appRoles&$top=999')) {
	const roles = (app.appRoles ?? []).map(role => role.id)
	for (const row of await all(`/servicePrincipals/${app.id}/appRoleAssignedTo?$top=999`)) {
		const none = row.appRoleId === '00000000-0000-0000-0000-000000000000'
		must(row.resourceId === app.id && (none || roles.includes(row.appRoleId)), `${row.id} gives the role ${row.appRoleId}, which ${app.id} does not declare`)
		given[none ? 'default access' : 'declared']++
	}
}
must(given.declared > 0 && given['default access'] > 0, `app roles are ${JSON.stringify(given)}`)

const from = await all('/roleManagement/directory/roleAssignmentScheduleInstances?$expand=activatedUsing($select=id)')
const eligible = new Set((await all('/roleManagement/directory/roleEligibilityScheduleInstances')).map(row => row.id))
for (const row of from) must((row.assignmentType === 'Activated') === Boolean(row.activatedUsing) && (!row.activatedUsing || eligible.has(row.activatedUsing.id)), `${row.id} is ${row.assignmentType}, activated using ${JSON.stringify(row.activatedUsing)}`)
console.log(`${from.filter(row => row.activatedUsing).length} activated of ${from.length} active roles`)
