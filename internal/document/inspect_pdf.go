package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/filter"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"guichet/internal/fault"
)

// inspectPDF parses the whole file. Relaxed mode, since the strict one refuses
// what honest browsers and word processors write.
func inspectPDF(r *io.SectionReader, lim Limits) (info Info, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.From(fault.Invalid, "document.pdf_damaged", fmt.Errorf("panic: %v", p))
		}
	}()
	if carriesArchive(r, r.Size()) {
		return Info{}, fault.New(fault.Invalid, "document.pdf_active")
	}
	if !hasEnd(r, r.Size()) {
		return Info{}, fault.New(fault.Invalid, "document.pdf_damaged")
	}
	api.DisableConfigDir() // it would otherwise write in the home folder
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.Offline = true
	conf.Limits.MaxDecodeBytes = mostStream
	conf.Limits.MaxObjectCount, conf.Limits.MaxXRefEntries, conf.Limits.MaxObjectStreamCount = mostObjects, mostObjects, mostObjects
	doc, err := api.ReadContext(r, conf)
	if err != nil {
		return Info{}, pdfFault(err)
	}
	if doc.Encrypt != nil {
		return Info{}, fault.New(fault.Invalid, "document.pdf_encrypted")
	}
	// Before validation, which may drop what it does not know.
	if err := harmless(doc, r); err != nil {
		return Info{}, err
	}
	if catalog, err := doc.Catalog(); err != nil || !kidsAreThere(doc, catalog["Pages"], map[int]bool{}) {
		return Info{}, fault.From(fault.Invalid, "document.pdf_damaged", err)
	}
	if err := api.ValidateContext(doc); err != nil {
		return Info{}, pdfFault(err)
	}
	switch {
	case doc.PageCount < 1:
		return Info{}, fault.New(fault.Invalid, "document.pdf_damaged")
	case doc.PageCount > lim.Pages:
		return Info{}, fault.New(fault.TooLarge, "document.pdf_too_long")
	}
	return Info{Kind: PDF, Pages: doc.PageCount}, nil
}

// harmless refuses what runs, carries, fetches or sends something, or unfolds
// to too much, wherever in the file it stands.
func harmless(doc *model.Context, r *io.SectionReader) error {
	if err := unfolding(doc.Table); err != nil { // first: the next would unpack
		return pdfFault(err)
	}
	if err := dangerIn(doc.XRefTable); err != nil {
		return err
	}
	body := make([]byte, r.Size())
	_, err := io.ReadFull(io.NewSectionReader(r, 0, r.Size()), body)
	if err != nil {
		return err
	}
	switch left, err := residue(body); {
	case err != nil:
		return pdfFault(err)
	case left:
		return fault.New(fault.Invalid, "document.pdf_active")
	}
	return nil
}

// mostNodes of a page tree are looked at.
const mostNodes = 20_000

// kidsAreThere tells whether each page that the tree promises is in the file:
// the parser would put an empty one in the place of one that was cut off.
func kidsAreThere(doc *model.Context, o types.Object, seen map[int]bool) bool {
	reference, ok := o.(types.IndirectRef)
	if !ok {
		return true // validation judges what is not a reference
	}
	if seen[int(reference.ObjectNumber)] || len(seen) > mostNodes {
		return true // and a tree that is none, or too long a document
	}
	seen[int(reference.ObjectNumber)] = true
	node, err := doc.DereferenceDict(reference)
	if err != nil || node == nil {
		return false
	}
	kids, err := doc.DereferenceArray(node["Kids"])
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(kids, func(kid types.Object) bool { return !kidsAreThere(doc, kid, seen) })
}

// ending is how much of the end of a file is searched for the line that says
// where its table of references is; what some servers append fits in.
const ending = 64 << 10

// hasEnd tells whether that line is there. Where it is not, the file was cut
// off, and a parser that mends it gives what was left.
func hasEnd(r io.ReaderAt, size int64) bool {
	from := max(0, size-ending)
	tail := make([]byte, size-from)
	n, _ := r.ReadAt(tail, from)
	return bytes.Contains(tail[:n], []byte("startxref"))
}

func pdfFault(err error) error {
	for _, locked := range []error{pdfcpu.ErrWrongPassword, pdfcpu.ErrOwnerPasswordRequired, pdfcpu.ErrPermissionDenied, pdfcpu.ErrEncrypted} {
		if errors.Is(err, locked) {
			return fault.New(fault.Invalid, "document.pdf_encrypted")
		}
	}
	if errors.Is(err, errHeavy) || errors.Is(err, filter.ErrDecodeLimitExceeded) {
		return fault.From(fault.TooLarge, "document.pdf_heavy", err)
	}
	return fault.From(fault.Invalid, "document.pdf_damaged", err)
}
