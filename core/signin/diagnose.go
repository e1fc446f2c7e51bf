package signin

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
)

// expiryWarning is how long before its end a credential is spoken of.
const expiryWarning = 30 * 24 * time.Hour

// Diagnosis is what Test Connection found out. Its notes are sentences beside
// the result: none of them keeps the connection from working.
type Diagnosis struct {
	entra.Connection
	Notes []say.Sentence
	Taken []string // classes that the tenant syncs from now on, because it may read them and nobody has chosen
}

// Diagnose tests the settings as given, stored or not: sign-in first, then one
// cheap GET for each of the tenant's classes.
func (cs *Connections) Diagnose(ctx context.Context, t entra.Tenant) Diagnosis {
	d := Diagnosis{Connection: entra.Connection{Permissions: []entra.Permission{}}, Notes: []say.Sentence{}}
	if err := cs.diagnose(ctx, t, &d); err != nil {
		d.Error = entra.TroubleOf(err)
	}
	return d
}

func (cs *Connections) diagnose(ctx context.Context, t entra.Tenant, d *Diagnosis) (err error) {
	if t.Name, err = entra.TenantName(t.Name); err != nil {
		return err
	}
	cloud, err := cs.Store.Cloud(ctx, t.Cloud)
	if err != nil {
		return err
	}
	p, err := cs.Store.Profile(ctx, t.Profile)
	if err != nil {
		return err
	}
	id, err := graph.Locate(ctx, cloud, t.Name, cs.Proxy)
	if err != nil {
		return addAnew(t, id, err)
	}
	if t.TenantID != "" && t.TenantID != id.TenantID {
		return mismatch(t, id.TenantID)
	}
	t.TenantID, d.TenantID = id.TenantID, id.TenantID
	c, err := cs.firstThatWorks(ctx, t, p, cloud)
	if err != nil {
		return err
	}
	if err := cs.hold(ctx, t.Key, c.client); err != nil {
		c.client.Close()
		return err
	}
	c.made = made(t, p, cloud)
	defer func() { cs.release(t.Key, c, d.OK) }()
	d.Credential, d.DisplayName = c.credential.Index, t.Name
	if org, name, err := c.client.Organization(ctx); err == nil && org != "" {
		if !strings.EqualFold(org, t.TenantID) {
			return mismatch(t, org)
		}
		if name != "" {
			d.DisplayName = name
		}
	}
	d.OK = true
	if asked(ctx) { // tenants may have waited for who has just signed in
		cs.renewed(ctx, c, sought{t, p, cloud})
	}
	err = cs.probe(ctx, t, c.client, d)
	d.remark(ctx, c, cloud)
	return err
}

// addAnew completes the remedy where a stored tenant lives in another cloud: its
// cloud can't be changed.
func addAnew(t entra.Tenant, found graph.OpenID, err error) error {
	if t.Key == 0 || found.TenantID == "" || entra.CodeOf(err) != entra.CodeTenantUnknown {
		return err
	}
	e := *entra.AsError(err)
	e.Remedy = say.With("remove the tenant and add it again: %s", e.Remedy)
	return &e
}

// release ends a connection that was tested. One that works and took a person
// is kept, so that the loop can go on with it, unless the tenant has one already.
func (cs *Connections) release(tenant int64, c *connection, works bool) {
	person := c.credential.Kind == entra.DeviceCode || c.credential.Kind == entra.InteractiveBrowser
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if works && person && tenant != 0 && cs.kept[tenant] == nil {
		cs.kept[tenant] = c
		return
	}
	c.client.Close()
}

// probes is how many classes are asked for side by side: somebody waits for the answers.
const probes = 6

// probe asks for each class whether it may be read. Only trouble that is not
// about one class ends it.
func (cs *Connections) probe(ctx context.Context, t entra.Tenant, client *graph.Client, d *Diagnosis) error {
	if len(t.Classes) == 0 {
		t.Classes = entra.DefaultClasses()
	}
	ask := inquiry{client, sync.OnceValues(func() ([]string, bool) { return client.Requested(ctx) })}
	var found []entra.Permission
	for _, class := range entra.Classes() {
		if slices.Contains(t.Classes, class.Name) {
			found = append(found, entra.Permission{Class: class.Name, Permission: class.Permission, Granted: true})
		}
	}
	for _, class := range t.Candidates() {
		found = append(found, entra.Permission{Class: class.Name, Permission: class.Permission, Granted: true, Unchosen: true})
	}
	var asking errgroup.Group
	asking.SetLimit(probes)
	for i := range found {
		asking.Go(func() error {
			return entra.Survive(func() error {
				p := &found[i]
				class, _ := entra.ClassNamed(p.Class)
				if err := probe(ctx, client, class); err != nil {
					p.Granted, p.Code, p.Reason = false, entra.CodeOf(err), ask.reason(ctx, class, entra.AsError(err))
				}
				return nil
			}, cs.panicked(t))
		})
	}
	err := asking.Wait()
	if ctx.Err() != nil {
		return entra.Stopped(ctx)
	}
	d.Permissions = append(d.Permissions, found...)
	return err
}

// patience is how long a test waits for what may be read of one class: somebody
// sits before it, and a broken answer is else asked for again for minutes.
const patience = 20 * time.Second

// probe asks whether a class may be read, and says what was wrong where the time is up.
func probe(ctx context.Context, client *graph.Client, class entra.Class) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := client.Probe(ctx, class)
	if why := client.Trouble(class); entra.CodeOf(err) == entra.CodeTimeout && why != "" {
		e := *entra.AsError(err)
		e.Why = why
		return &e
	}
	return err
}

// inquiry finds out why classes may not be read. What the token and the app's
// registration say only chooses the words: tokens may be opaque.
type inquiry struct {
	client    *graph.Client
	requested func() (permissions []string, known bool) // asked for once, and only where something is missing
}

// reason words why a class may not be read, and what to do.
func (q inquiry) reason(ctx context.Context, class entra.Class, told *entra.Error) say.Sentence {
	why, remedy := told.Why, told.Remedy
	if g, readable := q.client.Grant(ctx); told.Code == entra.CodePermission && readable && !slices.Contains(g.Permissions, class.Permission) {
		remedy = q.remedy(g, class)
	}
	return say.Join("; ", why, remedy)
}

// remedy is what helps who lacks the class's permission.
func (q inquiry) remedy(g graph.Grant, class entra.Class) say.Sentence {
	if g.Person {
		return say.With("request the delegated permission %s in the app registration if it is not there, and let an admin consent to it", class.Permission)
	}
	switch requested, known := q.requested(); {
	case !known:
		return say.With("request %s in the app registration if it is not there, and let an admin consent to it", class.Permission)
	case slices.Contains(requested, class.Permission):
		return "the app registration requests it: let an admin consent to it"
	}
	return say.With("the app registration does not request it: add %s to its application permissions, and let an admin consent to it", class.Permission)
}

// remark notes what an admin should know of a connection that works.
func (d *Diagnosis) remark(ctx context.Context, c *connection, cloud entra.Cloud) {
	d.Notes = append(d.Notes, c.failed...)
	if end := c.credential.Expires; !end.IsZero() && time.Until(end) < expiryWarning {
		d.Notes = append(d.Notes, say.With("credential %d expires on %s: add its successor to the profile before that", c.credential.Index, end.UTC().Format(time.DateOnly)))
	}
	if g, readable := c.client.Grant(ctx); readable {
		d.judge(g)
	}
	if slices.ContainsFunc(d.Permissions, func(p entra.Permission) bool { return p.Code == entra.CodePermission && !p.Unchosen }) && c.credential.ClientID != "" {
		d.Notes = append(d.Notes, say.With("an admin consents to what the app requests at %s", graph.ConsentURL(cloud, d.TenantID, c.credential.ClientID)))
	}
}

// judge notes permissions that the app has in vain, and the one whose lack
// shows nowhere else.
func (d *Diagnosis) judge(g graph.Grant) {
	if writing := slices.DeleteFunc(slices.Clone(g.Permissions), readOnly); len(writing) > 0 {
		d.Notes = append(d.Notes, say.With("the app may do more than read, which is never needed here: take %s from it", strings.Join(writing, ", ")))
	}
	groups := slices.ContainsFunc(d.Permissions, func(p entra.Permission) bool { return p.Class == "groups" && p.Granted })
	if groups && !slices.Contains(g.Permissions, hiddenMembers) {
		d.Notes = append(d.Notes, say.With("the members of groups with hidden membership can't be read without %s: add it to the app, or leave them out", hiddenMembers))
	}
}

const hiddenMembers = "Member.Read.Hidden"

// readOnly tells whether a permission of Microsoft Graph, such as User.Read.All,
// only reads. Those without a dot are about the sign-in itself (openid).
func readOnly(permission string) bool {
	parts := strings.Split(permission, ".")
	return len(parts) == 1 || slices.ContainsFunc(parts[1:], func(part string) bool { return part == "Read" || part == "ReadBasic" })
}
