// Package graph talks to Microsoft Graph for one tenant: from a credential to
// a token, from a token to delta and list pages, and from every trouble on the
// way to an [entra.Error] with a remedy.
//
// It only reads. Nothing but GET leaves it towards Graph, only over https and
// only to the Graph host of the tenant's own cloud, whatever a link, a Location
// or a redirect says. Retrying, throttling and re-authenticating are one policy
// in one place ([Client.fetch]), for typed SDK calls and bulk pages alike.
package graph
