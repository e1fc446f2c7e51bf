package main

import (
	"testing"

	"github.com/go-gl/glfw/v3.3/glfw"
)

func TestWindowIsBroughtIntoAScreen(t *testing.T) {
	screens := []area{{0, 24, 1280, 776}, {1280, 0, 1920, 1080}}
	for name, c := range map[string]struct{ was, want area }{
		"it fits":                     {area{100, 100, 800, 600}, area{100, 100, 800, 600}},
		"larger than the screen":      {area{0, 0, 3000, 2000}, area{1280, 0, 1920, 1080}},
		"its close button is outside": {area{700, -60, 1000, 700}, area{280, 24, 1000, 700}},
		"on the second":               {area{2900, 900, 800, 600}, area{2400, 480, 800, 600}},
		"on one that is gone":         {area{-1900, 200, 1000, 700}, area{0, 100, 1000, 700}},
	} {
		if got := c.was.into(nearest(c.was, screens)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := (area{1, 2, 3, 4}).into(nearest(area{}, nil)); got != (area{1, 2, 3, 4}) {
		t.Errorf("without a screen: %v", got)
	}
}

// The fourth button of a mouse leads back, the fifth forward, the others nowhere: those
// are the toolkit's.
func TestMouseButtonsLeadBackAndForward(t *testing.T) {
	for button := glfw.MouseButton1; button <= glfw.MouseButtonLast; button++ {
		want := map[glfw.MouseButton]int{glfw.MouseButton4: -1, glfw.MouseButton5: 1}[button]
		if got := stepOf(button); got != want {
			t.Errorf("button %d leads %d, want %d", button+1, got, want)
		}
	}
}
