package document

import (
	"errors"
	"fmt"
	"io"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"guichet/internal/fault"
)

// inspectPDF parses the whole file. Relaxed mode, since the strict one refuses
// what honest browsers and word processors write.
func inspectPDF(r io.ReadSeeker, lim Limits) (info Info, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.From(fault.Invalid, "document.pdf_damaged", fmt.Errorf("panic: %v", p))
		}
	}()
	api.DisableConfigDir() // it would otherwise write in the home folder
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.Offline = true
	doc, err := api.ReadContext(r, conf)
	if err != nil {
		return Info{}, pdfFault(err)
	}
	if doc.Encrypt != nil {
		return Info{}, fault.New(fault.Invalid, "document.pdf_encrypted")
	}
	// Before validation, which may drop what it does not know.
	if key := dangerIn(doc.Table); key != "" {
		return Info{}, fault.New(fault.Invalid, key)
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
	return fault.From(fault.Invalid, "document.pdf_damaged", err)
}
