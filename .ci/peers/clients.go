package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	_ "github.com/mattn/go-sqlite3"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	kiotaazure "github.com/microsoft/kiota-authentication-azure-go"
	kiotahttp "github.com/microsoft/kiota-http-go"
	kiotajson "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// access is what a client is started with.
type access struct {
	Authority, Graph, CAFile, Tenant, ClientID, Secret string
	First                                              string // URL of the first page
	Dir                                                string // where it may write
}

const accessVariable = "PEERS_ACCESS"

// opened reads the access, trusts the simulation's CA and prepares the sign-in.
func opened() (a access, client *http.Client, credential *azidentity.ClientSecretCredential, err error) {
	if err = json.Unmarshal([]byte(os.Getenv(accessVariable)), &a); err != nil {
		return a, nil, nil, err
	}
	pem, err := os.ReadFile(a.CAFile)
	if err != nil {
		return a, nil, nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	options := azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: true, ClientOptions: azcore.ClientOptions{
		Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: a.Authority}, Transport: client}}
	credential, err = azidentity.NewClientSecretCredential(a.Tenant, a.ClientID, a.Secret, &options)
	return a, client, credential, err
}

// download follows a chain of pages and throws them away. It prints how many bytes of JSON and pages there were.
func download(ctx context.Context) error {
	a, client, credential, err := opened()
	if err != nil {
		return err
	}
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{a.Graph + "/.default"}})
	if err != nil {
		return err
	}
	bytes, pages := 0, 0
	for link := a.First; link != ""; pages++ {
		body, err := get(ctx, client, link, token.Token)
		if err != nil {
			return err
		}
		bytes += len(body)
		link = nextLink(body)
	}
	fmt.Println(bytes, pages)
	return nil
}

func get(ctx context.Context, client *http.Client, link, token string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	return body, err
}

// nextLink cuts a page's link out without reading the rest: it stands before the value or behind it.
func nextLink(page []byte) string {
	const name = `"@odata.nextLink":"`
	s := string(page[:min(len(page), 4096)])
	if !strings.Contains(s, name) {
		s = string(page[max(0, len(page)-4096):])
	}
	_, link, _ := strings.Cut(s, name)
	link, _, _ = strings.Cut(link, `"`)
	return link
}

// naive is the usual Go client: the SDK's models, page after page, one INSERT an object and one transaction a page.
func naive(ctx context.Context) error {
	a, client, credential, err := opened()
	if err != nil {
		return err
	}
	auth, err := kiotaazure.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(credential, []string{a.Graph + "/.default"}, []string{"localhost"})
	if err != nil {
		return err
	}
	adapter, err := kiotahttp.NewNetHttpRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		auth, kiotajson.NewJsonParseNodeFactory(), nil, client)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(a.Dir, "naive.db")+"?_journal_mode=WAL&_synchronous=NORMAL")
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE TABLE users (id TEXT PRIMARY KEY, "+strings.Join(columnNames(), ", ")+")"); err != nil {
		return err
	}
	for link := a.First; link != ""; {
		info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(abstractions.GET, "{+link}", map[string]string{"link": link})
		parsed, err := adapter.Send(ctx, info, models.CreateUserCollectionResponseFromDiscriminatorValue, nil)
		if err != nil {
			return err
		}
		page, ok := parsed.(models.UserCollectionResponseable)
		if !ok {
			return errors.New("no page of users")
		}
		if err := insert(ctx, db, page.GetValue()); err != nil {
			return err
		}
		link = text(page.GetOdataNextLink())
	}
	return nil
}

// insert stores a page.
func insert(ctx context.Context, db *sql.DB, users []models.Userable) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	names := columnNames()
	update := make([]string, len(names))
	for i, name := range names {
		update[i] = name + " = excluded." + name
	}
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO users VALUES (?"+strings.Repeat(", ?", len(names))+") ON CONFLICT (id) DO UPDATE SET "+strings.Join(update, ", "))
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, u := range users {
		if _, err := stmt.ExecContext(ctx, row(u)...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
