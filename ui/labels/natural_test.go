package labels

import (
	"slices"
	"testing"
)

// Names stand as people count: customer-2 before customer-10.
func TestNaturalOrder(t *testing.T) {
	want := []string{"a", "customer-2", "customer-02b", "customer-10", "customer-10.x", "customer-100", "customers"}
	got := slices.Clone(want)
	slices.Reverse(got)
	if slices.SortFunc(got, Natural); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
