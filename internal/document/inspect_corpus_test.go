package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// rawPDF writes a PDF by hand: object 1 is the catalog, with extra in it,
// object 2 the page tree, 3 the one page, the rest as given.
func rawPDF(extra string, more ...string) []byte {
	objects := append([]string{
		"<</Type/Catalog/Pages 2 0 R" + extra + ">>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>",
	}, more...)
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var offsets []int
	for i, object := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

func textPDF(t *testing.T, pages int) []byte {
	t.Helper()
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetFont("Helvetica", "", 14)
	for n := range pages {
		pdf.AddPage()
		pdf.Cell(40, 10, fmt.Sprintf("Page %d", n+1))
	}
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encrypted(t *testing.T, src []byte, user, owner string) []byte {
	t.Helper()
	api.DisableConfigDir()
	conf := model.NewAESConfiguration(user, owner, 256)
	var b bytes.Buffer
	if err := api.Encrypt(bytes.NewReader(src), &b, conf); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// packed rewrites a PDF with its objects inside compressed object streams.
func packed(t *testing.T, src []byte) []byte {
	t.Helper()
	api.DisableConfigDir()
	doc, err := api.ReadContext(bytes.NewReader(src), model.NewDefaultConfiguration())
	if err != nil {
		t.Fatal(err)
	}
	if err := api.ValidateContext(doc); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := api.WriteContext(doc, &b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b.Bytes(), []byte("ObjStm")) {
		t.Fatal("no object stream was written")
	}
	return b.Bytes()
}

// photo is a w by h picture whose top left quarter is red on blue.
func photo(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 200, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{220, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gifOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, photo(8, 8), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exifPlace is written into the EXIF of test photos; it must never come out.
const exifPlace = "GPS 43.7384N 7.4246E"

// tiff is an EXIF block with an orientation and a place.
func tiff(order binary.AppendByteOrder, orientation int) []byte {
	b := []byte("MM\x00\x2a")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II\x2a\x00")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(b, 0x0112)
	b = order.AppendUint16(b, 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, uint16(orientation))
	b = append(b, 0, 0)
	b = order.AppendUint16(b, 0x9286) // user comment, by its offset
	b = order.AppendUint16(b, 2)
	b = order.AppendUint32(b, uint32(len(exifPlace)))
	b = order.AppendUint32(b, uint32(len(b)+8))
	b = order.AppendUint32(b, 0)
	return append(b, exifPlace...)
}

func withEXIF(file []byte, orientation int, order binary.AppendByteOrder) []byte {
	block := append([]byte("Exif\x00\x00"), tiff(order, orientation)...)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(block)+2))
	return append(append(append([]byte{}, file[:2]...), append(segment, block...)...), file[2:]...)
}

func pngChunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// bombPNG claims a huge square in less than a kilobyte.
func bombPNG(side uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32(nil, side)
	ihdr = binary.BigEndian.AppendUint32(ihdr, side)
	ihdr = append(ihdr, 8, 2, 0, 0, 0)
	return bytes.Join([][]byte{
		pngMagic, pngChunk("IHDR", ihdr), pngChunk("IDAT", make([]byte, 900)), pngChunk("IEND", nil),
	}, nil)
}

func noise(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

// corpus is what was thought of first, one file for each trouble.
func corpus(t *testing.T) []sample {
	t.Helper()
	all := append(accepted(t), foreign(t)...)
	all = append(all, damaged(t)...)
	return append(all, active(t)...)
}

func accepted(t *testing.T) []sample {
	gray := image.NewGray(image.Rect(0, 0, 33, 17))
	deep := image.NewNRGBA64(image.Rect(0, 0, 5, 5))
	flat := image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.White, color.Black})
	return []sample{
		taken("one page by hand", rawPDF(""), PDF, 1),
		taken("three pages", textPDF(t, 3), PDF, 3),
		taken("object streams", packed(t, textPDF(t, 2)), PDF, 2),
		taken("opens on a page", rawPDF("/OpenAction[3 0 R/Fit]"), PDF, 1),
		taken("a plain link", rawPDF("", "<</Type/Action/S/URI/URI(https://example.org)>>"), PDF, 1),
		taken("an empty list of attachments", rawPDF("/Names<</EmbeddedFiles<</Names[]>>>>"), PDF, 1),
		taken("photograph", jpegOf(t, photo(64, 48)), JPEG, 1),
		taken("grey photograph", jpegOf(t, gray), JPEG, 1),
		taken("photograph with bytes after its end", append(jpegOf(t, photo(64, 48)), "PK\x03\x04 hidden"...), JPEG, 1),
		taken("picture", pngOf(t, photo(20, 10)), PNG, 1),
		taken("16 bits", pngOf(t, deep), PNG, 1),
		taken("palette", pngOf(t, flat), PNG, 1),
	}
}

func foreign(t *testing.T) []sample {
	elf := append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 4000)...)
	heic := append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 400)...)
	return []sample{
		refused("no byte at all", nil, "document.empty"),
		refused("one byte", []byte("x"), "document.type"),
		refused("11 MB", append(rawPDF(""), make([]byte, 11<<20)...), "document.too_large"),
		refused("one byte too many", make([]byte, Standard.Bytes+1), "document.too_large"),
		refused("zeros", make([]byte, 4096), "document.type"),
		refused("noise", noise(1<<16), "document.type"),
		refused("GIF renamed pdf", gifOf(t), "document.type"),
		refused("ELF renamed pdf", elf, "document.type"),
		refused("Windows program", append([]byte("MZ\x90\x00"), make([]byte, 4000)...), "document.type"),
		refused("shell script", []byte("#!/bin/sh\nrm -rf /\n"), "document.type"),
		refused("web page", []byte("<!doctype html><script>alert(1)</script>"), "document.type"),
		refused("SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "document.type"),
		refused("zip", []byte("PK\x03\x04\x14\x00\x00\x00"+strings.Repeat("\x00", 200)), "document.type"),
		refused("PostScript", []byte("%!PS-Adobe-3.0\n%%EOF\n"), "document.type"),
		refused("TIFF", append([]byte("II\x2a\x00\x08\x00\x00\x00"), make([]byte, 200)...), "document.type"),
		refused("WebP", []byte("RIFF\x24\x00\x00\x00WEBPVP8 "+strings.Repeat("\x00", 40)), "document.type"),
		refused("phone photograph", heic, "document.heic"),
	}
}

func damaged(t *testing.T) []sample {
	whole, shot, drawing := textPDF(t, 3), jpegOf(t, photo(640, 480)), pngOf(t, photo(640, 480))
	broken := bytes.Clone(drawing)
	broken[len(broken)/2] ^= 0xFF
	loop := rawPDF("", "[4 0 R]", "<</Type/Pages/Kids[2 0 R]/Count 9>>")
	samples := []sample{
		refused("PDF: the first line only", []byte("%PDF-1.7\n"), "document.pdf_damaged"),
		refused("PDF: noise behind the first line", append([]byte("%PDF-1.7\n"), noise(1<<16)...), "document.pdf_damaged"),
		refused("PDF: no page", []byte(strings.Replace(string(rawPDF("")), "/Kids[3 0 R]/Count 1", "/Kids[     ]/Count 0", 1)), "document.pdf_damaged"),
		refused("PDF: pages that hold themselves", []byte(strings.Replace(string(loop), "/Kids[3 0 R]", "/Kids[2 0 R]", 1)), "document.pdf_damaged"),
		refused("PDF: arrays without end", rawPDF("/X"+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)), "document.pdf_damaged"),
		refused("PDF: too many pages", textPDF(t, Standard.Pages+1), "document.pdf_too_long"),
		refused("PDF: password to open", encrypted(t, whole, "secret", "owner"), "document.pdf_encrypted"),
		refused("PDF: password to print", encrypted(t, whole, "", "owner"), "document.pdf_encrypted"),
		refused("JPEG: header only", shot[:40], "document.image_damaged"),
		refused("JPEG: half", shot[:len(shot)/2], "document.image_damaged"),
		refused("PNG: half", drawing[:len(drawing)/2], "document.image_damaged"),
		refused("PNG: a bit flipped", broken, "document.image_damaged"),
		refused("PNG: first line only", pngMagic, "document.image_damaged"),
		refused("PNG bomb", bombPNG(65_500), "document.image_too_big"),
		refused("PNG: just over 50 megapixels", bombPNG(7_072), "document.image_too_big"),
		refused("PNG: a lie about its size", bombPNG(1000), "document.image_damaged"),
	}
	for _, tenths := range []int{2, 5, 8} {
		name := fmt.Sprintf("PDF: cut at %d tenths", tenths)
		samples = append(samples, refused(name, whole[:len(whole)*tenths/10], "document.pdf_damaged"))
	}
	return samples
}

func active(t *testing.T) []sample {
	const js, reason = "<</Type/Action/S/JavaScript/JS(app.alert\\(1\\))>>", "document.pdf_active"
	attached := "<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>"
	file := "<</Type/EmbeddedFile/Length 3>>\nstream\nMZx\nendstream"
	inside := rawPDF("/OpenAction 4 0 R", js)
	return []sample{
		refused("JavaScript on opening", inside, reason),
		refused("JavaScript in an object stream", packed(t, inside), reason),
		refused("JavaScript, its name escaped", rawPDF("/OpenAction 4 0 R", "<</S/Java#53cript/#4aS(app.alert\\(1\\))>>"), reason),
		refused("JavaScript nobody calls", rawPDF("", js), reason),
		refused("JavaScript in the names", rawPDF("/Names<</JavaScript<</Names[(a)4 0 R]>>>>", js), reason),
		refused("JavaScript direct in the page event", rawPDF("/AA<</WC"+js+">>"), reason),
		refused("JavaScript deep in arrays", rawPDF("/X[[[["+js+"]]]]"), reason),
		refused("launch", rawPDF("/OpenAction 4 0 R", "<</Type/Action/S/Launch/F(cmd.exe)>>"), reason),
		refused("send a form", rawPDF("/OpenAction<</S/SubmitForm/F(http://example.org)>>"), reason),
		refused("embedded file", rawPDF("/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>", attached, file), reason),
		refused("embedded file nobody names", rawPDF("", "null", file), reason),
		refused("attachment on the page", rawPDF("", "<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]>>"), reason),
		refused("film", rawPDF("", "<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>"), reason),
		refused("form drawn by a program", rawPDF("/AcroForm<</Fields[]/XFA[]>>"), "document.pdf_form"),
	}
}

// within fails a test that took longer than a reader would wait.
func within(t *testing.T, most time.Duration, what string, do func()) {
	t.Helper()
	start := time.Now()
	do()
	if took := time.Since(start); took > most {
		t.Errorf("%s took %v, more than %v", what, took, most)
	}
}
