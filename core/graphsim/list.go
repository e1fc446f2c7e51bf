package graphsim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// listPosition is where the next page of a list begins.
type listPosition struct {
	stamp
	Next int
}

// list is GET /{class}: what is live when each page is made, in no particular order.
func (c *call) list(id directory.ClassID) (*wire.Reply, error) {
	cl := c.t.Class(id)
	if err := c.require(cl.Permission...); err != nil {
		return nil, err
	}
	if err := c.query.allow(listOptions(id)...); err != nil {
		return nil, err
	}
	top, err := c.query.top()
	if err != nil {
		return nil, err
	}
	signIns, err := c.signIns(id, top)
	if err != nil {
		return nil, err
	}
	want, err := c.selected(cl, false)
	if err != nil {
		return nil, err
	}
	expand, err := c.expansion(id)
	if err != nil {
		return nil, err
	}
	f, err := filterOf(cl, c.query, 15)
	if err != nil {
		return nil, err
	}
	if f.not != nil && !c.advanced() {
		return nil, needsAdvanced("not")
	}
	by, err := c.order(id)
	if err != nil {
		return nil, err
	}
	at, err := c.listPosition(cl.Name)
	if err != nil {
		return nil, err
	}
	want = want.Properties()
	defer c.t.Hold()()
	body := c.beginList(c.context(cl, want), func() int { return c.countRows(id, f) })
	rows, next := c.listRows(id, f, listed{want, expand, signIns, by}, slice{at.Next, min(top, c.s.cfg.ListObjects)})
	return c.endList(append(body, rows...), cl.Name, next), nil
}

// listOptions are what a class's list can be asked with. Directory roles don't page.
func listOptions(id directory.ClassID) []string {
	options := []string{"$select", "$filter", "$expand", "$count", "$orderby"}
	if id != directory.DirectoryRoles {
		options = append(options, "$top", "$skiptoken")
	}
	return options
}

// listed is what a list tells of an object.
type listed struct {
	properties directory.Fields
	expand     *expansion
	signIns    bool
	by         order
}

// order is how a list is sorted.
type order struct {
	property string // "": not at all
	down     bool
}

// sortable are the properties that a class's list is sorted by. That of users is without more; of others it takes an
// advanced query, as does a filter beside it.
var sortable = [directory.ClassCount][]string{
	directory.Users: {"displayName", "userPrincipalName"}, directory.Groups: {"displayName"}, directory.Devices: {"displayName"},
	directory.Applications: {"displayName"}, directory.ServicePrincipals: {"displayName"}, directory.Contacts: {"displayName"},
}

// order reads $orderby.
func (c *call) order(id directory.ClassID) (order, error) {
	text, ok := c.query["$orderby"]
	if !ok {
		return order{}, nil
	}
	words := strings.Fields(text)
	by := order{down: len(words) == 2 && strings.EqualFold(words[1], "desc")}
	plain := id == directory.Users && !c.query.has("$filter")
	if len(words) == 0 || len(words) > 2 || !slices.Contains(sortable[id], words[0]) || len(words) == 2 && !by.down && !strings.EqualFold(words[1], "asc") || !plain && !c.advanced() {
		return by, wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Sorting not supported for current query.")
	}
	by.property = words[0]
	return by, nil
}

// sorted is the sequence of a list's candidates in an order. The caller holds the tenant.
func (c *call) sorted(id directory.ClassID, by order, candidate func(int) (int, int)) func(at int) (index, place int) {
	type row struct {
		index int
		name  string
	}
	var rows []row
	var v directory.View
	for at := 0; ; at++ {
		var index int
		if index, at = candidate(at); at < 0 {
			break
		}
		if index >= 0 {
			v.Open(c.t, id, index)
			rows = append(rows, row{index, strings.ToLower(plainText(v.Value(by.property)))})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		if by.down {
			a, b = b, a
		}
		return strings.Compare(a.name, b.name)
	})
	return func(at int) (int, int) {
		if at >= len(rows) {
			return 0, -1
		}
		return rows[at].index, at
	}
}

// signIns tells whether a list of users was asked for their sign-in activity, and takes that out of $select: only lists
// know it, in small pages, and not everybody may read it.
func (c *call) signIns(id directory.ClassID, top int) (bool, error) {
	names := strings.Split(c.query["$select"], ",")
	i := slices.Index(names, "signInActivity")
	if id != directory.Users || i < 0 {
		return false, nil
	}
	if err := c.require("AuditLog.Read.All"); err != nil {
		return false, err
	}
	if !c.t.Premium() {
		return false, needsP1
	}
	if top > 500 {
		return false, wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Invalid page size specified: '%d'. Must be between 1 and 500 inclusive.", top)
	}
	c.asked = c.query["$select"]
	c.query["$select"] = strings.Join(slices.Delete(names, i, i+1), ",")
	return true, nil
}

// slice is up to top objects from the at-th on.
type slice struct{ at, top int }

// listRows renders a slice of a list; next is where to go on, -1 at the end.
func (c *call) listRows(id directory.ClassID, f filter, want listed, s slice) (rows []byte, next int) {
	candidate, known := c.candidates(id, f), c.t.Replica(id)
	if want.by.property != "" {
		candidate = c.sorted(id, want.by, candidate)
	}
	rows = make([]byte, 0, s.top*1024)
	var v directory.View
	for at, taken := s.at, 0; ; at++ {
		var index int
		if index, at = candidate(at); at < 0 {
			return trimComma(rows), -1
		}
		if index < 0 || known.State(index) != directory.Live {
			continue
		}
		if v.Open(c.t, id, index); !f.passes(&v) {
			continue
		}
		if taken == s.top {
			return trimComma(rows), at
		}
		more := want.expand.append(nil, c, index)
		if want.signIns {
			more = appendSignIns(more, c.t, &v)
		}
		rows = append(appendListed(rows, &v, want.properties, more), ',')
		taken++
	}
}

// countRows counts the live objects that pass the filter.
func (c *call) countRows(id directory.ClassID, f filter) int {
	n := 0
	var v directory.View
	candidate, known := c.candidates(id, f), c.t.Replica(id)
	for at := 0; ; at++ {
		var index int
		if index, at = candidate(at); at < 0 {
			return n
		}
		if index < 0 || known.State(index) != directory.Live {
			continue
		}
		if v.Open(c.t, id, index); f.passes(&v) {
			n++
		}
	}
}

// candidates is the sequence that a list walks over: at a place or after it, the index of an object that may be in the
// list (-1: none has that id) and its place, which is -1 at the end.
func (c *call) candidates(id directory.ClassID, f filter) func(at int) (index, place int) {
	switch {
	case f.prefix != "":
		return c.t.ByInitial(f.prefix[0])
	case f.ids == nil:
		return func(at int) (int, int) {
			if at >= c.t.Ever(id) {
				return 0, -1
			}
			return at, at
		}
	}
	return func(at int) (int, int) {
		if at >= len(f.ids) {
			return 0, -1
		}
		if index, ok := c.t.Find(id, f.ids[at]); ok {
			return index, at
		}
		return -1, at
	}
}

// appendListed renders an object as lists do: unset properties are null. The order of the keys varies.
func appendListed(dst []byte, v *directory.View, want directory.Fields, expanded []byte) []byte {
	turn := directory.Mix(v.Hash() ^ 0x11)
	first := 0
	if turn%8 == 0 {
		first = int(turn>>8) % len(v.Class().Properties)
	}
	dst = v.AppendDerived(append(dst, '{'))
	if first == 0 {
		dst = append(append(append(dst, `"id":"`...), v.ID()...), `",`...)
	}
	dst = append(v.AppendProperties(dst, want, want, first), expanded...)
	if first != 0 {
		dst = append(append(append(dst, `"id":"`...), v.ID()...), `",`...)
	}
	dst[len(dst)-1] = '}'
	return dst
}

// advanced tells whether the request may ask more of its filter, and be answered with what Graph knew a while ago.
func (c *call) advanced() bool {
	return c.query["$count"] == "true" && strings.EqualFold(c.r.Header.Get("ConsistencyLevel"), "eventual")
}

// beginList starts a body. Without the ConsistencyLevel header, $count is ignored silently.
func (c *call) beginList(context string, count func() int) []byte {
	body := append([]byte(`{"@odata.context":"`), context...)
	if c.advanced() {
		body = directory.AppendInt(append(body, `","@odata.count":`...), count())
		return append(body, `,"value":[`...)
	}
	return append(body, `","value":[`...)
}

// endList adds the link to the next page: the request's own options, with a new token.
func (c *call) endList(body []byte, purpose string, next int) *wire.Reply {
	body = append(body, ']')
	if next >= 0 {
		token := c.s.sealer.seal(c.t.ID()+"/list/"+purpose, listPosition{c.stamp(), next})
		body = append(append(append(body, `,"@odata.nextLink":"`...), c.nextLink(token)...), '"')
	}
	return jsonBody(append(body, '}'))
}

func jsonBody(body []byte) *wire.Reply {
	rep := wire.NewReply(http.StatusOK, body)
	rep.Header.Set("Content-Type", jsonType)
	return rep
}

const jsonType = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

// nextLink repeats the options that the client gave.
func (c *call) nextLink(token string) string {
	var names []string
	if c.asked != "" {
		c.query["$select"] = c.asked
	}
	for name := range c.query {
		if name != "$skiptoken" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	link := c.s.hosts.Graph + c.r.URL.EscapedPath() + "?"
	for _, name := range names {
		link += name + "=" + strings.ReplaceAll(url.QueryEscape(c.query[name]), "+", "%20") + "&"
	}
	return link + "$skiptoken=" + token
}

func (c *call) stamp() stamp {
	return stamp{Issued: c.s.cfg.Now(), Epoch: c.t.TokenEpoch()}
}

func (c *call) listPosition(purpose string) (listPosition, error) {
	var at listPosition
	token, ok := c.query["$skiptoken"]
	if !ok {
		return at, nil
	}
	if err := c.s.sealer.open(c.t.ID()+"/list/"+purpose, token, &at); err != nil {
		return at, err
	}
	defer c.t.Hold()()
	if at.Epoch != c.t.TokenEpoch() || c.s.cfg.Now().Sub(at.Issued) > c.s.cfg.DeltaLifetime {
		return at, wire.Refuse(http.StatusBadRequest, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
	}
	return at, nil
}

// context is the URL that says what a page holds.
func (c *call) context(cl *directory.Class, want directory.Fields) string {
	context := c.root() + "$metadata#" + cl.Paths[0]
	if !c.query.has("$select") {
		return context
	}
	names := []string{"id"}
	for n, p := range cl.Properties {
		if want.Has(n) {
			names = append(names, p.Name)
		}
	}
	return context + "(" + strings.Join(names, ",") + ")"
}

func trimComma(rows []byte) []byte {
	if len(rows) > 0 {
		return rows[:len(rows)-1]
	}
	return rows
}
