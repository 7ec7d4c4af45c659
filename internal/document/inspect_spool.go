package document

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"guichet/internal/fault"
)

// Sent is a file as it came in, on disk without a name: nothing stays of it when the process ends.
type Sent struct {
	file *os.File
	size int64
	kind Kind // as its first bytes have it; "" for none we know

	Grey bool // a picture is kept without its colours
}

// Spool takes in a file of unknown size and at most so many bytes, no more than the service's own limit. Errors: fault.Invalid "document.empty",
// fault.TooLarge "document.too_large", and those of src. The caller closes what it gets.
func (w *Workshop) Spool(src io.Reader, most int64) (_ *Sent, err error) {
	defer fault.Wrap(&err, "document.Spool")
	file, err := nameless()
	if err != nil {
		return nil, err
	}
	s := &Sent{file: file}
	defer func() { closeUnless(err == nil, file) }()
	if s.size, err = spool(file, src, min(most, Standard.Bytes)); err != nil {
		return nil, err
	}
	if s.size == 0 { // no need of a child to see that
		return nil, fault.New(fault.Invalid, "document.empty")
	}
	s.kind, _ = recognise(s.Reader()) // what it is not will be told by the child
	return s, nil
}

// AsItIs tells whether a file of this kind is kept as it was sent, once it is found sound: a PDF.
func (s *Sent) AsItIs() bool { return s.kind == PDF }

// Reader reads the file from its start, whoever else reads it.
func (s *Sent) Reader() io.Reader { return io.NewSectionReader(s.file, 0, s.size) }

// Close gives the file back.
func (s *Sent) Close() error { return s.file.Close() }

// again is the same file once more, to be closed by itself.
func (s *Sent) again() (*os.File, error) {
	fd, err := unix.FcntlInt(s.file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	return os.NewFile(uintptr(fd), "sent"), nil
}

// piece is how much is read and written at once: a part of a form comes in crumbs of 4 KB.
const piece = 64 << 10

// spool copies src and stops one byte after most.
func spool(into io.Writer, src io.Reader, most int64) (int64, error) {
	out := bufio.NewWriterSize(struct{ io.Writer }{into}, piece) // the file's own ReadFrom would copy each crumb
	n, err := out.ReadFrom(io.LimitReader(src, most+1))
	if err == nil && n > most {
		err = fault.New(fault.TooLarge, "document.too_large")
	}
	if err != nil {
		return n, err
	}
	return n, out.Flush()
}

// nameless opens a temporary file and takes its name away at once.
func nameless() (*os.File, error) {
	f, err := os.CreateTemp("", "guichet-")
	if err != nil {
		return nil, fmt.Errorf("temporary file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("temporary file: %w", err)
	}
	return f, nil
}

func closeUnless(kept bool, f *os.File) {
	if !kept && f != nil {
		_ = f.Close()
	}
}
