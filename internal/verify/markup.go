package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// markup reads XML as our writer writes it and refuses the rest: comments, sections, instructions, document types, unknown
// entities, single quotes, characters nobody sees. What a reader passes over in silence is where something can hide. It is
// strict where encoding/xml is lenient, and a test holds its tokens to those of encoding/xml.
type markup struct {
	in    io.Reader
	err   error // of in
	buf   []byte
	r, w  int
	path  []byte // names of the open elements, joined by /
	ends  []int  // length of path before each of them
	close bool   // an element that closes itself was opened
	begun bool
	token
}

type kind uint8

const (
	opening kind = iota
	closing
	text
)

// token is valid until the next one. After a closing token the element is no longer in the path.
type token struct {
	kind  kind
	name  []byte // with its prefix
	attrs []attribute
	text  []byte
	spare []byte // where escaped text is written out
}

type attribute struct{ name, value []byte }

const (
	longestToken = 1 << 18
	mostDepth    = 16
)

func newMarkup(in io.Reader) *markup { return &markup{in: in, buf: make([]byte, 1<<16)} }

// next reads one token; io.EOF ends a document that is whole.
func (m *markup) next() error {
	if m.close {
		m.close = false
		return m.pop(m.name)
	}
	if !m.begun {
		m.begun = true
		if err := m.declaration(); err != nil {
			return err
		}
	}
	n, err := m.until('<')
	switch {
	case err == io.EOF && len(m.ends) == 0 && m.w == m.r && m.name != nil: //nolint:errorlint // fill gives io.EOF bare
		return io.EOF
	case err == io.EOF: //nolint:errorlint // as above
		return errors.New("the document ends too early, or text follows it")
	case err != nil:
		return err
	case n > 0:
		return m.readText(n)
	}
	return m.readTag()
}

// declaration takes the first line.
func (m *markup) declaration() error {
	n, err := m.until('>')
	if err != nil {
		return early(err, "the document has no declaration")
	}
	switch string(m.buf[m.r : m.r+n+1]) {
	case `<?xml version="1.0" encoding="UTF-8"?>`, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`:
	default:
		return errors.New("the document begins with an unknown declaration")
	}
	m.r += n + 1
	if _, err := m.until('<'); err != nil {
		return early(err, "the document is empty")
	}
	if m.buf[m.r] == '\n' {
		m.r++
	}
	return nil
}

// early says what is missing at the end of the text; another error says itself.
func early(err error, missing string) error {
	if errors.Is(err, io.EOF) {
		return errors.New(missing)
	}
	return err
}

// until gives the distance from m.r to the next c, reading on as needed.
func (m *markup) until(c byte) (int, error) {
	seen := 0
	for {
		if n := bytes.IndexByte(m.buf[m.r+seen:m.w], c); n >= 0 {
			return seen + n, nil
		}
		seen = m.w - m.r
		if err := m.fill(); err != nil {
			return 0, err
		}
	}
}

// fill reads more; tokens have a longest length, whatever the document.
func (m *markup) fill() error {
	if m.err != nil {
		return m.err
	}
	if m.r > 0 {
		m.w = copy(m.buf, m.buf[m.r:m.w])
		m.r = 0
	}
	if m.w == len(m.buf) {
		if len(m.buf) >= longestToken {
			return fmt.Errorf("a piece of the document is longer than %d bytes", longestToken)
		}
		m.buf = append(m.buf, make([]byte, len(m.buf))...)
	}
	n, err := m.in.Read(m.buf[m.w:])
	m.w += n
	m.err = err
	if n > 0 {
		return nil
	}
	return err
}

func (m *markup) readText(n int) error {
	if len(m.ends) == 0 {
		return errors.New("text stands outside of the document's element")
	}
	raw := m.buf[m.r : m.r+n]
	m.r += n
	m.kind = text
	m.spare = m.spare[:0]
	var err error
	m.text, err = m.plain(raw)
	return err
}

// readTag takes <name a="b">, <name/> or </name>.
func (m *markup) readTag() error {
	n, err := m.until('>')
	if err != nil {
		return early(err, "a tag does not end")
	}
	tag := m.buf[m.r+1 : m.r+n]
	m.r += n + 1
	if len(tag) > 0 && tag[0] == '/' {
		return m.pop(tag[1:])
	}
	if n := len(tag); n > 0 && tag[n-1] == '/' {
		tag, m.close = tag[:n-1], true
	}
	name, rest := cutName(tag)
	if len(name) == 0 {
		return errors.New("a comment, a section, an instruction or a document type stands in the document")
	}
	if err := m.readAttributes(rest); err != nil {
		return err
	}
	return m.push(name)
}

func (m *markup) push(name []byte) error {
	switch {
	case len(m.ends) == mostDepth:
		return fmt.Errorf("elements stand more than %d deep", mostDepth)
	case len(m.ends) == 0 && m.name != nil:
		return errors.New("a second document follows the first")
	}
	m.ends = append(m.ends, len(m.path))
	if len(m.path) > 0 {
		m.path = append(m.path, '/')
	}
	m.path = append(m.path, name...)
	m.kind, m.name = opening, name
	return nil
}

func (m *markup) pop(name []byte) error {
	if len(m.ends) == 0 || !bytes.Equal(m.last(), name) {
		return errors.New("an element is closed that is not open")
	}
	m.kind, m.name = closing, name
	m.path = m.path[:m.ends[len(m.ends)-1]]
	m.ends = m.ends[:len(m.ends)-1]
	return nil
}

// last is the name of the innermost open element.
func (m *markup) last() []byte {
	from := m.ends[len(m.ends)-1]
	if from > 0 {
		from++ // the slash
	}
	return m.path[from:]
}

// readAttributes takes  a="b" c="d" , each after spaces.
func (m *markup) readAttributes(b []byte) error {
	m.attrs, m.spare = m.attrs[:0], m.spare[:0]
	for {
		trimmed := bytes.TrimLeft(b, " ")
		if len(trimmed) == 0 {
			return nil
		}
		name, rest := cutName(trimmed)
		if len(trimmed) == len(b) || len(name) == 0 || len(rest) < 3 || rest[0] != '=' || rest[1] != '"' {
			return errors.New("a tag is not well formed")
		}
		n := bytes.IndexByte(rest[2:], '"')
		if n < 0 {
			return errors.New("a tag is not well formed")
		}
		value, err := m.plain(rest[2 : 2+n])
		if err != nil {
			return err
		}
		for _, a := range m.attrs {
			if bytes.Equal(a.name, name) {
				return errors.New("an attribute stands twice in one tag")
			}
		}
		m.attrs = append(m.attrs, attribute{name, value})
		b = rest[3+n:]
	}
}

func cutName(b []byte) (name, rest []byte) {
	n := 0
	for n < len(b) && (b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z' || n > 0 && (b[n] >= '0' && b[n] <= '9' || b[n] == ':' || b[n] == '_' || b[n] == '.' || b[n] == '-')) {
		n++
	}
	return b[:n], b[n:]
}

// plain resolves what is escaped, and refuses characters that do not show.
func (m *markup) plain(b []byte) ([]byte, error) {
	if isPlain(b) {
		return b, nil
	}
	from := len(m.spare)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == '&' {
			if r, n = escaped(b); n == 0 {
				return nil, errors.New("an entity is not one of XML's own")
			}
		} else if r == '\r' || r == '<' || r == '>' || r == utf8.RuneError && n == 1 {
			return nil, errors.New("the text is not well formed")
		}
		if hidden(r) {
			return nil, fmt.Errorf("a character that does not show (U+%04X)", r)
		}
		m.spare = utf8.AppendRune(m.spare, r)
		b = b[n:]
	}
	return m.spare[from:len(m.spare):len(m.spare)], nil
}

// isPlain reports characters of ASCII that stand for themselves.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c >= utf8.RuneSelf-1 || c == '&' || c == '<' || c == '>' {
			return false
		}
	}
	return true
}

// hidden is a character that a reader of the sheet cannot see: controls, marks of direction, joiners, private ones.
func hidden(r rune) bool {
	return unicode.Is(unicode.C, r) && r != '\n' && r != '\t' || r >= 0xFE00 && r <= 0xFE0F || r == 0xFFFE || r == 0xFFFF
}
