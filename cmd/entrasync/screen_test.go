//go:build !windows && !darwin

package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// asProgram makes this test's binary the program itself, which is how it is
// started from here.
const asProgram = "ENTRASYNC_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// started runs the program in an environment without a screen, and with what is
// given, and tells what it wrote and its exit status.
func started(t *testing.T, environment []string, args ...string) (out, errors string, status int) {
	t.Helper()
	program := exec.CommandContext(t.Context(), os.Args[0], args...)
	program.Env = append(slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "LC_") || slices.Contains([]string{"DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "LANG", "LANGUAGE"}, name)
	}), asProgram+"=1", "HOME="+t.TempDir())
	program.Env = append(program.Env, environment...)
	var said, told strings.Builder
	program.Stdout, program.Stderr = &said, &told
	if err := program.Run(); program.ProcessState == nil {
		t.Fatal(err)
	}
	return said.String(), told.String(), program.ProcessState.ExitCode()
}

func TestNoScreenIsToldInThreeParts(t *testing.T) {
	for _, c := range []struct {
		environment []string
		why, remedy string
	}{
		{nil, "there is no display: DISPLAY is not set", "start it in a desktop session"},
		{[]string{"DISPLAY="}, "there is no display: DISPLAY is not set", "start it in a desktop session"},
		{[]string{"LANG=C.UTF-8"}, "there is no display: DISPLAY is not set", "start it in a desktop session"},
		{[]string{"WAYLAND_DISPLAY=wayland-0", "XDG_SESSION_TYPE=wayland"}, "only Wayland is there, and the window needs X11", "install Xwayland"},
		{[]string{"DISPLAY=:99999"}, "the display :99999 can't be reached", "see that DISPLAY names a display that runs"},
		{[]string{"DISPLAY=nonsense", "WAYLAND_DISPLAY=wayland-0"}, "the display nonsense can't be reached", "see that DISPLAY names a display that runs"},
	} {
		for _, args := range [][]string{{"--demo"}, {"--background", "--data-dir", t.TempDir()}} {
			out, told, status := started(t, c.environment, args...)
			want := "entrasync: the window can't be shown: " + c.why + "; " + c.remedy
			if status != 1 || out != "" || !strings.HasPrefix(told, want) || strings.Count(told, "\n") != 1 || !strings.Contains(told, "entrasyncctl") {
				t.Errorf("%v %v: status %d, stdout %q, stderr\n%s\nwant one line that begins %q", c.environment, args, status, out, told, want)
			}
		}
	}
}

// TestVersionIsAllThatIsSaid also holds the toolkit's complaint about C.UTF-8 back.
func TestVersionIsAllThatIsSaid(t *testing.T) {
	for _, locale := range []string{"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "LANG=POSIX", "LANG=de_DE.UTF-8", "LANG="} {
		out, told, status := started(t, []string{locale}, "--version")
		if status != 0 || told != "" || !strings.HasPrefix(out, "entrasync "+version) {
			t.Errorf("%s: status %d, stdout %q, stderr %q", locale, status, out, told)
		}
	}
}

func TestDriverTroubleIsTold(t *testing.T) {
	t.Setenv("DISPLAY", ":1")
	for trouble, why := range map[string]string{
		"APIUnavailable: GLX: GLX extension not found":                      "the graphics driver gives no OpenGL 2.1 (GLX: GLX extension not found)",
		"APIUnavailable: WGL: The driver does not appear to support OpenGL": "the graphics driver gives no OpenGL 2.1 (WGL: The driver does not appear to support OpenGL)",
		"VersionUnavailable: Requested OpenGL version 2.1, got version 1.1": "the graphics driver gives no OpenGL 2.1 (Requested OpenGL version 2.1, got version 1.1)",
		"FormatUnavailable: GLX: Failed to find a suitable GLXFBConfig":     "the graphics driver gives no OpenGL 2.1 (GLX: Failed to find a suitable GLXFBConfig)",
		"OpenGL: glCreateShader": "the graphics driver gives no OpenGL 2.1 (OpenGL: glCreateShader)",
	} {
		if err := screenTrouble(trouble, ""); !strings.Contains(err.Error(), ": "+why+"; install the graphics driver") {
			t.Errorf("%s: %v", trouble, err)
		}
	}
}
