// Command licences writes the licences of all that the programs are made of, for
// the packages: the same texts as the window's Help has.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/entraidsync/entraidsync/docs"
)

func main() {
	log.SetFlags(0)
	list, err := docs.Licences()
	if err != nil {
		log.Fatal(err)
	}
	w := bufio.NewWriter(os.Stdout)
	for _, l := range list {
		fmt.Fprintf(w, "%s\n%s %s\n", strings.Repeat("=", 78), l.Module, l.Version)
		for _, text := range l.Texts {
			fmt.Fprintf(w, "%s\n%s\n\n%s\n", strings.Repeat("-", 78), text.Name, strings.TrimSpace(text.Text))
		}
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}
