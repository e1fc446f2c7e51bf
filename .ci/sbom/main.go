// Command sbom writes the bill of materials of a package: a CycloneDX document
// of what the programs in it were made from, by what the linker left in them.
//
//	sbom -version 0.1.0 -o FILE.cdx.json ARTIFACT PROGRAM...
//
// Nothing is resolved anew: a module is named with the version and the checksum
// that went into the program. The document depends on its arguments and on
// SOURCE_DATE_EPOCH only.
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("sbom", flag.ContinueOnError)
	version := flags.String("version", "", "the `version` of the package")
	sqlite := flags.String("sqlite", "", "the `version` of SQLite that is compiled into the programs")
	out := flags.String("o", "", "the `file` to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *version == "" || *out == "" || flags.NArg() < 2 {
		return fmt.Errorf("usage: sbom -version VERSION [-sqlite VERSION] -o FILE ARTIFACT PROGRAM...")
	}
	artifact, err := read(flags.Arg(0))
	if err != nil {
		return err
	}
	b := newBill(artifact, *version)
	for _, path := range flags.Args()[1:] {
		program, err := read(path)
		if err != nil {
			return err
		}
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return err
		}
		b.add(program, info)
	}
	if *sqlite != "" {
		b.compiled("sqlite", *sqlite)
	}
	return write(*out, b.document(made()))
}

// file is a file by its name and what it holds.
type file struct{ name, sha256 string }

func read(path string) (file, error) {
	f, err := os.Open(path)
	if err != nil {
		return file{}, err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return file{}, err
	}
	return file{filepath.Base(path), hex.EncodeToString(sum.Sum(nil))}, nil
}

// made is when the package was made, as far as it is to tell: the commit's time.
func made() time.Time {
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return time.Now().UTC()
	}
	return time.Unix(seconds, 0).UTC()
}

func write(path string, d document) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// chosen is the module that was compiled: what a replacement put in its place.
func chosen(m *debug.Module) *debug.Module {
	for m.Replace != nil {
		m = m.Replace
	}
	return m
}
