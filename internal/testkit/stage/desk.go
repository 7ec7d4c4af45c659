package stage

import (
	"strings"

	"golang.org/x/net/html"
)

// Desk is an agent at work on one dossier.
type Desk struct {
	*Browser
	ID string
}

// Take opens a dossier of the queue in an agent's browser.
func (b *Browser) Take(id string) *Desk { return &Desk{b, id} }

// Read opens the dossier's page.
func (d *Desk) Read() *Page {
	d.app.t.Helper()
	return d.Get("/dossier/" + d.ID)
}

// Move makes a move by its page: fields are the agent's own, by name.
func (d *Desk) Move(move string, fields map[string]string) *Page {
	d.app.t.Helper()
	return d.TryMove(move, fields).Want(200)
}

// TryMove is Move, whatever comes of it.
func (d *Desk) TryMove(move string, fields map[string]string) *Page {
	d.app.t.Helper()
	f := d.moveForm(move)
	for name, value := range fields {
		f.Set(name, value)
	}
	return f.Submit("")
}

// Approve lets the agent of another browser approve what this one has proposed.
func (d *Desk) Approve(second *Browser) *Page {
	d.app.t.Helper()
	return second.Get("/dossier/" + d.ID + "/second").Form("/approve").Submit("").Want(200)
}

// moveForm is the button on the dossier's page, or the page that the move has of its own.
func (d *Desk) moveForm(move string) *Form {
	d.app.t.Helper()
	page := d.Read()
	if f := page.MaybeForm("/move/" + move); f != nil {
		return f
	}
	return page.Follow("/move/" + move).Form("/move/" + move)
}

// Ask asks for items, by path, with a word on each.
func (d *Desk) Ask(words map[string]string) *Page {
	d.app.t.Helper()
	f := d.moveForm("ask")
	for path, word := range words {
		f.Tick("pick="+path).Set("word."+path, word)
	}
	return f.Submit("").Want(200)
}

// Pair is a key with its value, as a list or a table shows them.
type Pair struct{ Key, Value string }

// Pairs are all keys and values of the page's lists and tables.
func (p *Page) Pairs() []Pair {
	var out []Pair
	for _, dt := range p.all("dt") {
		pair := Pair{Key: textOf(dt)}
		for n := dt.NextSibling; n != nil && n.Data != "dt"; n = n.NextSibling {
			if n.Type == html.ElementNode {
				pair.Value += " " + textOf(n)
			}
		}
		out = append(out, pair)
	}
	for _, tr := range p.all("tr") {
		out = append(out, Pair{Key: textOf(tr), Value: textOf(tr)})
	}
	return out
}

// Answers tells whether the page shows value as the answer to the question label.
func (p *Page) Answers(label, value string) bool {
	label, value = squeeze(label), squeeze(value)
	for _, pair := range p.Pairs() {
		if strings.Contains(pair.Key, label) && strings.Contains(pair.Value, value) {
			return true
		}
	}
	return false
}
