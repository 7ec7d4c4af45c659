package strength

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // what collections of breached passwords are published as; nothing is protected by it
	"encoding/hex"
	"fmt"
	"os"

	"guichet/internal/fault"
)

// Breached is a file of the administrator: a line for each breached password, in order, that begins with the forty
// digits of its SHA-1. It is searched where it lies and never loaded, however long; it may be written anew meanwhile. nil holds nothing.
type Breached struct {
	file *os.File
}

const (
	digits   = 2 * sha1.Size
	longLine = 80 // digits, a colon, a count
)

// OpenBreached opens the file and looks at a few of its lines, so that another kind of file, or one that is not in
// order, is refused at the start.
func OpenBreached(path string) (_ *Breached, err error) {
	defer fault.Wrap(&err, "strength.OpenBreached")
	f, err := os.Open(path) //nolint:gosec // the administrator's choice
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := &Breached{f}
	var last []byte
	for i := range int64(33) {
		_, hash, _, err := b.line(i * max(0, info.Size()-1) / 32)
		if err == nil && bytes.Compare(hash, last) < 0 {
			err = fmt.Errorf("its lines are not in order: sort it by hash")
		}
		if err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("%s is no list of breached passwords: %w", path, err)
		}
		last = hash
	}
	return b, nil
}

// Close lets go of the file.
func (b *Breached) Close() error {
	if b == nil {
		return nil
	}
	return b.file.Close()
}

// Has tells whether the file names the password.
func (b *Breached) Has(password string) (_ bool, err error) {
	defer fault.Wrap(&err, "strength.Breached.Has")
	if b == nil {
		return false, nil
	}
	info, err := b.file.Stat()
	if err != nil {
		return false, err
	}
	sum := sha1.Sum([]byte(password))  //nolint:gosec // see above
	low, high := int64(0), info.Size() // the line looked for begins in [low, high)
	for low < high {
		start, hash, next, err := b.line(low + (high-low)/2)
		if err != nil {
			return false, err
		}
		switch bytes.Compare(hash, sum[:]) {
		case 0:
			return true, nil
		case -1:
			low = next
		default:
			high = start
		}
	}
	return false, nil
}

// line is the one that the byte at offset belongs to: where it starts, its hash, where the next one starts.
func (b *Breached) line(offset int64) (start int64, hash []byte, next int64, err error) {
	from := max(0, offset-longLine)
	buffer := make([]byte, 2*longLine+1)
	n, err := b.file.ReadAt(buffer, from)
	if n == 0 {
		return 0, nil, 0, fmt.Errorf("it is empty or cannot be read: %w", err)
	}
	buffer = buffer[:n]
	at := int(offset - from)
	begin := bytes.LastIndexByte(buffer[:at], '\n') + 1
	end := bytes.IndexByte(buffer[at:], '\n')
	if end < 0 {
		end = n - at
	}
	text := bytes.TrimSpace(buffer[begin : at+end])
	if len(text) < digits || len(text) > longLine {
		return 0, nil, 0, fmt.Errorf("a line does not begin with %d digits of SHA-1", digits)
	}
	hash = make([]byte, sha1.Size)
	if _, err := hex.Decode(hash, text[:digits]); err != nil {
		return 0, nil, 0, fmt.Errorf("a line does not begin with %d digits of SHA-1", digits)
	}
	return from + int64(begin), hash, from + int64(at+end) + 1, nil
}
