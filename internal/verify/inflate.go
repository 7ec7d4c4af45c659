package verify

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode"
)

// Bounds on what is unpacked. The data sheet is read as a stream; the others are kept.
const (
	mostSheet = 2 << 30
	mostPart  = 8 << 20
)

// part is an entry being unpacked, held to its size and checksum, and to the end of its packed bytes.
type part struct {
	e      entry
	packed *bytes.Reader
	plain  io.ReadCloser
	read   int64
	limit  int64
	crc    uint32
}

func (e entry) open(limit int64) *part {
	packed := bytes.NewReader(e.packed)
	return &part{e: e, packed: packed, plain: flate.NewReader(packed), limit: limit}
}

func (p *part) Read(b []byte) (int, error) {
	n, err := p.plain.Read(b)
	p.read += int64(n)
	p.crc = crc32.Update(p.crc, crc32.IEEETable, b[:n])
	switch {
	case p.read > p.limit:
		return 0, fmt.Errorf("the part is larger than %d bytes", p.limit)
	case err == nil:
		return n, nil
	case !errors.Is(err, io.EOF):
		return n, errors.New("the part cannot be unpacked")
	case p.packed.Len() > 0:
		return n, errors.New("bytes stand behind the packed part")
	case p.crc != p.e.crc || p.read != int64(p.e.size):
		return n, errors.New("the part is not what its size and checksum say")
	}
	return n, io.EOF
}

// clean makes a name from a stranger fit to be shown.
func clean(name string) string {
	if len(name) > 60 {
		name = name[:60] + "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, name)
}
