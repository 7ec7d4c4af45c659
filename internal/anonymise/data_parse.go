package anonymise

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"runtime"
)

// ParseCSV is ReadCSV for a text that is in memory already. It works on all cores; the result is the same for any
// number of them. The text is not kept.
func ParseCSV(label string, text []byte) (*Data, error) {
	return parseCSV(label, text, runtime.GOMAXPROCS(0))
}

func parseCSV(label string, text []byte, threads int) (*Data, error) {
	body := bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	heading, rest, found := bytes.Cut(body, []byte("\n"))
	heading = bytes.TrimSuffix(heading, []byte("\r"))
	if !found || len(heading) == 0 || bytes.IndexByte(body, '"') >= 0 || bytes.IndexByte(rest, '\r') >= 0 && !plainReturns(rest) {
		return ReadCSV(label, bytes.NewReader(text)) // quotation marks, or almost nothing: no need for speed
	}
	comma := byte(',')
	if bytes.IndexByte(heading, ';') >= 0 {
		comma = ';'
	}
	d, err := emptyData(label, fieldsOf(heading, comma))
	if err != nil {
		return nil, err
	}
	parts := cut(rest, max(1, min(threads*4, len(rest)>>16)))
	parallel(threads, len(parts), func(_, i int) { parts[i].parse(comma, len(d.columns)) })
	line := 2
	for i := range parts {
		p := &parts[i]
		if p.ragged > 0 {
			return nil, ragged(label, line+p.ragged-1, p.width, len(d.columns))
		}
		p.line = line
		line += p.lines
	}
	d.join(parts, threads)
	return d, nil
}

// plainReturns reports that carriage returns stand at the ends of lines alone.
func plainReturns(text []byte) bool {
	return bytes.Count(text, []byte("\r")) == bytes.Count(text, []byte("\r\n"))
}

func fieldsOf(line []byte, comma byte) []string {
	var names []string
	for field := range bytes.SplitSeq(line, []byte{comma}) {
		names = append(names, string(field))
	}
	return names
}

// part is a stretch of whole lines.
type part struct {
	text    []byte
	line    int // of its first line in the file
	lines   int
	rows    int
	ragged  int // a line, from 1, that has another width; 0 when none has
	width   int // its width
	columns []dictionary
}

// cut divides a text into parts that end with a line.
func cut(text []byte, n int) []part {
	var list []part
	size := len(text)/n + 1
	for len(text) > 0 {
		end := min(size, len(text))
		if i := bytes.IndexByte(text[end-1:], '\n'); i >= 0 {
			end += i
		} else {
			end = len(text)
		}
		list = append(list, part{text: text[:end]})
		text = text[end:]
	}
	return list
}

func (p *part) parse(comma byte, width int) {
	p.columns = make([]dictionary, width)
	lines := bytes.Count(p.text, []byte("\n")) + 1
	for j := range p.columns {
		p.columns[j] = newDictionary(lines)
	}
	marks := marker{repeat(comma), repeat('\n')}
	at := 0
	for at < len(p.text) {
		p.lines++
		if end := emptyLine(p.text[at:]); end > 0 {
			at += end
			continue
		}
		for j := range p.columns {
			end := marks.next(p.text, at)
			from, to := at, end
			at = end + 1
			last := end == len(p.text) || p.text[end] == '\n'
			if last && to > from && p.text[to-1] == '\r' {
				to--
			}
			if last != (j == width-1) {
				p.ragged, p.width = p.lines, p.fields(comma)
				return
			}
			p.columns[j].add(p.text, from, to, p.lines)
		}
		p.rows++
	}
}

// fields counts the fields of the last line begun.
func (p *part) fields(comma byte) int {
	i := 1
	for line := range bytes.Lines(p.text) {
		if i == p.lines {
			return bytes.Count(line, []byte{comma}) + 1
		}
		i++
	}
	return 0
}

// emptyLine is the length of an empty line with its end, or 0.
func emptyLine(text []byte) int {
	if text[0] == '\n' {
		return 1
	}
	if text[0] == '\r' && (len(text) == 1 || text[1] == '\n') {
		return min(2, len(text))
	}
	return 0
}

// marker finds the end of a field, eight bytes at a time.
type marker struct{ comma, line uint64 }

const (
	everyByte = 0x0101010101010101
	highBits  = 0x8080808080808080
)

func repeat(c byte) uint64 { return uint64(c) * everyByte }

// next is the position of the next comma or end of line, or the length of the text.
func (m marker) next(text []byte, at int) int {
	for ; at+8 <= len(text); at += 8 {
		word := binary.LittleEndian.Uint64(text[at:])
		a, b := word^m.comma, word^m.line
		if hit := ((a - everyByte) &^ a & highBits) | ((b - everyByte) &^ b & highBits); hit != 0 {
			return at + bits.TrailingZeros64(hit)/8
		}
	}
	for ; at < len(text); at++ {
		if c := text[at]; c == byte(m.comma) || c == byte(m.line) {
			return at
		}
	}
	return len(text)
}
