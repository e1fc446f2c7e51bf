//go:build !(arm || arm64) || darwin

package main

import (
	"strings"

	"github.com/go-gl/gl/v2.1/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/entraidsync/entraidsync/core/say"
)

// hintContext asks for the OpenGL that the toolkit asks for.
func hintContext() {
	glfw.WindowHint(glfw.ContextVersionMajor, 2)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
}

// A program of the least kind that the toolkit's are of.
const (
	vertexProgram   = "#version 110\nattribute vec2 at;\nvoid main() { gl_Position = vec4(at, 0, 1); }\n"
	fragmentProgram = "#version 110\nvoid main() { gl_FragColor = vec4(1, 1, 1, 1); }\n"
)

// canDraw tries whether the current context has the functions of OpenGL 2.1 and
// takes programs.
func canDraw() error {
	if err := gl.Init(); err != nil {
		return say.Errorf("OpenGL: %s", err)
	}
	for kind, source := range map[uint32]string{gl.VERTEX_SHADER: vertexProgram, gl.FRAGMENT_SHADER: fragmentProgram} {
		shader := gl.CreateShader(kind)
		if shader == 0 {
			return say.Errorf("OpenGL: no shaders")
		}
		text, free := gl.Strs(source + "\x00")
		gl.ShaderSource(shader, 1, text, nil)
		free()
		gl.CompileShader(shader)
		var done int32
		gl.GetShaderiv(shader, gl.COMPILE_STATUS, &done)
		var trouble [256]byte
		gl.GetShaderInfoLog(shader, int32(len(trouble)-1), nil, &trouble[0])
		gl.DeleteShader(shader)
		if done == gl.FALSE {
			first, _, _ := strings.Cut(strings.TrimSpace(gl.GoStr(&trouble[0])), "\n")
			return say.Errorf("OpenGL: a shader does not compile: %s", first)
		}
	}
	return nil
}
