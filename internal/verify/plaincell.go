package verify

import "bytes"

// Nearly every cell of the data is written in the same few bytes. Those cells are taken at once; whatever differs by a byte is
// left to the reader of the XML, which decides. On a million rows of ten columns this is most of the time.
const (
	cellHead = `" t="inlineStr"><is><t>`
	cellTail = `</t></is></c>`
)

// plainCell takes the next cell of the data when it is one of those, and reports whether it did.
func (r *sheetReader) plainCell() bool {
	column := len(r.ends)
	if !r.isData || !r.inData || len(r.m.ends) != depthRow || r.m.close || column >= 'Z'-'A' {
		return false
	}
	b := r.m.buf[r.m.r:r.m.w]
	head := append(append(append(r.head[:0], `<c r="`...), 'A'+byte(column)), r.digits...)
	head = append(head, cellHead...)
	r.head = head
	if !bytes.HasPrefix(b, head) {
		return false
	}
	value := b[len(head):]
	n := bytes.IndexByte(value, '<')
	if n < 0 || !bytes.HasPrefix(value[n:], []byte(cellTail)) || !isPlain(value[:n]) {
		return false
	}
	r.m.r += len(head) + n + len(cellTail)
	if r.row > 1 {
		r.holdStyle(column, 1)
	}
	r.line = append(r.line, value[:n]...)
	r.cell = cellState{kind: 'i', opened: true, filled: true}
	r.endCell()
	return true
}
