//go:build !windows

package main

import (
	"fmt"
	"os"
)

const driverRemedy = "install the graphics driver, or Mesa, which draws without one (the packages libgl1 and libgl1-mesa-dri); or work with entrasyncctl, which needs no screen"

// tell tells why the program ends.
func tell(err error) { fmt.Fprintln(os.Stderr, "entrasync:", err) }

// useConsole has nothing to do: a program writes where it was started from.
func useConsole() {}
