package mailbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// header is the head of a message or of one of its parts.
type header map[string][]string

func (h header) get(field string) string { return textproto.MIMEHeader(h).Get(field) }

// reader goes through the parts of a message. It reads each byte once, follows no part deeper than mostDepth, and looks at no more
// than mostParts of them: a message of a few kilobytes cannot make more work than that.
type reader struct {
	into   *Message
	parts  int
	plain  strings.Builder
	marked strings.Builder // the text of parts in HTML, used when there is no other
}

// words is what was written: plain text where there is any.
func (r *reader) words() string {
	if s := strings.TrimSpace(r.plain.String()); s != "" {
		return s
	}
	return strings.TrimSpace(r.marked.String())
}

func (r *reader) part(h header, body io.Reader, depth int) {
	if r.parts++; r.parts > mostParts || depth > mostDepth {
		return
	}
	kind, params, err := mime.ParseMediaType(h.get("Content-Type"))
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) || kind == "" {
		kind = "text/plain" // RFC 2045, 5.2
	}
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		r.several(multipart.NewReader(body, params["boundary"]), depth)
		return
	}
	how, named, _ := mime.ParseMediaType(h.get("Content-Disposition")) // what cannot be read is no disposition
	name := line(decodeWords(firstOf(named["filename"], params["name"])))
	content := decode(h.get("Content-Transfer-Encoding"), body)
	text := strings.HasPrefix(kind, "text/") && (kind == "text/plain" || kind == "text/html")
	switch {
	case text && how != "attachment" && name == "":
		r.text(kind, params["charset"], content)
	default:
		r.file(name, kind, content)
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (r *reader) several(parts *multipart.Reader, depth int) {
	for r.parts <= mostParts {
		p, err := parts.NextRawPart()
		if err != nil {
			return // the end, or something that is none: what was read stands
		}
		r.part(header(p.Header), p, depth+1)
	}
}

// text keeps what a person reads.
func (r *reader) text(kind, charset string, content io.Reader) {
	raw, _ := io.ReadAll(io.LimitReader(content, mostDecoded)) // what breaks off is kept as far as it goes
	s := printable(toUTF8(charset, raw))
	into := &r.plain
	if kind == "text/html" {
		s, into = plainOf(s), &r.marked
	}
	if into.Len() > mostDecoded || strings.TrimSpace(s) == "" {
		return
	}
	into.WriteString(strings.TrimSpace(s))
	into.WriteString("\n\n")
}

// file keeps bytes for the document path to look at.
func (r *reader) file(name, kind string, content io.Reader) {
	raw, _ := io.ReadAll(content) // of a message that is bounded as a whole
	switch {
	case len(raw) == 0:
		return
	case len(r.into.Files) >= mostFiles:
		r.into.Dropped++
		return
	case name == "":
		name = strings.NewReplacer("/", "-").Replace(kind)
	}
	r.into.Files = append(r.into.Files, File{name, raw})
}

// decode undoes the transfer encoding; an unknown one is taken as it is.
func decode(how string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(how)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, &lenient{src: body})
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// lenient drops what is no letter of base64, as RFC 2045 tells readers to.
type lenient struct{ src io.Reader }

func (l *lenient) Read(p []byte) (int, error) {
	for {
		n, err := l.src.Read(p)
		kept := p[:0]
		for _, b := range p[:n] {
			if b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '+' || b == '/' || b == '=' {
				kept = append(kept, b)
			}
		}
		if len(kept) > 0 || err != nil {
			return len(kept), err
		}
	}
}

var decoder = &mime.WordDecoder{CharsetReader: func(charset string, input io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(io.LimitReader(input, mostDecoded))
	return strings.NewReader(toUTF8(charset, raw)), err
}}

// decodeWords reads a header written in another charset (RFC 2047); one that cannot be read is kept as it is.
func decodeWords(s string) string {
	if out, err := decoder.DecodeHeader(s); err == nil {
		return out
	}
	return s
}

// toUTF8 reads words in the charset they claim. One that does not exist, and UTF-8 that is none, are read as the web reads them.
func toUTF8(charset string, raw []byte) string {
	var from encoding.Encoding = charmap.Windows1252
	charset = strings.ToLower(strings.TrimSpace(charset))
	utf := charset == "" || charset == "utf-8" || charset == "us-ascii" || charset == "ascii"
	if utf && bytes.Equal(raw, bytes.ToValidUTF8(raw, nil)) {
		return string(raw)
	}
	if named, err := htmlindex.Get(charset); err == nil && !utf && named != encoding.Replacement {
		from = named
	}
	out, err := from.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(out)
}

// printable drops what no reader sees: control characters but for lines and tabs, and marks that turn the direction of writing,
// with which a name can be made to read as another.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == 0x0d:
			return -1
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD"))
}

// plainOf is the text of a page of HTML: nothing of it is fetched, run or shown as it is.
func plainOf(s string) string {
	z, silent := html.NewTokenizer(strings.NewReader(s)), 0
	z.SetMaxBuf(mostDecoded)
	var b strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidy(b.String())
		case html.TextToken:
			if silent == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			silent = mark(z.Token(), &b, silent)
		}
	}
}

// mark makes lines of blocks, and counts how deep we are in what is not text.
func mark(t html.Token, b *strings.Builder, silent int) int {
	switch t.Data {
	case "script", "style", "head", "title", "template":
		if t.Type == html.StartTagToken {
			return silent + 1
		}
		return max(0, silent-1)
	case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol":
		b.WriteByte('\n')
	case "td", "th":
		b.WriteByte(' ')
	}
	return silent
}

// tidy leaves one empty line where there were several.
func tidy(s string) string {
	s = html.UnescapeString(s)
	var out []string
	for l := range strings.Lines(s) {
		l = strings.Join(strings.Fields(l), " ")
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}
