package document

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
)

// Names of what runs or carries something, as they stand in the bytes from a slash on.
var residues = regexp.MustCompile(`^(/S[\s\x00]*/(JavaScript|Launch|SubmitForm|ImportData|GoToE|GoToR|Rendition|RichMediaExecute)([^A-Za-z0-9]|$)|/Type[\s\x00]*/EmbeddedFile([^A-Za-z0-9]|$))`)

// leaves tells whether a residue stands anywhere in the bytes. Slashes are few: most of a large file is never put to the expression.
func leaves(body []byte) bool {
	for {
		at := bytes.IndexByte(body, '/')
		if at < 0 || at+1 == len(body) {
			return false
		}
		body = body[at:]
		if (body[1] == 'S' || body[1] == 'T') && residues.Match(body) {
			return true
		}
		body = body[1:]
	}
}

// residue looks for danger in the bytes themselves, and in every object stream
// that stands among them: objects of an earlier revision, or that no table
// names, are not read by our parser but may be by another.
func residue(body []byte) (bool, error) {
	if leaves(plainNames(body)) {
		return true, nil
	}
	left := int64(mostStreams)
	for at := 0; ; {
		next := bytes.Index(body[at:], []byte("stream"))
		if next < 0 {
			return false, nil
		}
		at += next + len("stream")
		if !bytes.Contains(plainNames(body[max(0, at-512):at]), []byte("/ObjStm")) {
			continue
		}
		objects, err := inflated(bytes.TrimLeft(body[at:], "\r\n"), min(left, mostStream))
		if err != nil {
			return false, err
		}
		left -= int64(len(objects))
		if leaves(plainNames(objects)) {
			return true, nil
		}
	}
}

// inflated unpacks what stands at the start of body, as far as it can be.
func inflated(body []byte, most int64) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil { // not packed, and then the first look has seen it
		return nil, nil
	}
	objects, _ := io.ReadAll(io.LimitReader(r, most+1))
	if int64(len(objects)) > most {
		return nil, errHeavy
	}
	return objects, nil
}

// plainNames undoes #xx, by which a name may be written in other letters (ISO 32000-2, 7.3.5).
func plainNames(body []byte) []byte {
	if !bytes.Contains(body, []byte("#")) {
		return body
	}
	out := make([]byte, 0, len(body))
	for {
		at := bytes.IndexByte(body, '#')
		switch {
		case at < 0 || at+2 >= len(body):
			return append(out, body...)
		case isHex(body[at+1]) && isHex(body[at+2]):
			out = append(append(out, body[:at]...), hexValue(body[at+1])<<4|hexValue(body[at+2]))
			body = body[at+3:]
		default:
			out = append(out, body[:at+1]...)
			body = body[at+1:]
		}
	}
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func hexValue(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}
