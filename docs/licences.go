package docs

import (
	"compress/gzip"
	"encoding/json"
	"errors"
)

// Licence is what one part of the programs asks to be told with it.
type Licence struct {
	Module, Version string
	Texts           []LicenceText
}

// LicenceText is one file of it.
type LicenceText struct{ Name, Text string }

const licencesFile = "licences.json.gz"

// Licences are those of this program, of Go, and of all modules that one of the
// programs links on one of the systems.
func Licences() (list []Licence, err error) {
	file, err := files.Open(licencesFile)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	return list, json.NewDecoder(z).Decode(&list)
}
