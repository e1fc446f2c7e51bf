// Package directory is the tab Directory of a tenant's page: the objects of the
// copy, class by class.
package directory
