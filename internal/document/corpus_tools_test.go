package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/testkit/absent"
)

// has skips the test where a program of Debian's is absent.
func has(t *testing.T, program, debian string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		absent.Skip(t, program+" (Debian: "+debian+")")
	}
	return path
}

// made runs a program and reads what it leaves in a file of this name.
func made(t *testing.T, name, program string, args ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "OUT", out)
	}
	if said, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, said)
	}
	body, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func leave(t *testing.T, name string, body []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// strangers are the formats of pictures that the service does not take, as
// ImageMagick names them.
const strangers = "avs bie bmp bmp2 bmp3 cals cin cmyk dcx dds dpx fax fits g3 gif gif87 gray group4 hdr hrz ico jbig jng jp2 j2k miff mng mono mtv " +
	"otb palm pam pbm pcd pcx pdb pgm pgx pict ppm psb psd ptif ras rgb rgba rgf sgi sixel sun tga tiff tiff64 txt uyvy vicar viff vips wbmp webp xbm xpm xv xwd avif"

// formats are pictures as common tools write them: the same few points in every
// format, and each of ours in its variants.
func formats(t *testing.T) (all []sample) {
	convert := has(t, "convert", "imagemagick")
	src := leave(t, "src.png", pngOf(t, photo(64, 48)))
	write := func(name string, options ...string) func() []byte {
		return func() []byte {
			return made(t, "made", convert, append(append([]string{src}, options...), name+":OUT")...)
		}
	}
	for _, name := range strings.Fields(strangers) {
		all = append(all, refused(name, nil, "document.type").later(write(name)))
	}
	for _, q := range []string{"1", "10", "50", "90", "100"} {
		for _, sampling := range []string{"4:2:0", "4:2:2", "4:4:4", "4:1:1", "4:4:0"} {
			all = append(all,
				taken("JPEG "+q+" "+sampling, nil, JPEG, 1).later(write("jpg", "-quality", q, "-sampling-factor", sampling)),
				taken("progressive JPEG "+q+" "+sampling, nil, JPEG, 1).later(write("pjpeg", "-quality", q, "-sampling-factor", sampling)))
		}
	}
	for _, space := range []string{"CMYK", "Gray", "sRGB", "Lab"} {
		all = append(all, taken("JPEG "+space, nil, JPEG, 1).later(write("jpg", "-colorspace", space)))
	}
	for _, c := range []struct{ kind, depths string }{{"0", "1 2 4 8 16"}, {"2", "8 16"}, {"3", "1 2 4 8"}, {"4", "8 16"}, {"6", "8 16"}} {
		for _, depth := range strings.Fields(c.depths) {
			for _, lines := range []string{"None", "PNG"} {
				all = append(all, taken("PNG of type "+c.kind+", "+depth+" bits, interlace "+lines, nil, PNG, 1).
					later(write("png", "-define", "png:color-type="+c.kind, "-define", "png:bit-depth="+depth, "-interlace", lines)))
			}
		}
	}
	return append(all, photographs(t, src)...)
}

// photographs are what libheif's encoder writes.
func photographs(t *testing.T, src string) (all []sample) {
	encoder := has(t, "heif-enc", "libheif-examples")
	odd := leave(t, "odd.png", pngOf(t, photo(77, 51)))
	large := leave(t, "large.png", pngOf(t, photo(1200, 900)))
	shots := map[string][]string{
		"at 10": {"-q", "10", src}, "at 90": {"-q", "90", src}, "lossless": {"-L", src},
		"of full colour": {"-p", "chroma=444", src}, "of half colour": {"-p", "chroma=422", src},
		"of odd size": {odd}, "with a thumbnail": {"-t", "100", large}, "large": {large}, "two in one": {src, odd},
		"with two profiles": {"--enable-two-colr-boxes", src},
	}
	for _, name := range sorted(shots) {
		all = append(all, taken("HEIC "+name, nil, JPEG, 1).later(func() []byte { return made(t, "out.heic", encoder, append(shots[name], "-o", "OUT")...) }))
	}
	for _, q := range []string{"10", "90"} {
		all = append(all, refused("AVIF at "+q, nil, "document.type").later(func() []byte { return made(t, "out.avif", encoder, "-A", "-q", q, src, "-o", "OUT") }))
	}
	return all
}

// large are pictures just within the limits, as costly to decode as they come,
// and some just beyond: a small picture, ten times as wide and high.
func large(t *testing.T) []sample {
	convert, encoder := has(t, "convert", "imagemagick"), has(t, "heif-enc", "libheif-examples")
	write := func(name, size string, options ...string) func() []byte {
		return func() []byte {
			return made(t, "made", convert, append(append([]string{"-size", size, "plasma:red-blue", "-scale", "1000%"}, options...), name+":OUT")...)
		}
	}
	shot := func(size string) func() []byte {
		return func() []byte {
			src := leave(t, "src.jpg", write("jpg", size)())
			return made(t, "out.heic", encoder, "-p", "preset=ultrafast", "-q", "50", src, "-o", "OUT")
		}
	}
	laid := func(rows, columns, width, height int) func() []byte {
		return func() []byte {
			return grid{codedIn(t, made(t, "tile.heic", encoder, "-q", "60", leave(t, "src.png", write("png", "64x64", "-resize", "512x512")()), "-o", "OUT")), rows, columns, width, height}.written()
		}
	}
	return []sample{
		taken("JPEG of 49 megapixels, to be turned", nil, JPEG, 1).later(func() []byte { return withEXIF(write("jpg", "816x612")(), 6, binary.BigEndian) }),
		taken("JPEG of four inks, 39 megapixels", nil, JPEG, 1).later(write("jpg", "720x540", "-colorspace", "CMYK", "-quality", "40")),
		refused("progressive JPEG of 39 megapixels", nil, "document.image_too_big").later(write("pjpeg", "720x540", "-sampling-factor", "4:4:4")),
		taken("PNG of 49 megapixels", nil, PNG, 1).later(write("png", "816x612", "-define", "png:color-type=2", "-define", "png:bit-depth=8")),
		taken("HEIC of 15.8 megapixels", nil, JPEG, 1).later(shot("460x344")),
		refused("HEIC of 24 megapixels in one piece", nil, "document.heic").later(shot("571x428")),
		taken("HEIC of 24 megapixels, laid out of tiles", nil, JPEG, 1).later(laid(9, 12, 5712, 4284)),
		taken("HEIC of 48 megapixels, laid out of tiles", nil, JPEG, 1).later(laid(12, 16, 8064, 6048)),
	}
}

// rewritten are PDFs as qpdf writes them anew, and locks them.
func rewritten(t *testing.T) (all []sample) {
	qpdf := has(t, "qpdf", "qpdf")
	sources := map[string][]byte{"text": textPDF(t, 3), "by hand": plainPDF(pageObjects("", "", "null")), "streams": streamedPDF(pageObjects("", ""))}
	for _, name := range sorted(sources) {
		path := leave(t, "src.pdf", sources[name])
		pages := 1
		if name == "text" {
			pages = 3
		}
		write := func(args ...string) func() []byte {
			return func() []byte {
				return made(t, "out.pdf", qpdf, append(append([]string{"--warning-exit-0"}, args...), path, "OUT")...)
			}
		}
		for _, args := range []string{
			"--linearize", "--qdf", "--object-streams=generate", "--object-streams=disable", "--stream-data=uncompress", "--stream-data=compress",
			"--compress-streams=n", "--coalesce-contents", "--newline-before-endstream", "--force-version=1.3", "--force-version=2.0",
			"--rotate=90", "--linearize --object-streams=generate", "--decode-level=all", "--preserve-unreferenced",
		} {
			all = append(all, taken(name+" "+args, nil, PDF, pages).later(write(strings.Fields(args)...)))
		}
		for _, lock := range []string{
			"u o 40", " o 40", "u o 128 --use-aes=n", " o 128 --use-aes=n", "u o 128 --use-aes=y", " o 128 --use-aes=y --print=none",
			"u o 256", " o 256 --modify=none --extract=n", " o 256 --cleartext-metadata",
		} {
			args := append([]string{"--allow-weak-crypto", "--encrypt"}, strings.Split(lock, " ")...)
			all = append(all, refused(fmt.Sprintf("%s locked with %q", name, lock), nil, "document.pdf_encrypted").later(write(append(args, "--")...)))
		}
	}
	return all
}

func rendererIsHere() bool {
	_, err := exec.LookPath(renderers[0])
	return err == nil
}

// viruses are the harmless ones by which scanners are tried: here they are
// refused for what they are, or lose what they hid.
func viruses(t *testing.T) (all []sample) {
	const folder = "/usr/share/clamav-testfiles"
	files, err := os.ReadDir(folder)
	if err != nil {
		absent.Skip(t, "clamav-testfiles (Debian)")
	}
	for _, f := range files {
		want := "document.type"
		if f.Name() == "clam.pdf" {
			want = "document.pdf_active"
		}
		all = append(all, sample{name: f.Name(), path: filepath.Join(folder, f.Name()), want: want})
	}
	eicar := []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE` + `!$H+H*`)
	attached := fmt.Sprintf("<</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream", len(eicar), eicar)
	hidden := taken("EICAR behind a picture", append(jpegOf(t, photo(64, 48)), eicar...), JPEG, 1)
	hidden.looks = func(t *testing.T, kept []byte) {
		if bytes.Contains(kept, eicar) {
			t.Error("EICAR is still behind the picture")
		}
	}
	return append(all, hidden, refused("EICAR", eicar, "document.type"), refused("EICAR in a PDF", plainPDF(pageObjects("", "", attached)), "document.pdf_active"))
}
