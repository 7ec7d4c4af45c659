package document

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// What every PDF of this corpus begins with: a page with room for something.
func pageObjects(catalog, page string, more ...string) []string {
	return append([]string{
		"<</Type/Catalog/Pages 2 0 R" + catalog + ">>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>" + page + ">>",
	}, more...)
}

// plainPDF writes objects 1, 2, … with a table of references at the end.
func plainPDF(objects []string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	writeRevision(&b, 1, objects, "")
	return b.Bytes()
}

// writeRevision appends objects numbered from first, and a trailer.
func writeRevision(b *bytes.Buffer, first int, objects []string, trailer string) {
	offsets := make([]int, len(objects))
	for i, object := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", first+i, object)
	}
	start := b.Len()
	b.WriteString("xref\n")
	if first == 1 {
		fmt.Fprintf(b, "0 %d\n0000000000 65535 f \n", len(objects)+1)
	} else {
		fmt.Fprintf(b, "%d %d\n", first, len(objects))
	}
	for _, at := range offsets {
		fmt.Fprintf(b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", first+len(objects), trailer, start)
}

// updatedPDF writes an innocent first revision and the objects as a second.
func updatedPDF(objects []string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	innocent := pageObjects("", "")
	for range len(objects) - len(innocent) {
		innocent = append(innocent, "null")
	}
	writeRevision(&b, 1, innocent, "")
	first := bytes.LastIndex(b.Bytes(), []byte("xref\n0 "))
	var second bytes.Buffer
	second.Write(b.Bytes())
	offsets := make([]int, len(objects))
	for i, object := range objects {
		offsets[i] = second.Len()
		fmt.Fprintf(&second, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := second.Len()
	fmt.Fprintf(&second, "xref\n1 %d\n", len(objects))
	for _, at := range offsets {
		fmt.Fprintf(&second, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&second, "trailer\n<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, first, start)
	return second.Bytes()
}

// streamedPDF hides the objects in a compressed object stream, and the table of
// references in a stream of its own. Streams cannot be hidden so.
func streamedPDF(objects []string) []byte { return heldPDF(objects, flated) }

// heldPDF does so with an object stream of hold's making.
func heldPDF(objects []string, hold func(dict string, body []byte) string) []byte {
	var head, body bytes.Buffer
	for i, object := range objects {
		fmt.Fprintf(&head, "%d %d ", i+1, body.Len())
		body.WriteString(object + " ")
	}
	holder, table := len(objects)+1, len(objects)+2
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	holderAt := b.Len()
	fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", holder, hold(fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(objects), head.Len()), append(head.Bytes(), body.Bytes()...)))
	tableAt := b.Len()
	var rows []byte
	row := func(kind byte, at, index int) {
		rows = append(rows, kind, byte(at>>16), byte(at>>8), byte(at), byte(index))
	}
	row(0, 0, 0)
	for i := range objects {
		row(2, holder, i)
	}
	row(1, holderAt, 0)
	row(1, tableAt, 0)
	fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n", table,
		flated(fmt.Sprintf("/Type/XRef/Size %d/Root 1 0 R/W[1 3 1]", table+1), rows), tableAt)
	return b.Bytes()
}

// flated is a stream object of body, compressed.
func flated(dict string, body []byte) string {
	return filtered(dict, "/FlateDecode", deflate(body))
}

func filtered(dict, filters string, body []byte) string {
	return fmt.Sprintf("<<%s/Filter%s/Length %d>>\nstream\n%s\nendstream", dict, filters, len(body), body)
}

func deflate(body []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// escaped writes each name that matters as hexadecimal, as PDF allows.
func escaped(object string) string {
	for _, name := range []string{"JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "GoToR", "Rendition", "RichMediaExecute", "Movie", "EmbeddedFile", "FileAttachment"} {
		object = strings.ReplaceAll(object, "/"+name, fmt.Sprintf("/#%02x%s", name[0], name[1:]))
	}
	return object
}

var packings = map[string]func([]string) []byte{
	"plain": plainPDF, "second revision": updatedPDF, "object stream": streamedPDF,
	"escaped": func(objects []string) []byte {
		for i := range objects {
			objects[i] = escaped(objects[i])
		}
		return plainPDF(objects)
	},
}

// Each action that runs, fetches or sends.
var runs = map[string]string{
	"JavaScript": "/JS(app.alert\\(1\\))", "Launch": "/F(cmd.exe)", "SubmitForm": "/F(http://example.org)/Flags 4",
	"ImportData": "/F(data.fdf)", "GoToE": "/T<</R/C/N(a)>>/D[0/Fit]", "GoToR": "/F(\\\\\\\\example.org\\\\share)/D[0/Fit]",
	"Rendition": "/OP 0", "RichMediaExecute": "/CMD<</C(play)>>", "Movie": "/Operation/Play",
}

// places where an action can hide: object 4 is the action, or what bears it.
var places = map[string]func(action string) []string{
	"on opening":          func(a string) []string { return pageObjects("/OpenAction 4 0 R", "", a) },
	"on opening, direct":  func(a string) []string { return pageObjects("/OpenAction"+a, "") },
	"before printing":     func(a string) []string { return pageObjects("/AA<</WP 4 0 R>>", "", a) },
	"on turning the page": func(a string) []string { return pageObjects("", "/AA<</O 4 0 R>>", a) },
	"under a link": func(a string) []string {
		return pageObjects("", "/Annots[4 0 R]", "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A 5 0 R>>", a)
	},
	"of a button": func(a string) []string {
		return pageObjects("/AcroForm<</Fields[4 0 R]>>", "/Annots[4 0 R]", "<</Type/Annot/Subtype/Widget/FT/Btn/T(b)/Rect[0 0 9 9]/AA<</E"+a+">>>>")
	},
	"in the bookmarks": func(a string) []string {
		return pageObjects("/Outlines 4 0 R", "", "<</First 5 0 R/Last 5 0 R/Count 1>>", "<</Title(a)/Parent 4 0 R/A"+a+">>")
	},
	"after an innocent one": func(a string) []string {
		return pageObjects("/OpenAction 4 0 R", "", "<</S/GoTo/D[3 0 R/Fit]/Next[5 0 R]>>", a)
	},
	"that nobody calls": func(a string) []string { return pageObjects("", "", a) },
}

func actions(t *testing.T) (all []sample) {
	for _, place := range sorted(places) {
		for _, packing := range sorted(packings) {
			for _, name := range sorted(runs) {
				body := packings[packing](places[place]("<</Type/Action/S/" + name + runs[name] + ">>"))
				all = append(all, refused(fmt.Sprintf("%s %s, %s", name, place, packing), body, "document.pdf_active"))
			}
			uri := packings[packing](places[place]("<</Type/Action/S/URI/URI(https://example.org)>>"))
			switch place {
			case "under a link", "in the bookmarks", "that nobody calls":
				all = append(all, taken(fmt.Sprintf("address %s, %s", place, packing), uri, PDF, 1))
			default:
				all = append(all, refused(fmt.Sprintf("address called %s, %s", place, packing), uri, "document.pdf_active"))
			}
		}
	}
	return all
}

func attachments(t *testing.T) (all []sample) {
	const file = "<</Type/EmbeddedFile/Length 3>>\nstream\nMZx\nendstream"
	const spec = "<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>"
	bearers := map[string][]string{
		"named in the catalog":  pageObjects("/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>", "", spec, file),
		"associated":            pageObjects("/AF[4 0 R]", "", spec, file),
		"pinned to the page":    pageObjects("", "/Annots[6 0 R]", spec, file, "<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 4 0 R>>"),
		"a portfolio":           pageObjects("/Collection<</View/D>>/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>", "", spec, file),
		"that nobody names":     pageObjects("", "", "null", file),
		"a film":                pageObjects("", "/Annots[4 0 R]", "<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>"),
		"a screen":              pageObjects("", "/Annots[4 0 R]", "<</Type/Annot/Subtype/Screen/Rect[0 0 9 9]>>"),
		"a model in space":      pageObjects("", "/Annots[4 0 R]", "<</Type/Annot/Subtype/3D/Rect[0 0 9 9]>>"),
		"an old film":           pageObjects("", "/Annots[4 0 R]", "<</Type/Annot/Subtype/Movie/Rect[0 0 9 9]>>"),
		"a stream of elsewhere": pageObjects("", "/Contents 4 0 R", "<</F(file:///etc/passwd)/Length 0>>\nstream\n\nendstream"),
	}
	for _, name := range sorted(bearers) {
		all = append(all, refused(name, plainPDF(bearers[name]), "document.pdf_active"),
			refused(name+", second revision", updatedPDF(bearers[name]), "document.pdf_active"),
			refused(name+", escaped", packings["escaped"](bearers[name]), "document.pdf_active"))
	}
	for _, packing := range sorted(packings) {
		all = append(all,
			refused("form drawn by a program, "+packing, packings[packing](pageObjects("/AcroForm<</Fields[]/XFA 4 0 R>>", "", "[(template)(x)]")), "document.pdf_form"),
			taken("a plain form, "+packing, packings[packing](pageObjects("/AcroForm<</Fields[4 0 R]>>", "/Annots[4 0 R]", "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Rossi)/Rect[9 9 99 29]/P 3 0 R/DA(/Helv 0 Tf 0 g)>>")), PDF, 1))
	}
	return all
}

// protected are PDFs under each of the format's locks, with a password to open
// and with one to print or change only.
func protected(t *testing.T) (all []sample) {
	api.DisableConfigDir()
	for _, src := range []struct {
		name string
		body []byte
	}{{"text", textPDF(t, 2)}, {"one page", rawPDF("")}, {"object streams", streamedPDF(pageObjects("", ""))}} {
		for _, bits := range []int{40, 128} {
			all = append(all, locked(t, src.name, src.body, fmt.Sprintf("RC4 %d", bits), func(user, owner string) *model.Configuration {
				return model.NewRC4Configuration(user, owner, bits)
			})...)
		}
		for _, bits := range []int{128, 256} {
			all = append(all, locked(t, src.name, src.body, fmt.Sprintf("AES %d", bits), func(user, owner string) *model.Configuration {
				return model.NewAESConfiguration(user, owner, bits)
			})...)
		}
	}
	return all
}

func locked(t *testing.T, name string, src []byte, lock string, conf func(user, owner string) *model.Configuration) (all []sample) {
	passwords := map[string]string{"to open": "secret", "to print": ""}
	for _, who := range sorted(passwords) {
		user := passwords[who]
		var b bytes.Buffer
		if err := api.Encrypt(bytes.NewReader(src), &b, conf(user, "owner")); err != nil {
			t.Fatalf("%s, %s: %v", name, lock, err)
		}
		all = append(all, refused(fmt.Sprintf("%s, %s, password %s", name, lock, who), b.Bytes(), "document.pdf_encrypted"))
	}
	return all
}

// flushed is a piece of a raw deflate stream that another may follow.
func flushed(body []byte) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil
	}
	_, _ = w.Write(body)
	_ = w.Flush()
	return b.Bytes()
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
