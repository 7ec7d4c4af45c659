package release

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// parts are those a workbook of ours has.
var parts = regexp.MustCompile(`^(xl/worksheets/sheet[123]\.xml|xl/(workbook|styles|sharedStrings)\.xml|xl/theme/theme1\.xml|xl/_rels/workbook\.xml\.rels|_rels/\.rels|\[Content_Types\]\.xml)$`)

// clean looks at a workbook's bytes before they are kept (P10): parts of the list alone, without dates, no formula, and in
// the sheets no string but those that were to be written. It says the first thing it finds, never a value.
func clean(book []byte, written map[string]bool) error {
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return err
	}
	for _, part := range archive.File {
		if !parts.MatchString(part.Name) || part.Modified.Year() > 1980 || part.Comment != "" {
			return errors.New("a part that no release has")
		}
		if !strings.HasPrefix(part.Name, "xl/worksheets/") && part.Name != "xl/sharedStrings.xml" {
			continue
		}
		if err := cleanSheet(part, written); err != nil {
			return fmt.Errorf("%s: %w", part.Name, err)
		}
	}
	return nil
}

func cleanSheet(part *zip.File, written map[string]bool) (err error) {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	d := xml.NewDecoder(in)
	var text strings.Builder
	for depth := 0; ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch x := token.(type) {
		case xml.StartElement:
			if x.Name.Local == "f" {
				return errors.New("a formula")
			}
			if x.Name.Local == "t" {
				depth++
				text.Reset()
			}
		case xml.CharData:
			if depth > 0 {
				text.Write(x)
			}
		case xml.EndElement:
			if x.Name.Local == "t" {
				depth--
				if !written[text.String()] {
					return errors.New("a string that is no cell's")
				}
			}
		case xml.Comment, xml.Directive:
			return errors.New("a comment")
		}
	}
}
