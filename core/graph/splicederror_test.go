package graph

import (
	"context"
	"strings"
	"testing"
)

// TestErrorBesideAnAnswer: what comes with status 200 and tells of an error beside
// its answer is asked for again, whatever was asked for.
func TestErrorBesideAnAnswer(t *testing.T) {
	const id = "87d349ed-44d7-43e1-9a83-5f2406dee5bd"
	const odd = `,"error":{"code":"UnknownError","message":"it went wrong on the way"}}`
	for name, tc := range map[string]struct {
		answer string
		ask    func(context.Context, *Client, *fake) error
	}{
		"a page": {`{"@odata.deltaLink":"LINK","value":[]}`, func(ctx context.Context, c *Client, f *fake) error {
			_, err := c.Page(ctx, f.graph.URL+skipLink, class(t, "users"))
			return err
		}},
		"an object": {`{"id":"` + id + `"}`, func(ctx context.Context, c *Client, _ *fake) error {
			o, found, err := c.Object(ctx, class(t, "users"), id, nil)
			if len(o.Properties) > 0 || !found {
				t.Errorf("%+v, found %v", o, found)
			}
			return err
		}},
		"a deleted item": {`{"id":"` + id + `"}`, func(ctx context.Context, c *Client, _ *fake) error {
			_, err := c.DeletedItem(ctx, id)
			return err
		}},
		"a probe": {emptyList, func(ctx context.Context, c *Client, _ *fake) error { return c.Probe(ctx, class(t, "users")) }},
		"a count": {`{"@odata.count":7,"value":[]}`, func(ctx context.Context, c *Client, _ *fake) error {
			_, _, err := c.Total(ctx, class(t, "users"))
			return err
		}},
		"the organization": {`{"value":[{"id":"` + id + `","displayName":"Contoso"}]}`, func(ctx context.Context, c *Client, _ *fake) error {
			_, _, err := c.Organization(ctx)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, reply{}, reply{})
			tc.answer = strings.Replace(tc.answer, "LINK", f.graph.URL+deltaLink, 1)
			f.script[0].body = strings.TrimSuffix(tc.answer, "}") + odd
			f.script[1].body = tc.answer
			if err := tc.ask(t.Context(), f.client(t), f); err != nil {
				t.Error(err)
			}
			if f.requests() != 2 {
				t.Errorf("%d requests, want 2", f.requests())
			}
		})
	}
}
