package stage

import (
	"strconv"

	"guichet/internal/testkit"
)

// AttachAll gives a file for each document whose upload form the page shows, those that are optional included, and
// names the documents that were asked.
func (f *Filing) AttachAll() (asked []string) {
	f.app.t.Helper()
	shade := uint8(10)
	given := map[string]bool{}
	for {
		next := f.nextUpload(given)
		if next == nil {
			return asked
		}
		path := next.Values.Get("path")
		given[path] = true
		if field := f.Def.Form.Field(path); field != nil && next.page.Says(label(field, f.Persona.Lang)) {
			asked = append(asked, field.ID)
			f.Asked[field] = true
		}
		shade += 7
		next.Attach(next.FileControl(), "papier-"+strconv.Itoa(int(shade))+".png", testkit.Picture(shade)).Submit("").Want(200)
	}
}

// nextUpload is the first upload form of a fresh page that has had nothing yet.
func (f *Filing) nextUpload(given map[string]bool) *Form {
	f.app.t.Helper()
	for _, u := range f.Get(f.Path("/documents")).Forms("/document") {
		if path := u.Values.Get("path"); path != "" && !given[path] {
			return u
		}
	}
	return nil
}

// Attach gives one file for one document.
func (f *Filing) Attach(path string, content []byte) *Page {
	f.app.t.Helper()
	for _, u := range f.Get(f.Path("/documents")).Forms("/document") {
		if u.Values.Get("path") == path {
			return u.Attach(u.FileControl(), "papier.png", content).Submit("")
		}
	}
	f.app.t.Fatalf("no upload form for %s", path)
	return nil
}

// Send ticks what must be declared on the check page and sends the draft.
func (f *Filing) Send() *Page {
	f.app.t.Helper()
	check := f.Get(f.Path("/check"))
	return check.Form("/move/").TickAll().Submit("").Want(200)
}
