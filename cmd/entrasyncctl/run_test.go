package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// The loop tells of a client secret that ends soon, as its app registration
// says, and the profile's list shows the day from then on.
func TestRunTellsOfAnExpiry(t *testing.T) {
	c, sim := simulateApp(t, graphsim.App{Secret: secret})
	end := time.Now().Add(5 * 24 * time.Hour)
	sim.Tenant(kindsTenant).SetRoles(clientID, append([]string{"Application.Read.All"}, allRoles...)...)
	sim.Tenant(kindsTenant).SetSecretEnd(clientID, end)
	c.addSecret("Main", secret)
	day := end.Local().Format(time.DateOnly)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 2*time.Minute, errors.New("nothing was told"))
	defer cancel()
	c.ctx = ctx
	loop := c.stopAt("warning: credential 1 (client-secret) of Main expires on " + day + "; add its successor")
	if r := loop.call("", "run"); r.status != exitStopped || ctx.Err() != nil {
		t.Errorf("exit %d, %v", r.status, context.Cause(ctx))
	}
	if out := c.must("profile", "list"); !strings.Contains(out, "until "+day) {
		t.Error(out)
	}
}
