// Package tell says in one line what a change did: "Anna Berg joined Finance Admins", "Job title
// of Anna Berg: Clerk → Manager". Window and webhooks say it so, and nothing else words a change.
package tell
