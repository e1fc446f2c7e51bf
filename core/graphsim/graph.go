package graphsim

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// call is one authenticated request to Graph.
type call struct {
	s     *Server
	t     *Tenant
	r     *http.Request
	grant *grant
	query query
}

// serveGraph is the simulated graph.microsoft.com.
func (s *Server) serveGraph(w http.ResponseWriter, r *http.Request) {
	entry := s.newRequest(r)
	if !wait(r, time.Duration(s.latency.Load())) {
		return
	}
	strike := s.faults.match(r)
	entry.Fault = strike.kind()
	rep := strike.spoil(s, r, func() *reply { return s.answer(r, &entry) })
	if !rep.dropped {
		entry.Status = rep.status
	}
	s.log.add(entry)
	send(w, r, rep)
}

// serveForeign records who was led astray, and answers with a page that would do harm if it were believed.
func (s *Server) serveForeign(w http.ResponseWriter, r *http.Request) {
	entry := s.newRequest(r)
	entry.Status = http.StatusOK
	s.log.add(entry)
	send(w, r, jsonReply(http.StatusOK, map[string]any{
		"@odata.deltaLink": s.foreign + r.URL.Path + "?$deltatoken=foreign",
		"value":            []any{map[string]any{"id": "00000000-0000-4000-8000-000000000bad", "displayName": "foreign"}},
	}))
}

// answer is Graph's answer when no fault strikes.
func (s *Server) answer(r *http.Request, entry *Request) *reply {
	requestID, clientRequestID := newID(), r.Header.Get("client-request-id")
	if clientRequestID == "" {
		clientRequestID = requestID
	}
	c := &call{s: s, r: r}
	rep, units, err := c.answer(entry)
	if err != nil {
		refused, ok := err.(*refusal)
		if !ok {
			refused = refuse(http.StatusInternalServerError, "InternalServerError", "%v", err)
		}
		rep = refused.reply(requestID, clientRequestID, s.cfg.Now())
	}
	h := rep.header
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
func (c *call) answer(entry *Request) (*reply, int, error) {
	var err error
	if c.grant, c.t, err = c.s.authenticate(c.r); err != nil {
		return nil, 0, err
	}
	entry.Tenant = c.t.ID()
	path, ok := strings.CutPrefix(c.r.URL.Path, "/v1.0/")
	if !ok {
		return nil, 0, refuse(http.StatusBadRequest, "BadRequest", "Invalid version: %s", strings.Split(strings.TrimPrefix(c.r.URL.Path, "/"), "/")[0])
	}
	if c.r.Method != http.MethodGet {
		return nil, 0, refuse(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
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
		rep.header.Set(k, v)
	}
	return rep, units, nil
}

// route finds the resource that a path names.
func (c *call) route(segments []string) (*reply, error) {
	path := strings.Join(segments, "/")
	if plain, ok := plainLists[path]; ok {
		return c.plainList(plain)
	}
	if len(segments) == 3 && segments[0] == "directory" && strings.EqualFold(segments[1], "deletedItems") {
		return c.deletedItem(segments[2])
	}
	id, ok := c.t.classNamed(segments[0])
	if !ok {
		return nil, refuse(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '%s'.", segments[0])
	}
	switch {
	case len(segments) == 1:
		if rep, own, err := c.registration(id); own {
			return rep, err
		}
		return c.list(id)
	case len(segments) == 2 && segments[1] == "delta":
		return c.delta(id)
	case len(segments) == 2 && segments[1] == "$count":
		return nil, refuse(http.StatusBadRequest, "Request_BadRequest", "$count is not currently supported.")
	case len(segments) == 2:
		return c.single(id, segments[1])
	case len(segments) == 3 && segments[2] == "members" && c.t.classes[id].members:
		return c.memberList(segments[1])
	}
	return nil, refuse(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '%s'.", segments[len(segments)-1])
}

// require refuses a request whose token holds none of the permissions.
func (c *call) require(permissions ...string) error {
	if c.grant.permits(permissions...) {
		return nil
	}
	return refuse(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

// root is where @odata.context and links begin.
func (c *call) root() string { return c.s.graph + "/v1.0/" }
