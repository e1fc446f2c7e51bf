package entra

import (
	"slices"
	"testing"
)

// Names stand as people count, whatever their case: customer-2 before Customer-10.
func TestNaturalOrder(t *testing.T) {
	want := []string{"a", "B", "customer-02", "customer-2", "customer-02b", "Customer-10", "customer-10.x", "customer-100", "Customers", "z"}
	got := slices.Clone(want)
	slices.Reverse(got)
	if slices.SortFunc(got, Natural); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
