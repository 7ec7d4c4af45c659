package stage

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// Probe sends one request to a door with the cookies of this browser, wherever they come from, and tells the answer's status and
// where it leads. The screen stays as it is: it serves tests that send thousands. Values named "@…" go as in a form with files, the one named "#" as a piece of a file.
func (b *Browser) Probe(method, door, path string, values url.Values) (status int, to string) {
	b.app.t.Helper()
	kind, body := encoded(values)
	r := httptest.NewRequestWithContext(b.app.t.Context(), method, path, strings.NewReader(body))
	at, err := url.Parse(door)
	b.app.must(err)
	r.Host = at.Host
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	if method == http.MethodPost {
		r.Header.Set("Origin", door)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Upload-Offset", "0")
	}
	own, err := url.Parse(b.origin)
	b.app.must(err)
	for name, value := range b.cookies[own.Host] {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.app.Doors.ServeHTTP(rec, r)
	return rec.Code, rec.Header().Get("Location")
}

func encoded(values url.Values) (kind, body string) {
	var out bytes.Buffer
	if raw := values["#"]; raw != nil {
		return "application/octet-stream", raw[0]
	}
	parts := multipart.NewWriter(&out)
	n := 0
	for name, all := range values {
		if field, ok := strings.CutPrefix(name, "@"); ok {
			n++
			_ = parts.WriteField(field, all[0]) // to memory
		}
	}
	if n == 0 {
		return "application/x-www-form-urlencoded", values.Encode()
	}
	_ = parts.Close()
	return parts.FormDataContentType(), out.String()
}
