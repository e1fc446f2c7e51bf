package status

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestPrometheusEscapes reads back names that would break the format.
func TestPrometheusEscapes(t *testing.T) {
	name, now := "a\"b\\c\nd\xff", time.Unix(1000, 0)
	var text strings.Builder
	tenants := []Tenant{{Tenant: entra.Tenant{Name: name, Enabled: true, LastSyncStatus: entra.Failed}, Good: now.Add(-time.Minute),
		Classes: []Class{{Tenant: name, Stream: "users", Status: entra.Failed, Code: entra.CodeNetwork, Objects: 7, Completed: now, Lag: 90 * time.Second},
			{Tenant: name, Stream: "groups", Status: entra.Succeeded, Code: entra.CodeManyRemoved}}}}
	if err := Prometheus(&text, tenants, now); err != nil {
		t.Fatal(err)
	}
	var parser expfmt.TextParser
	families, err := parser.TextToMetricFamilies(strings.NewReader(text.String()))
	if err != nil {
		t.Fatalf("%v in\n%s", err, &text)
	}
	objects := families["entrasync_objects"].GetMetric()
	if len(objects) != 2 || objects[0].GetLabel()[0].GetValue() != "a\"b\\c\nd\uFFFD" || objects[0].GetGauge().GetValue() != 7 {
		t.Errorf("%v", objects)
	}
	if lag := families["entrasync_tenant_lag_seconds"].GetMetric(); len(lag) != 1 || lag[0].GetGauge().GetValue() != 60 {
		t.Errorf("%v", lag)
	}
	if failing := families["entrasync_class_error"].GetMetric(); len(failing) != 1 { // a note is no error
		t.Errorf("%v", failing)
	}
}
