package anonymise

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"

	"guichet/internal/fault"
)

const peekSize = 64 << 10 // enough for any reasonable first line

// ReadCSV reads a table whose first line names the columns, separated by `;` or `,`.
// The label names the file in errors, which are of kind fault.Invalid and hold a *Problem.
func ReadCSV(label string, r io.Reader) (d *Data, err error) {
	defer fault.Wrap(&err, "anonymise.ReadCSV")
	lines := newLines(label, r)
	names, _, err := lines.next()
	if errors.Is(err, io.EOF) {
		return nil, problem(label, 1, "the file is empty", "give a first line with the names of the columns")
	}
	if err != nil {
		return nil, err
	}
	if d, err = emptyData(label, append([]string(nil), names...)); err != nil {
		return nil, err
	}
	for {
		row, line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err != nil {
			return nil, err
		}
		d.add(row, line)
	}
}

// lines reads records of one width and turns the reader's errors into Problems.
type lines struct {
	label string
	csv   *csv.Reader
	width int
}

func newLines(label string, r io.Reader) *lines {
	buffered := bufio.NewReaderSize(r, peekSize)
	if mark, _ := buffered.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(3) // three bytes already buffered
	}
	reader := csv.NewReader(buffered)
	reader.Comma = separator(buffered)
	reader.ReuseRecord = true
	return &lines{label: label, csv: reader}
}

// separator is `;` where the first line has one, else `,`.
func separator(r *bufio.Reader) rune {
	head, _ := r.Peek(peekSize) // a shorter file gives what it has
	first, _, _ := bytes.Cut(head, []byte("\n"))
	if bytes.ContainsRune(first, ';') {
		return ';'
	}
	return ','
}

func (l *lines) next() (record []string, line int, err error) {
	record, err = l.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, 0, io.EOF
	}
	parse, bad := errors.AsType[*csv.ParseError](err)
	if bad && !errors.Is(err, csv.ErrFieldCount) {
		return nil, 0, problem(l.label, parse.Line, "a quotation mark stands where none may", "double the quotation marks inside a quoted field and close every one")
	}
	if err != nil && !bad {
		return nil, 0, err
	}
	if bad {
		return nil, 0, ragged(l.label, parse.Line, len(record), l.width)
	}
	l.width = len(record)
	line, _ = l.csv.FieldPos(0)
	return record, line, nil
}
