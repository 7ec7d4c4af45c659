package components

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"guichet/internal/fault"
)

// Prefix is the path under which every door serves Assets.
const Prefix = "/assets/"

// Assets are style, script and images, each under an address that changes with its content.
type Assets struct {
	urls  map[string]string // by plain name
	files map[string]*asset // by name in the address
}

type asset struct {
	body, etag, kind string
	zipped           func() []byte // nil for what does not compress
}

// NewAssets reads the files of fsys (dist/ and the images beside it). theme is CSS that configuration adds
// to every sheet, such as ":root{--guichet-brand:#123456}"; "" for none.
// Before the front end is built dist is empty: the pages then work without style.
func NewAssets(fsys fs.FS, theme string) (_ *Assets, err error) {
	defer fault.Wrap(&err, "components.NewAssets")
	a := &Assets{urls: map[string]string{}, files: map[string]*asset{}}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !servable(name) {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if strings.HasSuffix(name, ".css") {
			body = append(body, theme...)
		}
		a.add(path.Base(name), body)
		return err
	})
	return a, err
}

func servable(name string) bool {
	switch path.Ext(name) {
	case ".css", ".js", ".svg", ".png", ".ico", ".webp":
		return true
	}
	return false
}

func (a *Assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	hash := base64.RawURLEncoding.EncodeToString(sum[:9])
	ext := path.Ext(name)
	f := &asset{body: string(body), etag: `"` + hash + `"`, kind: mime.TypeByExtension(ext)}
	if ext == ".css" || ext == ".js" || ext == ".svg" {
		f.zipped = sync.OnceValue(func() []byte { return zip(body) })
	}
	hashed := strings.TrimSuffix(name, ext) + "." + hash + ext
	a.urls[name] = Prefix + hashed
	a.files[hashed], a.files[name] = f, f
}

func zip(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a valid one
	_, _ = w.Write(body)                                  // a bytes.Buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// URL is the address of a file by its plain name, "app.css".
func (a *Assets) URL(name string) string {
	if u, ok := a.urls[name]; ok {
		return u
	}
	return Prefix + name
}

// ServeHTTP answers Prefix + name. An address with the content's hash may be kept for ever,
// a plain one is asked again each time.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	f, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	if _, plain := a.urls[name]; !plain {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("ETag", f.etag)
	if match(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	f.send(w, r)
}

func match(header, etag string) bool {
	return header != "" && strings.Contains(header, etag)
}

func (f *asset) send(w http.ResponseWriter, r *http.Request) {
	body := []byte(f.body)
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	if f.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = f.zipped()
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may have left
	}
}
