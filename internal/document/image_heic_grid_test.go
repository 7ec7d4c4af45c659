package document

import (
	"bytes"
	"encoding/binary"
	"image"
	"math/rand/v2"
	"slices"
	"testing"
)

// grid is a photograph laid out of equal pictures, each of which has the same coded bytes.
type grid struct {
	heif
	rows, columns, width, height int
}

// written is the file as telephones do: the layout in the meta box, a turn on the whole alone.
func (g grid) written() []byte {
	count := g.rows * g.columns
	start := box("ftyp", []byte("heic\x00\x00\x00\x00mif1heic"))
	layout := slices.Concat([]byte{0, 1, byte(g.rows - 1), byte(g.columns - 1)}, u32(uint32(g.width)), u32(uint32(g.height)))
	whole := uint16(count + 1)
	meta := func(at uint32) []byte {
		entries := box("infe", u32(2<<24), u16(whole), u16(0), []byte("grid\x00"))
		places := slices.Concat(u32(1<<24), []byte{0x44, 0}, u16(whole), u16(whole), u16(1), u16(0), u16(1), u32(0), u32(uint32(len(layout))))
		uses := slices.Concat(u32(0), u32(uint32(whole)), u16(whole), []byte{2, 3, 0x84})
		to := slices.Concat(u16(whole), u16(uint16(count)))
		for i := range uint16(count) {
			entries = append(entries, box("infe", u32(2<<24), u16(i+1), u16(0), []byte("hvc1\x00"))...)
			places = slices.Concat(places, u16(i+1), u16(0), u16(0), u16(1), u32(at), u32(uint32(len(g.coded))))
			uses = slices.Concat(uses, u16(i+1), []byte{2, 0x81, 2})
			to = slices.Concat(to, u16(i+1))
		}
		return box("meta", u32(0),
			box("hdlr", u32(0), u32(0), []byte("pict"), make([]byte, 13)),
			box("pitm", u32(0), u16(whole)),
			box("iloc", places),
			box("iinf", u32(0), u16(whole), entries),
			box("iref", u32(0), box("dimg", to)),
			box("iprp", box("ipco", g.properties[0], g.properties[1], extent(uint32(g.width), uint32(g.height)), box("irot", []byte{1})), box("ipma", uses)),
			box("idat", layout))
	}
	at := uint32(len(start) + len(meta(0)) + 8)
	return bytes.Join([][]byte{start, meta(at), box("mdat", g.coded)}, nil)
}

// Every tile of a grid comes to its place, and the last of a row and a column are cut.
func TestGridIsLaidOut(t *testing.T) {
	g := grid{photograph(t), 3, 2, 250, 150}
	img := tiles(t, g.written())
	if img.Bounds() != image.Rect(0, 0, 250, 150) {
		t.Fatalf("a grid of %v", img.Bounds())
	}
	for y := 8; y < 150; y += 16 {
		for x := 8; x < 250; x += 16 {
			red := x%128 < 64 && y%64 < 32 // of the base, the top left quarter
			if r, gr, _, _ := img.At(x, y).RGBA(); (r > 0xA000 && gr < 0x6000) != red {
				t.Errorf("%d, %d: red %t", x, y, !red)
			}
		}
	}
	if held := heldAs(metaOf(t, g.written())); held != 8 {
		t.Errorf("a grid on its side is held as %d", held)
	}
}

func metaOf(t testing.TB, body []byte) []byte {
	t.Helper()
	meta, _, err := findMeta(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	return meta
}

func tiles(t *testing.T, body []byte) image.Image {
	t.Helper()
	file, size := bytes.NewReader(body), int64(len(body))
	g, err := readTiled(file, size, metaOf(t, body))
	if err != nil {
		t.Fatal(err)
	}
	img, err := g.decode(file, size)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// What does not hold together is refused before anything is decoded.
func TestGridThatDoesNotHold(t *testing.T) {
	sound := grid{photograph(t), 3, 2, 250, 150}
	spoiled := map[string]func(g *grid){
		"wider than its tiles":          func(g *grid) { g.width = 257 },
		"higher than its tiles":         func(g *grid) { g.height = 193 },
		"with a column too many":        func(g *grid) { g.width = 128 },
		"with a row too many":           func(g *grid) { g.height = 128 },
		"of tiles of odd size":          func(g *grid) { g.properties = [][]byte{g.properties[0], extent(127, 64)} },
		"of tiny tiles":                 func(g *grid) { g.properties = [][]byte{g.properties[0], extent(2, 2)} },
		"of tiles beyond every measure": func(g *grid) { g.properties = [][]byte{g.properties[0], extent(1<<31, 64)} },
		"of too many tiles":             func(g *grid) { g.rows, g.columns, g.width, g.height = 30, 30, 30*128, 30*64 },
	}
	for name, spoil := range spoiled {
		g := sound
		spoil(&g)
		body := g.written()
		if _, err := readTiled(bytes.NewReader(body), int64(len(body)), metaOf(t, body)); err == nil {
			t.Errorf("a grid %s is taken", name)
		}
	}
}

// However a grid is spoiled, it is read or refused, and never more than the file holds.
func TestSpoiledGrids(t *testing.T) {
	sound := grid{photograph(t), 3, 2, 250, 150}.written()
	at := bytes.Index(sound, []byte("meta"))
	end := at + int(binary.BigEndian.Uint32(sound[at-4:]))
	dice := rand.New(rand.NewPCG(5, 8))
	for range 20_000 {
		body := bytes.Clone(sound)
		for range 1 + dice.IntN(4) {
			body[at+4+dice.IntN(end-at-4)] = byte(dice.Uint32())
		}
		file, size := bytes.NewReader(body), int64(len(body))
		meta, _, err := findMeta(file, size)
		if err != nil {
			continue
		}
		g, err := readTiled(file, size, meta)
		if err != nil {
			continue
		}
		for _, item := range g.tiles {
			if coded, err := itemBytes(file, size, meta, item, size); err == nil && int64(len(coded)) > size {
				t.Fatalf("%d bytes of a file of %d", len(coded), size)
			}
		}
	}
}
