// Package tenant has the table of all tenants and the page of one, whose parts
// are tabs.
package tenant
