//go:build (arm || arm64) && !darwin

package main

import "github.com/go-gl/glfw/v3.3/glfw"

// hintContext asks for the OpenGL that the toolkit asks for on these processors.
func hintContext() {
	glfw.WindowHint(glfw.ClientAPI, glfw.OpenGLESAPI)
	glfw.WindowHint(glfw.ContextVersionMajor, 2)
	glfw.WindowHint(glfw.ContextVersionMinor, 0)
}

// canDraw has nothing to add: a context of OpenGL ES 2 has all its functions.
func canDraw() error { return nil }
