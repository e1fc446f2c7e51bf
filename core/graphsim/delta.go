package graphsim

import (
	"net/http"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// delta is GET /{class}/delta: a first request, or one with a token.
func (c *call) delta(id directory.ClassID) (*wire.Reply, error) {
	cl := c.t.Class(id)
	if err := c.require(cl.Permission...); err != nil {
		return nil, err
	}
	if err := c.allowDelta(); err != nil {
		return nil, err
	}
	defer c.t.Hold()()
	r, err := c.round(id)
	if err != nil {
		return nil, err
	}
	p := &page{t: c.t, class: id, replica: c.t.Replica(id), round: r, hidden: c.grant.Permits("Member.Read.Hidden")}
	if c.query["$deltatoken"] == "latest" {
		p.complete = true
	} else {
		p.walks = c.s.cfg.FilterWalks && r.Filtered && r.Initial
		p.objects, p.links = c.pageLimits(r)
		p.fill()
	}
	return c.deltaReply(p), nil
}

// allowDelta refuses what change tracking doesn't support. $top is one of the options that it ignores silently.
func (c *call) allowDelta() error {
	q := c.query
	for _, name := range []string{"$orderby", "$expand", "$search", "$count", "$skip"} {
		if q.has(name) {
			return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "The query option '%s' is not supported with change tracking.", name)
		}
	}
	if err := q.allow("$select", "$filter", "$top", "$skiptoken", "$deltatoken"); err != nil {
		return err
	}
	switch token := q["$deltatoken"]; {
	case q.has("$skiptoken") && q.has("$deltatoken"):
		return wire.Refuse(http.StatusBadRequest, "Request_BadRequest", "Both skiptoken and deltatoken can't be in the same request.")
	case q.has("$skiptoken") && q.has("$select"):
		return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "The query option '$select' is not supported together with '$skiptoken'.")
	case q.has("$filter") && (q.has("$skiptoken") || token != "" && token != "latest"):
		return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "The query option '$filter' is not supported together with a token.")
	}
	return nil
}

// round is where the request's token stands; without one, the beginning.
func (c *call) round(id directory.ClassID) (*round, error) {
	token := c.query["$deltatoken"] + c.query["$skiptoken"]
	switch {
	case c.query.has("$skiptoken"), token != "" && token != "latest":
		return c.resume(id, token)
	}
	cl := c.t.Class(id)
	want, err := c.selected(cl, true)
	if err != nil {
		return nil, err
	}
	f, err := filterOf(cl, c.query, 50)
	if err != nil {
		return nil, err
	}
	if f.prefix != "" || f.not != nil || f.equal != nil {
		return nil, unsupportedFilter(cl, c.query["$filter"])
	}
	r := &round{Fields: want, Initial: token != "latest", Filtered: f.ids != nil, Log: c.t.Replica(id).End, End: -1}
	for _, objectID := range f.ids {
		if index, ok := c.t.Find(id, objectID); ok && !slices.Contains(r.Only, index) {
			r.Only = append(r.Only, index)
		}
	}
	slices.Sort(r.Only)
	return r, nil
}

// resume opens a token. A nextLink's holds a round under way, a deltaLink's one that is about to begin.
func (c *call) resume(id directory.ClassID, token string) (*round, error) {
	kind := "/next/"
	if c.query.has("$deltatoken") {
		kind = "/delta/"
	}
	r := &round{}
	if err := c.s.sealer.open(c.t.ID()+kind+c.t.Class(id).Name, token, r); err != nil {
		return nil, err
	}
	if how, dead := c.t.Dead(r.Epoch); dead {
		return nil, c.deadToken(how)
	}
	if c.s.cfg.Now().Sub(r.Issued) > c.s.cfg.DeltaLifetime {
		return nil, c.deadToken(wire.SyncStateNotFound)
	}
	if !c.query.has("$select") {
		return r, nil
	}
	want, err := c.selected(c.t.Class(id), true)
	r.Fields = want
	return r, err
}

// pageLimits makes pages uneven, as Graph's are: one of eight is short, and now and then one is empty. The first page
// of a round never is, so a client that has everything needs one request.
func (c *call) pageLimits(r *round) (objects, links int) {
	objects, links = c.s.cfg.PageObjects, c.s.cfg.PageLinks
	if c.s.cfg.EvenPages || r.Page == 0 {
		return objects, links
	}
	dice := directory.Mix(c.t.Seed() ^ uint64(r.Page)<<40 ^ uint64(r.Next)<<20 ^ uint64(r.Log))
	switch empty := uint64(48); {
	case r.Filtered && dice%4 == 0, dice%empty == 0:
		return 0, 0
	case dice%8 == 1:
		return 1 + objects/2 + int(dice>>8)%(objects/2+1)*9/10, 1 + links/2
	}
	return objects, links
}

// minimal tells whether the client asked for changed properties only.
func (c *call) minimal() bool {
	return slices.ContainsFunc(c.r.Header.Values("Prefer"), func(v string) bool { return strings.Contains(v, "return=minimal") })
}

// deltaReply renders a page and its one link, before or after the value.
func (c *call) deltaReply(p *page) *wire.Reply {
	cl := c.t.Class(p.class)
	link := c.deltaLink(p)
	body := make([]byte, 0, 512+len(p.items)*1024)
	body = append(append(body, `{"@odata.context":"`...), c.context(cl, p.round.Fields)...)
	body = append(body, `",`...)
	before := directory.Mix(uint64(p.round.Page)^c.t.Seed())%2 == 0
	if before {
		body = append(append(body, link...), ',')
	}
	body = append(c.deltaItems(append(body, `"value":[`...), p), ']')
	if !before {
		body = append(append(body, ','), link...)
	}
	rep := wire.NewReply(http.StatusOK, append(body, '}'))
	rep.Header.Set("Content-Type", jsonType)
	if c.minimal() {
		rep.Header.Set("Preference-Applied", "return=minimal")
	}
	return rep
}

// deltaLink is the next page's link, or the next round's.
func (c *call) deltaLink(p *page) string {
	path := c.s.hosts.Graph + strings.TrimSuffix(c.r.URL.Path, "/") + "?"
	purpose := c.t.Class(p.class).Name
	next := *p.round
	next.stamp = c.stamp()
	if !p.complete {
		return `"@odata.nextLink":"` + path + "$skiptoken=" + c.s.sealer.seal(c.t.ID()+"/next/"+purpose, next) + `"`
	}
	next = round{stamp: next.stamp, Fields: next.Fields, Filtered: next.Filtered, Only: next.Only, Log: next.Log, End: -1}
	return `"@odata.deltaLink":"` + path + "$deltatoken=" + c.s.sealer.seal(c.t.ID()+"/delta/"+purpose, next) + `"`
}

// deadToken is how a token of an older epoch is refused.
func (c *call) deadToken(kind wire.Kind) *wire.Refusal {
	if r := wire.TokenDeath(kind, c.s.hosts.Graph+c.r.URL.Path); r != nil {
		return r
	}
	return wire.TokenDeath(wire.SyncStateNotFound, "")
}
