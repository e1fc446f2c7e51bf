package graph

import (
	"context"
	"slices"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	kiotaazure "github.com/microsoft/kiota-authentication-azure-go"
	kiotahttp "github.com/microsoft/kiota-http-go"
	kiotajson "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/organization"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// newAdapter makes kiota's request adapter: it turns the SDK's request
// descriptions into authenticated requests. It sends none itself. Kiota's
// middleware is left out: it would retry, wait and pick up redirects by rules
// of its own, in an order that changes from start to start.
func newAdapter(c *Client) (*kiotahttp.NetHttpRequestAdapter, error) {
	auth, err := kiotaazure.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(
		c.tokens, []string{c.cfg.Cloud.Scope()}, []string{c.root.Hostname()})
	if err != nil {
		return nil, err
	}
	a, err := kiotahttp.NewNetHttpRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		auth, kiotajson.NewJsonParseNodeFactory(), nil, c.kept)
	if err != nil {
		return nil, err
	}
	a.SetBaseUrl(c.base)
	return a, nil
}

// typed lets the SDK's typed calls go through [Client.fetch]: the SDK builds the
// request and reads the answer, the policy in between is ours.
type typed struct {
	*kiotahttp.NetHttpRequestAdapter
	client *Client
	class  entra.Class
}

// Send is called by the SDK's request builders.
func (t typed) Send(ctx context.Context, info *abstractions.RequestInformation, constructor serialization.ParsableFactory, _ abstractions.ErrorMappings) (out serialization.Parsable, err error) {
	q := query{class: t.class, what: say.With("reading %s failed", t.class), info: info}
	q.accept = func(m *buffers) error {
		node, err := kiotajson.NewJsonParseNode(jsonscan.Mend(m.body.Bytes()))
		if err == nil {
			out, err = node.GetObjectValue(constructor)
		}
		return err
	}
	return out, t.client.fetch(ctx, q)
}

// Organization reads the tenant's id and display name; "" where Graph names no
// organization, as it may. Not being allowed to ask, [entra.CodePermission], is no
// failure of a connection.
func (c *Client) Organization(ctx context.Context) (id, displayName string, err error) {
	class, _ := entra.ClassNamed("organization")
	builder := organization.NewOrganizationRequestBuilderInternal(map[string]string{"baseurl": c.base}, typed{c.adapter, c, class})
	answer, err := builder.Get(ctx, &organization.OrganizationRequestBuilderGetRequestConfiguration{
		QueryParameters: &organization.OrganizationRequestBuilderGetQueryParameters{Select: []string{"id", "displayName"}},
	})
	if err != nil {
		return "", "", err
	}
	if answer == nil {
		return "", "", nil
	}
	named := slices.DeleteFunc(answer.GetValue(), func(o models.Organizationable) bool { return o == nil || o.GetId() == nil }) // a null is none
	if len(named) == 0 {
		return "", "", nil
	}
	if len(named) > 1 {
		return "", "", broken(query{what: "reading Organization failed"}, say.Errorf("it names more than one organization")).err
	}
	o := named[0]
	if o.GetDisplayName() != nil {
		displayName = *o.GetDisplayName()
	}
	return *o.GetId(), displayName, nil
}
