package syncer

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
)

// expiryWarning is how long before its end a credential is spoken of.
const expiryWarning = 30 * 24 * time.Hour

// Diagnosis is what Test Connection found out. Its notes are sentences beside
// the result: none of them keeps the connection from working.
type Diagnosis struct {
	entra.Connection
	Notes []string
}

// Test is [Engine.Diagnose] without the notes.
func (e *Engine) Test(ctx context.Context, t entra.Tenant) entra.Connection {
	return e.Diagnose(ctx, t).Connection
}

// Diagnose tests the settings as given, stored or not: sign-in first, then one
// cheap GET for each of the tenant's classes. Somebody waits for it, so that a
// browser may be opened to sign in.
func (e *Engine) Diagnose(ctx context.Context, t entra.Tenant) Diagnosis {
	d := Diagnosis{Connection: entra.Connection{Permissions: []entra.Permission{}}, Notes: []string{}}
	if err := e.diagnose(graph.Attended(ctx), t, &d); err != nil {
		d.Error = entra.TroubleOf(err)
	}
	return d
}

func (e *Engine) diagnose(ctx context.Context, t entra.Tenant, d *Diagnosis) (err error) {
	if t.Name, err = entra.TenantName(t.Name); err != nil {
		return err
	}
	cloud, err := e.Store.Cloud(ctx, t.Cloud)
	if err != nil {
		return err
	}
	p, err := e.Store.Profile(ctx, t.Profile)
	if err != nil {
		return err
	}
	id, err := graph.Discover(ctx, cloud, t.Name, e.Proxy)
	if err != nil {
		return err
	}
	if t.TenantID != "" && t.TenantID != id.TenantID {
		return mismatch(t, id.TenantID)
	}
	t.TenantID, d.TenantID = id.TenantID, id.TenantID
	c, err := e.firstThatWorks(ctx, t, p, cloud)
	if err != nil {
		return err
	}
	c.made = made(t, p, cloud)
	defer func() { e.release(t.Key, c, d.OK) }()
	d.Credential, d.DisplayName = c.credential.Index, t.Name
	if org, name, err := c.client.Organization(ctx); err == nil {
		if !strings.EqualFold(org, t.TenantID) {
			return mismatch(t, org)
		}
		if name != "" {
			d.DisplayName = name
		}
	}
	d.OK = true
	err = e.probe(ctx, t, c.client, d)
	d.remark(ctx, c, cloud)
	return err
}

// release ends a connection that was tested. One that works and took a person
// is kept, so that the loop can go on with it, unless the tenant has one already.
func (e *Engine) release(tenant int64, c *connection, works bool) {
	person := c.credential.Kind == entra.DeviceCode || c.credential.Kind == entra.InteractiveBrowser
	e.mu.Lock()
	defer e.mu.Unlock()
	if works && person && tenant != 0 && e.connections[tenant] == nil {
		e.connections[tenant] = c
		return
	}
	c.client.Close()
}

// probe asks for each class whether it may be read. Only trouble that is not
// about one class ends it.
func (e *Engine) probe(ctx context.Context, t entra.Tenant, client *graph.Client, d *Diagnosis) error {
	names := t.Classes
	if len(names) == 0 {
		names = entra.DefaultClasses()
	}
	for _, name := range names {
		class, ok := entra.ClassNamed(name)
		if !ok {
			continue
		}
		p := entra.Permission{Class: class.Name, Permission: class.Permission, Granted: true}
		if err := client.Probe(ctx, class); err != nil {
			if ctx.Err() != nil {
				return stopped(ctx)
			}
			p.Granted, p.Reason = false, refusal(ctx, client, class, entra.AsError(err))
		}
		d.Permissions = append(d.Permissions, p)
	}
	return nil
}

// refusal words why a class may not be read. What the token says of itself only
// chooses the words: tokens may be opaque.
func refusal(ctx context.Context, client *graph.Client, class entra.Class, told *entra.Error) string {
	remedy := told.Remedy
	if g, readable := client.Grant(ctx); told.Code == entra.CodePermission && readable {
		switch {
		case !slices.Contains(g.Permissions, class.Permission):
			remedy = "request " + class.Permission + " in the app registration if it is not there, and let an admin consent to it"
		case g.Person:
			remedy = "the token holds it, so the person who signed in lacks a role that may read " + class.Label
		default:
			remedy = "the token holds it, so try again in some minutes: a new consent takes time"
		}
	}
	return strings.TrimSpace(told.Why + "; " + remedy)
}

// remark notes what an admin should know of a connection that works.
func (d *Diagnosis) remark(ctx context.Context, c *connection, cloud entra.Cloud) {
	d.Notes = append(d.Notes, c.failed...)
	if end := c.credential.Expires; !end.IsZero() && time.Until(end) < expiryWarning {
		d.note("credential %d expires on %s: add its successor to the profile before that", c.credential.Index, end.UTC().Format(time.DateOnly))
	}
	if g, readable := c.client.Grant(ctx); readable {
		d.judge(g)
	}
	if slices.ContainsFunc(d.Permissions, func(p entra.Permission) bool { return !p.Granted }) && c.credential.ClientID != "" {
		d.note("an admin consents to what the app requests at %s/%s/adminconsent?client_id=%s", cloud.Authority, d.TenantID, url.QueryEscape(c.credential.ClientID))
	}
}

// judge notes permissions that the app has in vain, and the one whose lack
// shows nowhere else.
func (d *Diagnosis) judge(g graph.Grant) {
	if writing := slices.DeleteFunc(slices.Clone(g.Permissions), readOnly); len(writing) > 0 {
		d.note("the app may do more than read, which is never needed here: take %s from it", strings.Join(writing, ", "))
	}
	groups := slices.ContainsFunc(d.Permissions, func(p entra.Permission) bool { return p.Class == "groups" && p.Granted })
	if groups && !slices.Contains(g.Permissions, hiddenMembers) {
		d.note("the members of groups with hidden membership can't be read without %s", hiddenMembers)
	}
}

const hiddenMembers = "Member.Read.Hidden"

// readOnly tells whether a permission of Microsoft Graph, such as User.Read.All,
// only reads. Those without a dot are about the sign-in itself (openid).
func readOnly(permission string) bool {
	parts := strings.Split(permission, ".")
	return len(parts) == 1 || slices.ContainsFunc(parts[1:], func(part string) bool { return part == "Read" || part == "ReadBasic" })
}

func (d *Diagnosis) note(format string, args ...any) {
	d.Notes = append(d.Notes, fmt.Sprintf(format, args...))
}
