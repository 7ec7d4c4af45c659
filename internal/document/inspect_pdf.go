package document

import (
	"errors"
	"fmt"
	"io"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/filter"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

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
	if key := dangerIn(doc.XRefTable); key != "" {
		return Info{}, fault.New(fault.Invalid, key)
	}
	if err := unfolding(doc.Table); err != nil {
		return Info{}, pdfFault(err)
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
