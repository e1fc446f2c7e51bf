package docs

import (
	"bytes"
	"context"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// Server shows the documents in a browser. Files would not do: browsers in a box,
// as Ubuntu's, can read neither the temporary nor a hidden folder. It listens on
// this computer only, on a port that the system chooses, from the first page that
// is asked for.
type Server struct {
	About string // says which program this is

	mu     sync.Mutex
	door   net.Listener
	server *http.Server
	done   chan struct{}
}

// Address is where a page is, with the server running. page may end in an anchor.
func (s *Server) Address(ctx context.Context, page string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.door == nil {
		door, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		s.door, s.done = door, make(chan struct{})
		s.server = &http.Server{Handler: s.only(door.Addr().String()), ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 64 << 10}
		go func() {
			defer close(s.done)
			_ = s.server.Serve(door) // ends with Close
		}()
	}
	name, anchor, _ := strings.Cut(page, "#")
	if anchor != "" {
		anchor = "#" + anchor
	}
	return "http://" + s.door.Addr().String() + "/" + name + ".html" + anchor, nil
}

// Close ends it.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	err := s.server.Close()
	<-s.done
	s.server, s.door = nil, nil
	return err
}

// only answers who came by the address itself, so that no page of another site
// reads here, and only questions.
func (s *Server) only(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		switch {
		case r.Host != address:
			http.Error(w, "not here", http.StatusMisdirectedRequest)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.Error(w, "only to read", http.StatusMethodNotAllowed)
		default:
			s.answer(w, r)
		}
	})
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if name == "" {
		name = Start + ".html"
	}
	document, isPage := strings.CutSuffix(name, ".html")
	var content []byte
	var err error
	switch {
	case isPage:
		content, err = s.page(document)
	case path.Ext(name) == ".md" || path.Ext(name) == ".gz":
		err = fs.ErrNotExist
	default:
		content, err = files.ReadFile(name)
	}
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind(name))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

func kind(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".png":
		return "image/png"
	}
	return "text/plain; charset=utf-8"
}

// page is a document as a page of HTML.
func (s *Server) page(name string) ([]byte, error) {
	p := page{Name: name, Title: name, About: s.About, Pages: Pages()}
	for _, known := range p.Pages {
		if known.Name == name {
			p.Title = known.Title
		}
	}
	var err error
	if name == LicencesPage {
		p.Licences, err = Licences()
	} else {
		p.Body, err = rendered(name)
	}
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = frame.Execute(&b, p)
	return b.Bytes(), err
}
