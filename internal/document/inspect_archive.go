package document

import (
	"bytes"
	"encoding/binary"
	"io"
)

// A ZIP archive is read from its end: a record of 22 bytes and a comment of at
// most 65,535 (APPNOTE 4.3.16).
const (
	archiveEnd    = 22
	archiveSearch = archiveEnd + 1<<16 - 1
)

// carriesArchive tells whether a file is a ZIP archive (a program for Java, an
// office document) as well as what its first bytes say.
func carriesArchive(r io.ReaderAt, size int64) bool {
	from := max(0, size-archiveSearch)
	tail := make([]byte, size-from)
	if n, _ := r.ReadAt(tail, from); n < len(tail) {
		return false
	}
	for {
		at := bytes.Index(tail, []byte("PK\x05\x06"))
		if at < 0 || len(tail)-at < archiveEnd {
			return false
		}
		end := tail[at : at+archiveEnd]
		here, all := binary.LittleEndian.Uint16(end[8:]), binary.LittleEndian.Uint16(end[10:])
		comment := int(binary.LittleEndian.Uint16(end[20:]))
		if here == all && comment <= len(tail)-at-archiveEnd {
			return true
		}
		tail = tail[at+4:]
	}
}
