package attack

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"html"
	"strings"
	"unicode/utf16"
)

// canaries looks for strings of the dossiers in every byte of the inflated file, as they are, with XML's escapes, in capitals
// and in UTF-16 (P1). It tells which line of the list was found, not what it says.
func (w *world) canaries(r *Report) {
	for _, s := range w.releases {
		places := s.haystacks()
		for i, canary := range w.Canaries {
			if strings.TrimSpace(canary) == "" {
				continue
			}
			for _, p := range places {
				if p.holds(canary) {
					r.rows(s, -1, 1, 1, fmt.Sprintf("line %d of the canaries stands in %s", i+1, p.name))
					break
				}
			}
		}
	}
}

// haystack is a piece of a file in lower case, as it is and without XML's escapes.
type haystack struct {
	name          string
	data, without []byte
}

func (s *seen) haystacks() []haystack {
	list := []haystack{newHaystack("the bytes of the file", s.Bytes)}
	for _, p := range s.Parts {
		list = append(list, newHaystack("part "+p.Header.Name, p.Data),
			newHaystack("the entry of "+p.Header.Name, []byte(p.Header.Name+"\x00"+p.Header.Comment+"\x00"+string(p.Header.Extra))))
	}
	for i, row := range s.Rows {
		if len(s.Bytes) == 0 { // rows that were given without a file
			list = append(list, newHaystack(fmt.Sprintf("row %d", i+1), []byte(strings.Join(row, "\x00"))))
		}
	}
	return list
}

func newHaystack(name string, data []byte) haystack {
	h := haystack{name: name, data: bytes.ToLower(data)}
	h.without = h.data
	if bytes.ContainsRune(data, '&') {
		h.without = bytes.ToLower([]byte(html.UnescapeString(string(data))))
	}
	return h
}

func (h haystack) holds(canary string) bool {
	lower := strings.ToLower(canary)
	return bytes.Contains(h.data, []byte(lower)) || bytes.Contains(h.without, []byte(lower)) ||
		bytes.Contains(h.data, inUTF16(lower))
}

func inUTF16(s string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}
