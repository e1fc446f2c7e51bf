// Package audit finds out who did it: it reads a tenant's log of audits by windows of time, and says of each recorded
// change who made it, who may have, or that nobody knows. It never asks for one change, and nothing waits for it.
package audit
