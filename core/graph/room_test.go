package graph

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"unsafe"

	"github.com/entraidsync/entraidsync/core/entra"
)

// The properties of a page are held once, however the first page of a class is read: nobody
// knows yet how many they will be. Growing one list by a fourth each time held five times as much.
func TestFirstPageHoldsItsPropertiesOnce(t *testing.T) {
	const objects, properties = 999, 40
	var body bytes.Buffer
	body.WriteString(`{"value":[`)
	for i := range objects {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"id":"%d"`, i)
		for j := range properties {
			fmt.Fprintf(&body, `,"p%d":%d`, j, i)
		}
		body.WriteByte('}')
	}
	body.WriteString(`]}`)
	m := holding(body.Bytes())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p, err := decodePage(m, false)
	runtime.ReadMemStats(&after)
	if err != nil || len(p.Objects) != objects {
		t.Fatal(len(p.Objects), err)
	}
	const once = objects * (properties*unsafe.Sizeof(entra.Property{}) + unsafe.Sizeof(entra.Object{}))
	if took := after.TotalAlloc - before.TotalAlloc; took > 2*uint64(once) {
		t.Errorf("%d bytes were taken for %d", took, once)
	}
	for i, o := range p.Objects {
		if got := string(o.Properties.Value("p39")); got != fmt.Sprint(i) {
			t.Fatalf("object %d has %q", i, got)
		}
	}
}
