package main

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"
)

// loginPath is the launch agent that macOS loads when the user signs in.
func loginPath() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", appID+".plist"), err
}

func loginEnabled() (bool, error) { return loginFileEnabled(loginPath()) }

const agentHead = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>` + appID + `</string>
	<key>RunAtLoad</key>
	<true/>
	<key>ProgramArguments</key>
	<array>
`

const agentTail = "\t</array>\n</dict>\n</plist>\n"

func setLogin(on bool, command []string) error {
	path, err := loginPath()
	if err != nil {
		return err
	}
	agent := bytes.NewBufferString(agentHead)
	for _, word := range command {
		agent.WriteString("\t\t<string>")
		if err := xml.EscapeText(agent, []byte(word)); err != nil {
			return err
		}
		agent.WriteString("</string>\n")
	}
	agent.WriteString(agentTail)
	return setLoginFile(on, path, agent.Bytes())
}
