package verify

import (
	"errors"
	"fmt"
	"io"
	"strconv"
)

// mostShared is more strings than the dictionary and the proof can have.
const mostShared = 100_000

// readShared reads the table of shared strings: plain ones, each once.
func (b *book) readShared(found *findings) {
	e, ok := b.parts[partStrings]
	if !ok {
		return
	}
	r := sharedReader{book: b, found: found, seen: map[string]bool{}}
	m := newMarkup(e.open(mostPart))
	for {
		err := m.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.wrong(err.Error())
			break
		}
		r.take(m)
	}
	b.used = make([]int, len(b.shared))
	if r.unique != strconv.Itoa(len(b.shared)) {
		r.wrong("the table of strings tells another number than it has")
	}
}

type sharedReader struct {
	*book
	found  *findings
	seen   map[string]bool
	unique string
	now    string
	texts  int // in the string being read
}

func (r *sharedReader) wrong(what string) { r.found.add(Finding{What: what, Part: partStrings}) }

func (r *sharedReader) take(m *markup) {
	switch path := string(m.path); {
	case m.kind == opening:
		if what := m.wrong(); what != "" {
			r.wrong(what)
		}
		switch path {
		case "sst":
			r.count, r.unique = m.named()["count"], m.named()["uniqueCount"]
		case "sst/si":
			r.now, r.texts = "", 0
		case "sst/si/t":
			r.texts++
		}
	case m.kind == text && path == "sst/si/t":
		r.now += string(m.text)
	case m.kind == text:
		r.wrong("text stands beside the strings")
	case string(m.name) == "si" && path == "sst":
		r.end()
	}
}

func (r *sharedReader) end() {
	switch {
	case r.texts != 1:
		r.wrong("a string is in several pieces, or in none")
	case r.seen[r.now]:
		r.wrong("a string stands twice in the table")
	case len(r.shared) == mostShared:
		r.wrong(fmt.Sprintf("there are more than %d strings", mostShared))
		return
	}
	r.seen[r.now] = true
	r.shared = append(r.shared, r.now)
}

// unused finds strings that no cell shows: what was deleted from a sheet and left in the file.
func (b *book) unused(found *findings) {
	total := 0
	for i, n := range b.used {
		total += n
		if n == 0 {
			found.add(Finding{What: fmt.Sprintf("the shared string %d is in no cell", i), Part: partStrings})
		}
	}
	if b.used != nil && b.count != strconv.Itoa(total) && b.count != strconv.Itoa(len(b.shared)) {
		found.add(Finding{What: "the table of strings tells another number of cells than use it", Part: partStrings})
	}
}
