package stage

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
)

// Offer tells of a file before it travels in pieces, as the script does, and gives the address to send it to.
func (b *Browser) Offer(dossier, path, name string, size int) string {
	b.app.t.Helper()
	told := url.Values{"path": {path}, "name": {name}, "type": {""}, "size": {strconv.Itoa(size)}, "modified": {"1"}}
	return b.origin + b.Post("/dossier/"+dossier+"/upload", told).Want(http.StatusCreated).Header.Get("Location")
}

// Piece sends a part of a file to the address that Offer gave, whatever comes of it.
func (b *Browser) Piece(address string, offset int, body []byte) *Page {
	b.app.t.Helper()
	b.offset = strconv.Itoa(offset)
	defer func() { b.offset = "" }()
	return b.send(http.MethodPost, b.resolve(address), "application/octet-stream", bytes.NewReader(body))
}
