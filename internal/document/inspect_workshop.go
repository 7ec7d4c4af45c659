package document

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"guichet/internal/fault"
)

// Workshop hands hostile files to child processes that are bound in memory,
// time, network and environment (ASVS 15.2.5). A crash there is a message to
// the person, never to the server.
type Workshop struct {
	exe  string
	args []string

	small func() string // path of a smaller program that leads to Child, "" when there is none; nil for exe alone

	memory uint64        // bytes a child may write to; 0 for no limit
	wall   time.Duration // a child that is not done by then is killed

	// How many children work at once; apart, so that a flood of hostile
	// uploads never keeps an agent from reading.
	checking, drawing chan struct{}

	ended func(*os.ProcessState) // told of each child's end; nil for nobody
}

// NewWorkshop makes children by running exe with args; args lead to Child
// (the program itself with its hidden subcommand, as os.Executable names it).
func NewWorkshop(exe string, args ...string) *Workshop {
	return &Workshop{
		exe: exe, args: args, memory: 512 << 20, wall: 30 * time.Second,
		checking: make(chan struct{}, 2), drawing: make(chan struct{}, 2),
	}
}

// Checked is a file the service accepts.
type Checked struct {
	Info
	Size  int64    // bytes of Clean
	Clean *os.File // what is to be sealed and kept, at its start: the PDF as sent, the image rewritten
}

// Close gives the file back. It has no name, so nothing stays on disk.
func (c *Checked) Close() error { return c.Clean.Close() }

// Check takes in a file of unknown size and judges it: Spool and Judge. Errors: fault.Invalid and
// fault.TooLarge carry the key of the reason to show; the caller closes what it gets.
func (w *Workshop) Check(ctx context.Context, src io.Reader) (_ *Checked, err error) {
	defer fault.Wrap(&err, "document.Check")
	sent, err := w.Spool(src, Standard.Bytes)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sent.Close() }()
	return w.Judge(ctx, sent)
}

// Judge has a child look at a file that was taken in. Errors are those of Check; what was taken in stays open.
func (w *Workshop) Judge(ctx context.Context, sent *Sent) (_ *Checked, err error) {
	defer fault.Wrap(&err, "document.Judge")
	clean, err := nameless()
	if err != nil {
		return nil, err
	}
	defer func() { closeUnless(err == nil, clean) }()
	args := []string{"check"}
	if sent.Grey {
		args = append(args, greyVerb)
	}
	said, err := w.run(ctx, w.checking, work{args: args, stdin: sent.file, extra: clean, most: 64 << 10})
	if err != nil {
		return nil, whyDied(said, err)
	}
	info, err := readVerdict(said)
	if err != nil {
		return nil, err
	}
	if (info.Kind == PDF) != sent.AsItIs() { // what the bytes begin with and what the child says must agree
		return nil, fault.New(fault.Invalid, unreadable)
	}
	if info.Kind == PDF {
		_ = clean.Close()
		if clean, err = sent.again(); err != nil {
			return nil, err
		}
	}
	return finish(info, clean)
}

// finish measures and rewinds the clean file.
func finish(info Info, clean *os.File) (*Checked, error) {
	size, err := clean.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if size == 0 {
		return nil, fault.New(fault.Invalid, "document.unreadable")
	}
	if _, err := clean.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return &Checked{Info: info, Size: size, Clean: clean}, nil
}

// unreadable is the reason of last resort.
const unreadable = "document.unreadable"

// Reasons are the keys a file may be refused with; each is a text in every language.
var Reasons = []string{
	"document.empty", "document.too_large", "document.type", "document.heic", "document.unreadable",
	"document.pdf_damaged", "document.pdf_encrypted", "document.pdf_active", "document.pdf_form", "document.pdf_too_long", "document.pdf_heavy",
	"document.image_damaged", "document.image_too_big",
}

// whyDied tells more of a child's end than that the file is unreadable, where
// the child had said what its end would mean.
func whyDied(said []byte, end error) error {
	if fault.Key(end) != unreadable {
		return end
	}
	if _, err := readVerdict(said); err != nil {
		return fault.From(fault.Of(err), fault.Key(err), end)
	}
	return end
}

// readVerdict believes the child, whom a hostile file may have captured, only
// as far as it can be checked.
func readVerdict(said []byte) (Info, error) {
	v, err := lastVerdict(said)
	if err != nil {
		return Info{}, fault.From(fault.Invalid, unreadable, errors.New("no verdict"))
	}
	if v.Refused != "" {
		if !slices.Contains(Reasons, v.Refused) {
			v.Refused, v.Kind = unreadable, fault.Invalid
		}
		if v.Kind != fault.TooLarge {
			v.Kind = fault.Invalid
		}
		return Info{}, fault.New(v.Kind, v.Refused)
	}
	if !slices.Contains([]Kind{PDF, JPEG, PNG}, v.Info.Kind) || v.Info.Pages < 1 || v.Info.Pages > Standard.Pages {
		return Info{}, fault.New(fault.Invalid, unreadable)
	}
	return v.Info, nil
}

// lastVerdict is the last thing the child said whole.
func lastVerdict(said []byte) (v verdict, err error) {
	lines := json.NewDecoder(bytes.NewReader(said))
	for n := 0; ; n++ {
		var next verdict
		switch err := lines.Decode(&next); {
		case err != nil && n == 0:
			return v, err
		case err != nil:
			return v, nil
		}
		v = next
	}
}
