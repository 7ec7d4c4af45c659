package web

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode"
)

// File is bytes to send. Size is -1 when it is not known.
type File struct {
	Name   string // as people see it
	Kind   string // media type
	Size   int64
	Body   io.Reader
	Write  func(io.Writer) error // instead of Body, for what is made as it goes
	Inline bool                  // only for what we drew ourselves: page images
}

// Send answers with a file, kept away from the page's rights: an attachment, never guessed at (ASVS 3.2.1, 5.4.1).
func (v *Visit) Send(f File) error {
	if err := v.commit(); err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", f.Kind)
	if f.Size >= 0 {
		h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	}
	how := "attachment"
	if f.Inline {
		how = "inline"
	}
	h.Set("Content-Disposition", disposition(how, f.Name))
	v.W.WriteHeader(http.StatusOK)
	if v.R.Method == http.MethodHead {
		return nil
	}
	if f.Write == nil {
		f.Write = func(w io.Writer) error { _, err := io.Copy(w, f.Body); return err }
	}
	if err := f.Write(v.W); err != nil {
		v.Log("error", err.Error())
		panic(http.ErrAbortHandler) //nolint:forbidigo // a cut file must not look whole
	}
	return nil
}

// disposition writes a file name as RFC 6266 says, without what could break the header or disguise the ending.
func disposition(how, name string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == '"' || r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return '_'
		}
		return r
	}, name)
	if runes := []rune(clean); len(runes) > 120 {
		clean = string(runes[:60]) + "_" + string(runes[len(runes)-59:])
	}
	if clean == "" {
		clean = "file"
	}
	return mime.FormatMediaType(how, map[string]string{"filename": clean})
}
