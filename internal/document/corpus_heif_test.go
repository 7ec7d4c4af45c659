package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"
)

// heifBase is a photograph of 128 by 64 points whose top left quarter is red,
// as an encoder wrote it.
func heifBase(t *testing.T) []byte {
	t.Helper()
	body, err := os.ReadFile("testdata/corner.heic")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// heif is what a file of that format is written from, box by box.
type heif struct {
	brands     string   // the first, then those it follows
	properties [][]byte // of the picture, its codec's set-up first
	uses       []byte   // which of them it has, from 1; the high bit: must be understood
	coded      []byte
	offset     uint32 // added to where the picture is said to be
	exif       []byte
}

func box(name string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), name...), body...)
}

func u16(n uint16) []byte { return binary.BigEndian.AppendUint16(nil, n) }
func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// extent is the property that says a picture's size.
func extent(width, height uint32) []byte { return box("ispe", u32(0), u32(width), u32(height)) }

// photograph takes the set-up and the coded picture out of the base.
func photograph(t *testing.T) heif { return codedIn(t, heifBase(t)) }

// codedIn takes them out of a file of one picture.
func codedIn(t *testing.T, body []byte) heif {
	t.Helper()
	whole := func(name string) []byte {
		at := bytes.Index(body, []byte(name)) - 4
		if at < 0 {
			t.Fatalf("no %s in the photograph", name)
		}
		return body[at : at+int(binary.BigEndian.Uint32(body[at:]))]
	}
	return heif{brands: "heic" + "mif1" + "heic", properties: [][]byte{whole("hvcC"), whole("ispe")}, uses: []byte{0x81, 2}, coded: whole("mdat")[8:]}
}

// written puts the boxes together (ISO/IEC 14496-12 and 23008-12).
func (h heif) written() []byte {
	start := box("ftyp", []byte(h.brands[:4]), u32(0), []byte(h.brands[4:]))
	items, entries := uint16(1), box("infe", u32(2<<24), u16(1), u16(0), []byte("hvc1\x00"))
	reference := []byte(nil)
	if h.exif != nil {
		items, entries = 2, append(entries, box("infe", u32(2<<24), u16(2), u16(0), []byte("Exif\x00"))...)
		reference = box("iref", u32(0), box("cdsc", u16(2), u16(1), u16(1)))
	}
	meta := func(at uint32) []byte {
		places := [][]byte{u32(0), {0x44, 0x00}, u16(items), u16(1), u16(0), u16(1), u32(at + h.offset), u32(uint32(len(h.coded)))}
		if h.exif != nil {
			places = append(places, u16(2), u16(0), u16(1), u32(at+uint32(len(h.coded))), u32(uint32(len(h.exif))))
		}
		return box("meta", u32(0),
			box("hdlr", u32(0), u32(0), []byte("pict"), make([]byte, 13)),
			box("pitm", u32(0), u16(1)),
			box("iloc", places...),
			box("iinf", u32(0), u16(items), entries),
			reference,
			box("iprp", box("ipco", h.properties...), box("ipma", u32(0), u32(1), u16(1), []byte{byte(len(h.uses))}, h.uses)))
	}
	at := uint32(len(start) + len(meta(0)) + 8)
	return bytes.Join([][]byte{start, meta(at), box("mdat", h.coded, h.exif)}, nil)
}

// with adds a property that must be understood.
func (h heif) with(property []byte) heif {
	h.properties = append(append([][]byte{}, h.properties...), property)
	h.uses = append(append([]byte{}, h.uses...), 0x80|byte(len(h.properties)))
	return h
}

// Where the red corner comes to lie for each rotation (irot, a quarter turn
// anticlockwise each) and mirroring (imir).
var turns = []struct {
	name string
	box  []byte
	red  string
}{
	{"not turned", nil, "top left"},
	{"turned once", box("irot", []byte{1}), "bottom left"},
	{"turned twice", box("irot", []byte{2}), "bottom right"},
	{"turned three times", box("irot", []byte{3}), "top right"},
	{"upside down in a mirror", box("imir", []byte{0}), "bottom left"},
	{"left is right", box("imir", []byte{1}), "top right"},
}

// telephone are the photographs of telephones, and what pretends to be one.
func telephone(t *testing.T) (all []sample) {
	const reason = "document.heic"
	base := photograph(t)
	upright := taken("as the encoder wrote it", heifBase(t), JPEG, 1)
	upright.looks = standsAs(JPEG, "top left")
	all = append(all, upright)
	for _, turn := range turns {
		h := base
		if turn.box != nil {
			h = h.with(turn.box)
		}
		s := taken(turn.name, h.written(), JPEG, 1)
		s.looks = standsAs(JPEG, turn.red)
		all = append(all, s)
		h.exif = append([]byte{0, 0, 0, 0}, tiff(binary.BigEndian, 6)...) // the turn of the file holds, not the camera's
		s.name, s.body = turn.name+", with a place", h.written()
		all = append(all, s)
	}
	for _, brands := range []string{"mif1heic", "mif1mif1heix", "heixheix", "heicmif1miafheic"} {
		h := base
		h.brands = brands
		all = append(all, taken("brands "+brands, h.written(), JPEG, 1))
	}
	for _, size := range [][2]uint32{{7100, 7100}, {65_500, 65_500}, {1 << 31, 2}} {
		h := base
		h.properties = append(h.properties[:1:1], extent(size[0], size[1]))
		all = append(all, refused(fmt.Sprintf("said to be %d by %d", size[0], size[1]), h.written(), "document.image_too_big"))
	}
	spoiled := map[string]func(h *heif){
		"said to be 6,000 by 5,000, which takes too long": func(h *heif) { h.properties = append(h.properties[:1:1], extent(6000, 5000)) },
		"of no size":                  func(h *heif) { h.properties = append(h.properties[:1:1], extent(0, 0)) },
		"without a size":              func(h *heif) { h.properties, h.uses = h.properties[:1:1], h.uses[:1] },
		"without a set-up":            func(h *heif) { h.properties, h.uses = h.properties[1:2:2], []byte{1} },
		"whose picture is noise":      func(h *heif) { h.coded = noise(len(h.coded)) },
		"whose picture is elsewhere":  func(h *heif) { h.offset = 1 << 20 },
		"whose picture is at the end": func(h *heif) { h.offset = 0xFFFFFF00 },
		"without a picture":           func(h *heif) { h.coded = nil },
	}
	for _, name := range sorted(spoiled) {
		h := base
		spoiled[name](&h)
		all = append(all, refused(name, h.written(), reason))
	}
	stranger := base
	stranger.brands = "mif1avifmiaf"
	all = append(all, refused("of the brand AVIF inside", stranger.written(), "document.type"))
	body := string(heifBase(t))
	for _, name := range []string{"meta", "iprp", "ipco", "ispe", "hvcC", "iloc", "iinf", "pitm", "ipma"} {
		all = append(all, refused("without "+name, []byte(strings.Replace(body, name, "free", 1)), reason))
	}
	for _, name := range []string{"ftyp", "meta", "iprp", "ipco", "iloc"} {
		for _, length := range []string{"\x00\x00\x00\x02", "\x7f\xff\xff\xff", "\xff\xff\xff\xff"} {
			at := strings.Index(body, name) - 4
			all = append(all, refused(fmt.Sprintf("%s is %x long", name, length), []byte(body[:at]+length+body[at+4:]), reason))
		}
	}
	return all
}
