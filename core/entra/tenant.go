package entra

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/say"
)

// Intervals between two syncs of a tenant.
const (
	DefaultInterval = 5 * time.Minute
	MinInterval     = time.Minute
	MaxInterval     = 24 * time.Hour
	// PollInterval is how often most classes without delta query are read again, see [Class.Interval].
	PollInterval = time.Hour
)

// What the loss guard lets pass of deletions by absence, unless a tenant says else.
const (
	DefaultHoldOver  = 500
	DefaultHoldShare = 10
)

// Tenant is one Entra ID tenant with its sync policy.
type Tenant struct {
	Key         int64  // local; 0: not stored yet
	Name        string // the domain (or tenant id) under which it was added
	TenantID    string // GUID; "" until its OpenID document has been read
	DisplayName string // from organization; "" until known
	Cloud       string
	Profile     string // credential profile, by name
	Enabled     bool
	Interval    time.Duration
	Classes     []string            // object classes to sync, in class table order
	Filters     map[string]string   // class → expression of what to leave out
	Properties  map[string][]string // class → properties beyond the class table's
	FullScan    bool                // some class will run a full scan next
	HoldOver    int                 // the loss guard holds more deletions by absence than that,
	HoldShare   int                 // where they are more than so many percent of what is held, too
	Unchosen    bool                // nobody has chosen its classes: it takes what it may read, see [Tenant.Candidates]
	NextRun     time.Time           // zero: at once

	LastSyncStart  time.Time // zero: never synced
	LastSyncStatus Status    // "": never synced
}

// Named tells whether a tenant is meant by its domain or its id, without regard to
// case.
func (t Tenant) Named(name string) bool {
	name = strings.ToLower(strings.TrimSpace(name))
	return name != "" && (name == t.Name || name == t.TenantID)
}

// Label is the name for people: the organization's where it is known.
func (t Tenant) Label() string {
	if t.DisplayName != "" {
		return t.DisplayName
	}
	return t.Name
}

// Among is the name for people among others: with the domain, where another one of the same
// organization's name is there, as a company's test tenant often has.
func (t Tenant) Among(all []Tenant) string {
	same := func(o Tenant) bool { return o.Key != t.Key && strings.EqualFold(o.Label(), t.Label()) }
	if t.Label() == t.Name || !slices.ContainsFunc(all, same) {
		return t.Label()
	}
	return t.Label() + " (" + t.Name + ")"
}

// Candidates are the classes that a tenant takes once it may read them, because nobody
// has chosen: all that are not synced yet, but for those that tell of people's sign-ins.
func (t Tenant) Candidates() (candidates []Class) {
	if !t.Unchosen {
		return nil
	}
	for _, c := range classes {
		if !c.Optional && !slices.Contains(t.Classes, c.Name) {
			candidates = append(candidates, c)
		}
	}
	return candidates
}

var (
	guid   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	domain = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)
)

// IsGUID tells whether s is a GUID in its plain lower-case form.
func IsGUID(s string) bool { return guid.MatchString(s) }

// ObjectClasses are those of the tenant's classes that have objects: all but [Audits].
func (t Tenant) ObjectClasses() []string {
	return slices.DeleteFunc(slices.Clone(t.Classes), func(name string) bool { return name == Audits.Name })
}

// Audited tells whether who did what is read of the tenant.
func (t Tenant) Audited() bool { return slices.Contains(t.Classes, Audits.Name) }

// TenantName tidies what somebody typed as a tenant: a domain or a tenant id.
func TenantName(typed string) (string, error) {
	s := strings.ToLower(strings.TrimSpace(typed))
	if len(s) > 2 && s[0] == '{' && s[len(s)-1] == '}' {
		s = s[1 : len(s)-1]
	}
	const remedy = "give a domain such as contoso.onmicrosoft.com, or the tenant id"
	switch {
	case s == "":
		return "", Invalid("the tenant can't be used", "it is empty", remedy)
	case strings.Contains(s, "://"):
		return "", Invalid("the tenant can't be used", "it is a URL", remedy)
	case len(s) > 253:
		return "", Invalid("the tenant can't be used", "it is longer than a domain may be", remedy)
	case !guid.MatchString(s) && !domain.MatchString(s):
		return "", Invalid("the tenant can't be used", "it is neither a domain nor a tenant id", remedy)
	}
	return s, nil
}

// CheckHold refuses limits of the loss guard that mean nothing.
func CheckHold(over, share *int) error {
	if over != nil && *over < 0 {
		return Invalid("the number of deletions can't be used", "it is negative", "give 0 or more")
	}
	if share != nil && (*share < 0 || *share > 100) {
		return Invalid("the share of deletions can't be used", "it is not between 0 and 100 percent", "give a percentage")
	}
	return nil
}

// CheckInterval refuses intervals outside [MinInterval, MaxInterval].
func CheckInterval(d time.Duration) error {
	if d < MinInterval || d > MaxInterval {
		return Invalid("the interval can't be used", say.With("%s is not between 1 minute and 24 hours", d), "choose one in between")
	}
	return nil
}
