package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"guichet/web/components"
)

// Frame is what Layout and Desk need of this visit; the handler adds to it what its page needs.
func (v *Visit) Frame(title string) components.Page {
	pg := components.Page{Site: v.Door.site.cfg.Site, P: v.P, Title: title, Person: v.Person(), Notice: v.flashed(), LangURL: v.otherLangURL()}
	if v.Self().AccountID != 0 {
		pg.SignOut = SignOutPath
	}
	if v.Door.Nav != nil {
		pg.Nav = v.Door.Nav(v)
	}
	return pg
}

// otherLangURL shows this address in the other language.
func (v *Visit) otherLangURL() string {
	if !safe(v.R.Method) || v.R.URL.RawQuery == "" {
		return ""
	}
	q := v.R.URL.Query()
	q.Set("lang", string(v.P.Lang.Other()))
	return "?" + q.Encode()
}

// Page answers 200 with a page.
func (v *Visit) Page(c templ.Component) error { return v.PageStatus(http.StatusOK, c) }

// PageStatus answers with a page: 422 for one that shows problems, 409 for a conflict.
// It is rendered whole before the first byte leaves, so a fault in it is still a proper error page.
func (v *Visit) PageStatus(status int, c templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := c.Render(v.R.Context(), b); err != nil {
		return err
	}
	if err := v.commit(); err != nil {
		return err
	}
	v.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.send(status, b.Bytes())
	return nil
}

// Redirect answers 303: the browser gets the page at path, whatever this request was.
func (v *Visit) Redirect(path string) error {
	if err := v.commit(); err != nil {
		return err
	}
	v.W.Header().Set("Location", path)
	v.W.WriteHeader(http.StatusSeeOther)
	return nil
}

// Empty answers with a status alone, for calls of the script.
func (v *Visit) Empty(status int) error {
	if err := v.commit(); err != nil {
		return err
	}
	v.W.WriteHeader(status)
	return nil
}

var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	zippers = sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a valid one
		return z
	}}
)

const zipFrom = 1400 // bytes: below, one network packet carries it anyway

// send compresses a page when the browser takes it. Pages hold no secret beside what a stranger can put in them:
// there is no token in a form, so their length tells nothing.
func (v *Visit) send(status int, body []byte) {
	h := v.W.Header()
	if len(body) >= zipFrom && strings.Contains(v.R.Header.Get("Accept-Encoding"), "gzip") {
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		z := zippers.Get().(*gzip.Writer)
		z.Reset(b)
		_, _ = z.Write(body) // a bytes.Buffer takes everything
		_ = z.Close()
		zippers.Put(z)
		h.Set("Content-Encoding", "gzip")
		body = b.Bytes()
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	v.W.WriteHeader(status)
	if v.R.Method != http.MethodHead {
		_, _ = v.W.Write(body) // the reader may have left
	}
}
