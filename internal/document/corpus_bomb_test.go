package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// zeros is a zlib stream that unfolds to that many megabytes of zeros: one piece,
// compressed once, again and again. Its checksum is wrong, which nobody learns
// who stops before the end.
func zeros(megabytes int) []byte { return zerosAfter(nil, megabytes) }

// zerosAfter begins with something else.
func zerosAfter(start []byte, megabytes int) []byte {
	b := append([]byte{0x78, 0x9c}, flushed(start)...)
	b = append(b, bytes.Repeat(flushed(make([]byte, 1<<20)), megabytes)...)
	return append(b, 1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0) // an empty block that is the last, and the wrong checksum
}

func bombs(t *testing.T) []sample {
	const heavy = "document.pdf_heavy"
	content := func(stream string) []byte { return plainPDF(pageObjects("", "/Contents 4 0 R", stream)) }
	aside := func(stream string) []byte { return plainPDF(pageObjects("", "", stream)) }
	all := []sample{
		refused("a gigabyte on the page", content(filtered("", "/FlateDecode", zeros(1024))), heavy),
		refused("eight gigabytes on the page", content(filtered("", "/FlateDecode", zeros(8192))), heavy),
		refused("a gigabyte that no page shows", aside(filtered("", "/FlateDecode", zeros(1024))), heavy),
		refused("eight gigabytes, packed twice", content(filtered("", "[/FlateDecode/FlateDecode]", deflate(zeros(8192)))), heavy),
		refused("five filters", content(filtered("", "["+strings.Repeat("/FlateDecode", 5)+"]", deflate([]byte("q Q")))), heavy),
		refused("in words, then packed", content(filtered("", "[/ASCIIHexDecode/FlateDecode]", fmt.Appendf(nil, "%x>", zeros(512)))), heavy),
		refused("runs of runs", content(filtered("", "[/FlateDecode/RunLengthDecode]", deflate(bytes.Repeat([]byte{0x81, 'q'}, 1<<20)))), heavy),
		refused("a picture of 65,500 points square", aside(filtered("/Subtype/Image/Width 65500/Height 65500/BitsPerComponent 8/ColorSpace/DeviceRGB", "/FlateDecode", zeros(4))), heavy),
		refused("metadata of a gigabyte", plainPDF(pageObjects("/Metadata 4 0 R", "", filtered("/Type/Metadata/Subtype/XML", "/FlateDecode", zeros(1024)))), heavy),
		refused("an object stream of a gigabyte", heldPDF(pageObjects("", ""), func(dict string, body []byte) string {
			return filtered(dict, "/FlateDecode", zerosAfter(body, 1024))
		}), heavy),
		refused("six streams of sixty megabytes", manyStreams(6, 60), heavy),
		taken("two streams of sixty megabytes", manyStreams(2, 60), PDF, 1),
		taken("an empty page content", content(flated("", nil)), PDF, 1),
		taken("a picture in JPEG 2000 that is none", aside(filtered("/Subtype/Image/Width 10/Height 10", "/JPXDecode", noise(200))), PDF, 1),
		taken("a picture in JBIG2 that is none", aside(filtered("/Subtype/Image/Width 10/Height 10/BitsPerComponent 1/ColorSpace/DeviceGray", "/JBIG2Decode", noise(200))), PDF, 1),
		refused("a picture in JBIG2 of 65,500 points square", aside(filtered("/Subtype/Image/Width 65500/Height 65500/BitsPerComponent 1/ColorSpace/DeviceGray", "/JBIG2Decode", noise(200))), heavy),
	}
	for _, side := range []uint32{7_072, 10_000, 65_500, 1 << 20, 1<<31 - 1} {
		want := "document.image_too_big"
		if side > 1<<30 {
			want = "document.image_damaged" // the decoder itself says that no such picture can be
		}
		all = append(all, refused(fmt.Sprintf("PNG of %d points square", side), bombPNG(side), want))
	}
	for _, side := range []int{7_080, 20_000, 65_500} {
		all = append(all,
			refused(fmt.Sprintf("JPEG of %d points square", side), bombJPEG(t, side, 0xC0), "document.image_too_big"),
			refused(fmt.Sprintf("progressive JPEG of %d points square", side), bombJPEG(t, side, 0xC2), "document.image_too_big"))
	}
	return append(all, numbered("page tree", pageTrees())...)
}

func manyStreams(n, megabytes int) []byte {
	stream := filtered("", "/FlateDecode", zeros(megabytes))
	objects := pageObjects("", "")
	for range n {
		objects = append(objects, stream)
	}
	return plainPDF(objects)
}

// bombJPEG is a small picture whose frame claims to be side points square.
func bombJPEG(t *testing.T, side int, frame byte) []byte {
	body := jpegOf(t, photo(64, 48))
	at := bytes.Index(body, []byte{0xFF, 0xC0})
	body[at+1] = frame
	binary.BigEndian.PutUint16(body[at+5:], uint16(side))
	binary.BigEndian.PutUint16(body[at+7:], uint16(side))
	return body
}

// pageTrees promise more pages than there are, or are no trees.
func pageTrees() []sample {
	tree := func(root string, more ...string) []byte {
		return plainPDF(append([]string{"<</Type/Catalog/Pages 2 0 R>>", root, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"}, more...))
	}
	wide := "<</Type/Pages/Count 100000/Kids[" + strings.Repeat("3 0 R ", 100_000) + "]>>"
	deep := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[4 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"}
	for n := 4; n < 2000; n++ {
		deep = append(deep, fmt.Sprintf("<</Type/Pages/Count 1/Parent %d 0 R/Kids[%d 0 R]>>", n-1, n+1))
	}
	doubling := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1073741824/Kids[4 0 R 4 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"}
	for n := 4; n < 34; n++ {
		doubling = append(doubling, fmt.Sprintf("<</Type/Pages/Count %d/Parent %d 0 R/Kids[%d 0 R %d 0 R]>>", 1<<(33-n), n-1, n+1, n+1))
	}
	doubling = append(doubling, "<</Type/Page/Parent 33 0 R/MediaBox[0 0 9 9]>>")
	return []sample{
		refused("one page said to be a milliard", tree("<</Type/Pages/Kids[3 0 R]/Count 1000000000>>"), "document.pdf_damaged"),
		refused("the same page a hundred thousand times", tree(wide), "document.pdf_too_long"),
		refused("two thousand storeys", plainPDF(deep), "document.pdf_damaged"),
		refused("each storey twice the one above", plainPDF(doubling), "document.pdf_damaged"),
		refused("less than none", tree("<</Type/Pages/Kids[3 0 R]/Count -1>>"), "document.pdf_damaged"),
		refused("in a circle", tree("<</Type/Pages/Kids[2 0 R]/Count 1>>"), "document.pdf_damaged"),
		refused("that is not there", tree("<</Type/Pages/Kids[99 0 R]/Count 1>>"), "document.pdf_damaged"),
	}
}
