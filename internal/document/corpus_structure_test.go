package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// structure are PDFs whose skeleton is wrong: references that go round in
// circles, nesting without end, counts and places that are not so.
func structure(t *testing.T) []sample {
	const damaged = "document.pdf_damaged"
	whole := string(plainPDF(pageObjects("", "")))
	swap := func(old, by string) []byte {
		if !strings.Contains(whole, old) {
			t.Fatalf("no %q in the sample", old)
		}
		return []byte(strings.Replace(whole, old, by, 1))
	}
	start := strings.Index(whole, "xref\n0")
	all := []sample{
		refused("the table before is this one", swap("/Root 1 0 R", fmt.Sprintf("/Root 1 0 R/Prev %d", start)), damaged),
		refused("the table before is nowhere", swap("/Root 1 0 R", "/Root 1 0 R/Prev 99999999"), damaged),
		refused("the table before is negative", swap("/Root 1 0 R", "/Root 1 0 R/Prev -5"), damaged),
		refused("no root", swap("/Root 1 0 R", ""), damaged),
		refused("the root is a page", swap("/Root 1 0 R", "/Root 3 0 R"), damaged),
		refused("the root is itself", swap("<</Type/Catalog/Pages 2 0 R>>", "1 0 R"), damaged),
		refused("two objects that are each other", plainPDF(pageObjects("/Pages 4 0 R", "", "5 0 R", "4 0 R")), damaged),
		refused("length is itself", plainPDF(pageObjects("", "/Contents 4 0 R", "<</Length 4 0 R>>\nstream\nq Q\nendstream")), damaged),
		refused("length of a gigabyte", plainPDF(pageObjects("", "/Contents 4 0 R", "<</Length 1000000000>>\nstream\nq Q\nendstream")), damaged),
		taken("a size of two milliards", swap("/Size 4", "/Size 2000000000"), PDF, 1),
		refused("a table of a milliard lines", swap("0 4\n", "0 1000000000\n"), damaged),
		taken("bookmarks in a circle", plainPDF(pageObjects("/Outlines 4 0 R", "", "<</First 5 0 R/Last 5 0 R/Count 1>>", "<</Title(a)/Parent 4 0 R/Next 5 0 R>>")), PDF, 1),
		taken("names in a circle", plainPDF(pageObjects("/Names<</Dests 4 0 R>>", "", "<</Kids[4 0 R]>>")), PDF, 1),
		refused("fields in a circle", plainPDF(pageObjects("/AcroForm<</Fields[4 0 R]>>", "", "<</FT/Tx/T(a)/Kids[4 0 R]>>")), damaged),
	}
	all = append(all, remains()...)
	for _, depth := range []int{300, 1000, 10_000, 100_000, 1_000_000} {
		all = append(all,
			refused(fmt.Sprintf("arrays %d deep", depth), plainPDF(pageObjects("/X"+strings.Repeat("[", depth)+strings.Repeat("]", depth), "")), damaged),
			refused(fmt.Sprintf("dictionaries %d deep", depth), plainPDF(pageObjects(strings.Repeat("/X<<", depth)+strings.Repeat(">>", depth), "")), damaged),
			refused(fmt.Sprintf("arrays %d deep, never closed", depth), plainPDF(pageObjects("/X"+strings.Repeat("[", depth), "")), damaged))
	}
	for _, depth := range []int{1, 10, 50} {
		all = append(all, taken(fmt.Sprintf("arrays %d deep", depth), plainPDF(pageObjects("/X"+strings.Repeat("[", depth)+strings.Repeat("]", depth), "")), PDF, 1))
	}
	return all
}

// remains are dangers that no table of references names any more, or ever did.
func remains() (all []sample) {
	for _, name := range []string{"JavaScript", "Launch", "SubmitForm", "GoToE", "ImportData"} {
		action := "<</Type/Action/S/" + name + runs[name] + ">>"
		before := pageObjects("/OpenAction 4 0 R", "", action)
		var revised bytes.Buffer
		revised.Write(plainPDF(before))
		first := bytes.LastIndex(revised.Bytes(), []byte("xref\n0 "))
		writeRevision(&revised, 4, []string{"null"}, fmt.Sprintf("/Prev %d", first))
		hidden := flated("/Type/ObjStm/N 1/First 4", []byte("9 0 "+action))
		all = append(all,
			refused(name+" in a revision that was taken back", revised.Bytes(), "document.pdf_active"),
			refused(name+" in an object nobody lists", plainPDF(pageObjects("", "", "null\nendobj\n9 0 obj\n"+action)), "document.pdf_active"),
			refused(name+", escaped, in an object nobody lists", plainPDF(pageObjects("", "", "null\nendobj\n9 0 obj\n"+escaped(action))), "document.pdf_active"),
			refused(name+" in an object stream nobody lists", plainPDF(pageObjects("", "", "null\nendobj\n9 0 obj\n"+hidden)), "document.pdf_active"))
	}
	bomb := filtered("/Type/ObjStm/N 1/First 4", "/FlateDecode", zeros(1024))
	return append(all, refused("a gigabyte in an object stream nobody lists", plainPDF(pageObjects("", "", "null\nendobj\n9 0 obj\n"+bomb)), "document.pdf_heavy"))
}

// double are files that are two things at once.
func double(t *testing.T) (all []sample) {
	const active = "document.pdf_active"
	archive := zipped(t)
	page, shot, drawing, moving := rawPDF(""), jpegOf(t, photo(64, 48)), pngOf(t, photo(64, 48)), gifOf(t)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	script := []byte("<script>alert(1)</script>")
	clean := func(s sample) sample {
		s.looks = func(t *testing.T, kept []byte) {
			if bytes.Contains(kept, archive[:30]) || bytes.Contains(kept, script) {
				t.Errorf("%s: what was hidden is still there", s.name)
			}
		}
		return s
	}
	return []sample{
		refused("PDF and archive", join(page, archive), active),
		refused("PDF and archive with a comment", join(page, commented(archive, 60_000)), active),
		refused("PDF and archive in a stream", join([]byte(strings.Replace(string(page), "%%EOF", "", 1)), archive, []byte("\n%%EOF\n")), active),
		refused("archive and PDF", join(archive, page), "document.pdf_damaged"),
		refused("GIF and archive", join(moving, archive), "document.type"),
		refused("GIF and PDF", join(moving, page), "document.pdf_damaged"),
		refused("script and PDF", join([]byte("#!/bin/sh\nexit\n"), page), "document.pdf_damaged"),
		refused("program and PDF", join([]byte("MZ\x90\x00"), make([]byte, 60), page), "document.pdf_damaged"),
		refused("page of the web and PDF", join([]byte("<html>"), script, page), "document.pdf_damaged"),
		clean(taken("JPEG and archive", join(shot, archive), JPEG, 1)),
		clean(taken("JPEG and PDF", join(shot, page), JPEG, 1)),
		clean(taken("JPEG with a script for a comment", join(shot[:2], []byte{0xFF, 0xFE, 0, byte(len(script) + 2)}, script, shot[2:]), JPEG, 1)),
		clean(taken("PNG and archive", join(drawing, archive), PNG, 1)),
		clean(taken("PNG and PDF", join(drawing, page), PNG, 1)),
		clean(taken("PNG with a script for a text", join(drawing[:33], pngChunk("tEXt", append([]byte("Comment\x00"), script...)), drawing[33:]), PNG, 1)),
		taken("PDF and lines after its end", join(page, []byte("\n\n\r\n")), PDF, 1),
		taken("PDF and zeros after its end", join(page, make([]byte, 600)), PDF, 1),
		taken("PDF with a page of the web for a comment", []byte(strings.Replace(string(page), "\n1 0 obj", "\n%"+string(script)+"\n1 0 obj", 1)), PDF, 1),
	}
}

func zipped(t *testing.T) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	entry, err := w.Create("META-INF/MANIFEST.MF")
	if err == nil {
		_, err = entry.Write([]byte("Main-Class: Evil\n"))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// commented gives the archive a comment, behind which its end hides.
func commented(archive []byte, n int) []byte {
	b := bytes.Clone(archive)
	b[len(b)-2], b[len(b)-1] = byte(n), byte(n>>8)
	return append(b, bytes.Repeat([]byte(" "), n)...)
}
