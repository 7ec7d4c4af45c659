package report

import (
	"time"

	"guichet/internal/text"
)

// Copy is a document made of images of its pages, PNG, one on each sheet: what an agent takes away of an identity document
// (RP-181). Title is its name.
func Copy(title string, pages [][]byte, at time.Time, p text.Printer) ([]byte, error) {
	pdf := New(string(p.Lang), title, at)
	for i, page := range pages {
		if i > 0 {
			pdf.newPage()
		}
		pdf.sheet(page, p.T("report.copy.page", "n", i+1, "name", title))
	}
	return pdf.Bytes()
}
