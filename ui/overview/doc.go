// Package overview is the page Integrations: all tenants at a glance, failing
// ones first, what they hold and what changes in them.
package overview
