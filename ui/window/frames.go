package window

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"github.com/entraidsync/entraidsync/ui/tasks"
)

// frames measures how fluid the window is: how long our callbacks hold the UI
// thread, and how long that thread is busy at a time with everything there is,
// the painting of frames above all. It is switched on by ENTRASYNC_FRAMES, which
// names the file that the report is written to when the window ends.
type frames struct {
	mu        sync.Mutex
	callbacks []held
	waits     []time.Duration // of a probe, until the UI thread took it
	first     time.Duration   // from the process's begin until the first frame was drawn
}

// held is one callback: whose, and how long it held the UI thread.
type held struct {
	name string
	took time.Duration // of the UI thread's CPU, where that can be had
	wall time.Duration // the same by the clock, other programs' turns included
}

// probe is how often the UI thread is asked whether it is free.
const probe = 5 * time.Millisecond

// fluid is the longest that a callback may take: one frame of 60 a second.
const fluid = 16 * time.Millisecond

// FramesVariable names a file for what is measured.
const FramesVariable = "ENTRASYNC_FRAMES"

// measured is the work of the window, measured from now on if that is asked for.
func (w *Window) measured(ctx context.Context) *tasks.Group {
	path := os.Getenv(FramesVariable)
	if path == "" {
		return tasks.New(ctx, fyne.Do)
	}
	m := &frames{}
	w.tracer = m.tracer()
	group := tasks.New(ctx, m.post)
	group.Start(func() {
		m.watch(group.Context)
		var text strings.Builder
		m.report(&text)
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			fyne.LogError("the frames can't be reported", err)
		}
	})
	return group
}

// tracer is a point that tells when it has been drawn first: what is posted
// while a frame is drawn runs after it.
func (m *frames) tracer() fyne.CanvasObject {
	told := false
	point := canvas.NewRaster(func(w, h int) image.Image {
		if !told {
			told = true
			fyne.Do(func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				m.first = processAge()
			})
		}
		return image.NewAlpha(image.Rect(0, 0, w, h))
	})
	point.Resize(fyne.NewSquareSize(1))
	return container.NewWithoutLayout(point)
}

// post runs f on the UI thread and measures it.
func (m *frames) post(f func()) {
	fyne.Do(func() { m.measure(f) })
}

func (m *frames) measure(f func()) {
	runtime.LockOSThread() // as the UI thread is anyway, but for tests
	defer runtime.UnlockOSThread()
	start, used := time.Now(), threadTime()
	f()
	h := held{took: threadTime() - used, wall: time.Since(start), name: runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.callbacks = append(m.callbacks, h)
}

// watch probes the UI thread until ctx ends.
func (m *frames) watch(ctx context.Context) {
	tick := time.NewTicker(probe)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			asked, taken := time.Now(), make(chan time.Time, 1)
			fyne.Do(func() { taken <- time.Now() })
			select {
			case at := <-taken:
				m.mu.Lock()
				m.waits = append(m.waits, at.Sub(asked))
				m.mu.Unlock()
			case <-ctx.Done():
				return
			}
		}
	}
}

// report tells what was measured: the share of callbacks, the longest five,
// and how long the UI thread let a probe wait.
func (m *frames) report(w *strings.Builder) {
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.SortFunc(m.callbacks, func(a, b held) int { return cmp.Compare(b.took, a.took) })
	times, walls, over := make([]time.Duration, len(m.callbacks)), make([]time.Duration, len(m.callbacks)), 0
	for i, c := range m.callbacks {
		times[i], walls[i] = c.took, c.wall
		if c.took > fluid {
			over++
		}
	}
	fmt.Fprintf(w, "first frame drawn %v after the process began\n", m.first.Round(time.Millisecond))
	fmt.Fprintf(w, "callbacks: %d, over %v: %d, %s\n  by the clock: %s\n", len(times), fluid, over, spread(times), spread(walls))
	if len(m.waits) > 0 {
		fmt.Fprintf(w, "UI thread busy at a time, by the clock: %d probes, %s\n", len(m.waits), spread(m.waits))
	}
	for _, c := range m.callbacks[:min(5, len(m.callbacks))] {
		_, name, _ := strings.Cut(c.name, "/ui/")
		fmt.Fprintf(w, "  %v %s\n", c.took.Round(10*time.Microsecond), name)
	}
}

// spread tells how durations are distributed.
func spread(d []time.Duration) string {
	if len(d) == 0 {
		return "none"
	}
	d = slices.Sorted(slices.Values(d))
	at := func(share float64) time.Duration {
		return d[int(float64(len(d)-1)*share)].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("half within %v, 95%% within %v, 99%% within %v, longest %v", at(0.5), at(0.95), at(0.99), at(1))
}
