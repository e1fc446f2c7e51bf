package main

import "testing"

// The usual client stores what entrasyncctl asks for: a column without a getter
// would end the comparison.
func TestEveryColumnHasItsGetter(t *testing.T) {
	for _, name := range columnNames() {
		if getters[name] == nil {
			t.Errorf("no getter reads %s", name)
		}
	}
}
