package graphsim

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/signin"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// call is one authenticated request to Graph.
type call struct {
	s     *Server
	t     *directory.Tenant
	r     *http.Request
	grant *signin.Grant
	query query

	asked    string                                   // $select as it was asked, where a part was taken out
	replicas [directory.ClassCount]*directory.Replica // those that were looked at; see knows
}

// serveGraph is the simulated graph.microsoft.com.
func (s *Server) serveGraph(w http.ResponseWriter, r *http.Request) {
	entry := wire.NewRequest(r, s.hosts.Now())
	if !wire.Wait(r, time.Duration(s.latency.Load())) {
		return
	}
	strike := s.faults.Match(r)
	entry.Fault = strike.Struck()
	rep := strike.Spoil(&s.hosts, r, func(r *http.Request) *wire.Reply { return s.answer(r, &entry) })
	if !rep.Dropped {
		entry.Status = rep.Status
	}
	s.log.Add(entry)
	wire.Send(w, r, rep)
}

// answer is Graph's answer when no fault strikes.
func (s *Server) answer(r *http.Request, entry *wire.Request) *wire.Reply {
	requestID, clientRequestID := wire.NewID(), r.Header.Get("client-request-id")
	if clientRequestID == "" {
		clientRequestID = requestID
	}
	c := &call{s: s, r: r}
	rep, units, err := c.answer(entry)
	if err != nil {
		refused, ok := err.(*wire.Refusal)
		if !ok {
			refused = wire.Refuse(http.StatusInternalServerError, "InternalServerError", "%v", err)
		}
		rep = refused.Reply(requestID, clientRequestID, s.cfg.Now())
	}
	h := rep.Header
	h.Set("request-id", requestID)
	h.Set("client-request-id", clientRequestID)
	h.Set("x-ms-ags-diagnostic", `{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"SIM0001"}}`)
	h.Set("Date", s.cfg.Now().UTC().Format(http.TimeFormat))
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("Cache-Control", "no-cache")
	if units > 0 {
		h.Set("x-ms-resource-unit", strconv.Itoa(units))
	}
	return rep
}

// answer authenticates, meters and routes.
func (c *call) answer(entry *wire.Request) (*wire.Reply, int, error) {
	var err error
	if c.grant, c.t, err = c.s.signIn.Authenticate(c.r); err != nil {
		return nil, 0, err
	}
	entry.Tenant = c.t.ID()
	path, ok := strings.CutPrefix(c.r.URL.Path, "/v1.0/")
	if !ok {
		return nil, 0, wire.Refuse(http.StatusBadRequest, "BadRequest", "Invalid version: %s", strings.Split(strings.TrimPrefix(c.r.URL.Path, "/"), "/")[0])
	}
	if c.r.Method != http.MethodGet {
		return nil, 0, wire.Refuse(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
	}
	if c.query, err = parseQuery(c.r.URL.RawQuery); err != nil {
		return nil, 0, err
	}
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	units := c.units(segments)
	throttled, header := c.s.meter.take(c, units)
	if throttled != nil {
		return nil, units, throttled
	}
	rep, err := c.s.cache.answer(c, segments)
	if err != nil {
		return nil, units, err
	}
	for k, v := range header {
		rep.Header.Set(k, v)
	}
	return rep, units, nil
}

// route finds the resource that a path names.
func (c *call) route(segments []string) (*wire.Reply, error) {
	path := strings.Join(segments, "/")
	if path == "auditLogs/directoryAudits" {
		return c.audits(path)
	}
	if plain, ok := plainLists[path]; ok {
		return c.plainList(path, plain)
	}
	if len(segments) == 3 && segments[0] == "directory" && strings.EqualFold(segments[1], "deletedItems") {
		return c.deletedItem(segments[2])
	}
	id, rest, ok := c.t.ClassAt(segments)
	if !ok {
		return nil, refuseSegment(segments[0])
	}
	switch {
	case len(rest) == 0:
		if rep, own, err := c.registration(id); own {
			return rep, err
		}
		return c.list(id)
	case len(rest) == 1 && rest[0] == "delta":
		return c.delta(id)
	case len(rest) == 1 && rest[0] == "$count":
		return nil, wire.Refuse(http.StatusBadRequest, "Request_BadRequest", "$count is not currently supported.")
	case len(rest) == 1:
		return c.single(id, rest[0])
	case len(rest) >= 2:
		return c.related(id, rest[0], rest[1:])
	}
	return nil, refuseSegment(segments[len(segments)-1])
}

// audits is a page of the tenant's log of audits.
func (c *call) audits(path string) (*wire.Reply, error) {
	log := c.s.audits[c.t.ID()]
	if c.s.cfg.Throttle != nil {
		if err := log.Throttle(); err != nil {
			return nil, err
		}
	}
	if err := c.require("AuditLog.Read.All"); err != nil {
		return nil, err
	}
	p, err := log.Read(c.query)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"@odata.context": c.root() + "$metadata#" + path, "value": p.Rows}
	if p.Next != "" {
		body["@odata.nextLink"] = c.nextLink(p.Next)
	}
	return wire.JSON(http.StatusOK, body), nil
}

func refuseSegment(segment string) error {
	return wire.Refuse(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '%s'.", segment)
}

// require refuses a request whose token holds none of the permissions.
func (c *call) require(permissions ...string) error {
	if c.grant.Permits(permissions...) {
		return nil
	}
	return wire.Refuse(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

// root is where @odata.context and links begin.
func (c *call) root() string { return c.s.hosts.Graph + "/v1.0/" }
