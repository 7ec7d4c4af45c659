package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/internal/document"
)

// bare is what no upload can do without: the hash, the sealing, and a file that a power cut does not lose. In milliseconds.
func (h *house) bare(ctx context.Context) (float64, error) {
	began := time.Now()
	sum := sha256.Sum256(h.body)
	var sealed bytes.Buffer
	sealed.Grow(size + size/8)
	w, err := h.key.Writer(&sealed, "document", string(sum[:]))
	if err == nil {
		_, err = w.Write(h.body)
		err = errors.Join(err, w.Close())
	}
	name := document.NewName()
	if err == nil {
		_, err = h.blobs.Put(ctx, name, &sealed)
	}
	took := since(began)
	return took, errors.Join(err, h.blobs.Delete(ctx, name))
}

func since(t time.Time) float64 { return time.Since(t).Seconds() * 1000 }

// ask sends a request as the browser of a page does.
func (h *house) ask(ctx context.Context, method string, p person, path string, header http.Header, body io.Reader, length int64) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+h.addr+p.dossier+path, body)
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(h.addr, ":")
	r.Host, r.ContentLength = "localhost:"+port, length
	r.Header = http.Header{"Cookie": {p.cookie}, "Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"navigate"}, "Accept-Language": {"fr"}}
	for k, v := range header {
		r.Header[k] = v
	}
	res, err := h.client.Do(r)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return res, errors.Join(err, res.Body.Close())
}

// turn is who sends next.
func (h *house) turn() person {
	h.next++
	return h.people[h.next%len(h.people)]
}

const boundary = "guichet-bench-boundary"

// form is what stands before and behind a file in the plain form.
func (h *house) form() (before, behind string) {
	before = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\n" + h.field +
		"\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"scan.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
	return before, "\r\n--" + boundary + "--\r\n"
}

// post sends the file with the plain form, and returns the milliseconds until it was kept.
func (h *house) post(ctx context.Context) (float64, error) {
	before, behind := h.form()
	began := time.Now()
	err := h.send(ctx, h.turn(), io.MultiReader(strings.NewReader(before), bytes.NewReader(h.body), strings.NewReader(behind)))
	return since(began), err
}

func (h *house) send(ctx context.Context, p person, body io.Reader) error {
	before, behind := h.form()
	length := int64(len(before) + len(h.body) + len(behind))
	res, err := h.ask(ctx, http.MethodPost, p, "/document", http.Header{"Content-Type": {"multipart/form-data; boundary=" + boundary}}, body, length)
	if err == nil && res.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("the file was answered with %d", res.StatusCode)
	}
	return err
}

// pieces sends the file as the script does, over a fast line.
func (h *house) pieces(ctx context.Context) (float64, error) {
	p, began := h.turn(), time.Now()
	about := url.Values{"path": {h.field}, "name": {"scan.pdf"}, "type": {"application/pdf"}, "size": {strconv.Itoa(len(h.body))}, "modified": {strconv.Itoa(h.next)}}
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	post := func(path string, header http.Header, body string, want int) (*http.Response, error) {
		res, err := h.ask(ctx, http.MethodPost, p, path, header, strings.NewReader(body), int64(len(body)))
		if err == nil && res.StatusCode != want {
			err = fmt.Errorf("%s answered %d", path, res.StatusCode)
		}
		return res, err
	}
	res, err := post("/upload", form, about.Encode(), http.StatusCreated)
	if err != nil {
		return 0, err
	}
	_, id, _ := strings.Cut(res.Header.Get("Location"), "/upload/")
	for at, n := 0, 128<<10; at < len(h.body); n = min(2*n, 4<<20) {
		end := min(at+n, len(h.body))
		header := http.Header{"Content-Type": {"application/octet-stream"}, "Upload-Offset": {strconv.Itoa(at)}}
		if _, err := post("/upload/"+id, header, string(h.body[at:end]), http.StatusNoContent); err != nil {
			return 0, err
		}
		at = end
	}
	_, err = post("/upload/"+id+"/finish", form, url.Values{"path": {h.field}, "name": {"scan.pdf"}}.Encode(), http.StatusCreated)
	return since(began), err
}

// memory is what the server's memory grows by for each of many files that are half way at once and then end together, at its
// peak, in MB.
func (h *house) memory(ctx context.Context) (float64, error) {
	before, err := h.resident()
	if err != nil {
		return 0, err
	}
	var arrived sync.WaitGroup
	arrived.Add(h.clients)
	all, ctx := errgroup.WithContext(ctx)
	for i := range h.clients {
		all.Go(func() error {
			head, behind := h.form()
			half := &gate{Reader: bytes.NewReader(h.body), left: size / 2, at: &arrived}
			return h.send(ctx, h.people[i], io.MultiReader(strings.NewReader(head), half, strings.NewReader(behind)))
		})
	}
	done := make(chan error, 1)
	go func() { done <- all.Wait() }()
	peak := before
	for tick := time.NewTicker(2 * time.Millisecond); ; <-tick.C {
		now, err := h.resident()
		if err != nil {
			return 0, err
		}
		peak = max(peak, now)
		select {
		case err := <-done:
			tick.Stop()
			return (peak - before) / float64(h.clients), err
		default:
		}
	}
}

// gate lets the first bytes pass, and the rest once everybody is as far.
type gate struct {
	io.Reader
	left int
	at   *sync.WaitGroup
}

func (g *gate) Read(b []byte) (int, error) {
	if g.left <= 0 && g.at != nil {
		g.at.Done()
		g.at.Wait()
		g.at = nil
	}
	n, err := g.Reader.Read(b)
	g.left -= n
	return n, err
}

// resident is the memory of the server's process in MB; what files it has mapped counts as well.
func (h *house) resident() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.server.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, line, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.ParseFloat(strings.Fields(line)[0], 64)
	return kb * 1024 / 1e6, err
}
