package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"iter"
	"slices"

	"github.com/gen2brain/heic"
)

// mostTiles bounds how many pictures a photograph is laid out of: a telephone's 48 megapixels are 192 tiles.
const mostTiles = 400

// tiled is a photograph that telephones store as a grid of small pictures (ISO/IEC 23008-12, 6.6.2.3).
type tiled struct {
	meta          []byte
	columns, rows int
	width, height int      // of the whole, which the last tiles may reach beyond
	tileW, tileH  int      // of each tile
	tiles         []uint32 // the items, row by row
	described     [][]byte // the properties of a tile, each a box
}

var errGrid = errors.New("the grid of the photograph does not hold together")

// readTiled reads how the main picture is laid out; an error when it is no grid of equal pictures.
func readTiled(r io.ReaderAt, size int64, meta []byte) (*tiled, error) {
	main := mainItem(meta)
	layout, err := itemBytes(r, size, meta, main, 12)
	if err != nil || kindOf(meta, main) != "grid" || len(layout) < 8 {
		return nil, errGrid
	}
	n := &numbers{rest: layout[2:]}
	side := 2
	if layout[1]&1 == 1 {
		side = 4
	}
	g := &tiled{meta: meta, rows: int(n.next(1)) + 1, columns: int(n.next(1)) + 1}
	g.width, g.height, g.tiles = int(n.next(side)), int(n.next(side)), references(meta, "dimg", main)
	if n.short || len(g.tiles) != g.rows*g.columns || len(g.tiles) > mostTiles {
		return nil, errGrid
	}
	return g, g.describe()
}

// describe takes over how the tiles are coded, which must be the same for all of them.
func (g *tiled) describe() error {
	list := itemProperties(g.meta, g.tiles[0])
	var all []part
	for p := range properties(g.meta) {
		all = append(all, p)
	}
	for _, n := range list {
		if n < 1 || n > len(all) {
			return errGrid
		}
		switch p := all[n-1]; p.name {
		case "hvcC", "colr", "pixi":
			g.described = append(g.described, boxed(p.name, p.body))
		case "ispe":
			if len(p.body) < 12 {
				return errGrid
			}
			g.tileW, g.tileH = int(binary.BigEndian.Uint32(p.body[4:])), int(binary.BigEndian.Uint32(p.body[8:]))
			g.described = append(g.described, boxed(p.name, p.body))
		}
	}
	for _, item := range g.tiles {
		if kindOf(g.meta, item) != "hvc1" || !slices.Equal(itemProperties(g.meta, item), list) {
			return errGrid
		}
	}
	// Tiles meet at even points: their colours are sampled at every second.
	if g.tileW < 64 || g.tileH < 64 || g.tileW%2 != 0 || g.tileH%2 != 0 || g.tileW*g.tileH > mostHEIC ||
		!covers(g.tileW, g.columns, g.width) || !covers(g.tileH, g.rows, g.height) {
		return errGrid
	}
	return nil
}

// covers says whether as many tiles as there are reach over the side, and none lies beyond it.
func covers(tile, count, side int) bool { return tile*count >= side && tile*(count-1) < side }

// decode decodes a tile after the other, each a photograph by itself, so that the decoder never holds more than one.
func (g *tiled) decode(r io.ReaderAt, size int64) (image.Image, error) {
	if err := takeTime(); err != nil {
		return nil, err
	}
	var whole *image.YCbCr
	for i, item := range g.tiles {
		coded, err := itemBytes(r, size, g.meta, item, size)
		if err != nil {
			return nil, err
		}
		img, err := heic.Decode(bytes.NewReader(alone(g.described, coded)))
		if err != nil {
			return nil, err
		}
		tile, ok := img.(*image.YCbCr)
		if !ok || tile.Rect != image.Rect(0, 0, g.tileW, g.tileH) {
			return nil, errGrid
		}
		if whole == nil {
			whole = image.NewYCbCr(image.Rect(0, 0, g.width, g.height), tile.SubsampleRatio)
		}
		if tile.SubsampleRatio != whole.SubsampleRatio || !lay(whole, tile, i%g.columns*g.tileW, i/g.columns*g.tileH) {
			return nil, errGrid
		}
	}
	return whole, nil
}

// lay copies a tile to its place, as far as it lies within the whole; false when its colours are sampled in a way that no
// telephone uses.
func lay(whole, tile *image.YCbCr, x, y int) bool {
	w, h := min(tile.Rect.Dx(), whole.Rect.Dx()-x), min(tile.Rect.Dy(), whole.Rect.Dy()-y)
	across, down := 1, 1
	switch whole.SubsampleRatio {
	case image.YCbCrSubsampleRatio420:
		across, down = 2, 2
	case image.YCbCrSubsampleRatio422:
		across = 2
	case image.YCbCrSubsampleRatio444:
	default:
		return false
	}
	plane := func(dst []byte, dstStride int, src []byte, srcStride, x, y, w, h int) {
		for row := range h {
			copy(dst[(y+row)*dstStride+x:][:w], src[row*srcStride:])
		}
	}
	plane(whole.Y, whole.YStride, tile.Y, tile.YStride, x, y, w, h)
	x, y, w, h = x/across, y/down, (w+across-1)/across, (h+down-1)/down
	plane(whole.Cb, whole.CStride, tile.Cb, tile.CStride, x, y, w, h)
	plane(whole.Cr, whole.CStride, tile.Cr, tile.CStride, x, y, w, h)
	return true
}

// alone writes a file of one picture.
func alone(described [][]byte, coded []byte) []byte {
	uses := []byte{byte(len(described))}
	for i := range described {
		uses = append(uses, 0x80|byte(i+1))
	}
	start := boxed("ftyp", []byte("heic\x00\x00\x00\x00mif1heic"))
	meta := func(at int) []byte {
		place := []byte{0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1}
		place = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(place, uint32(at)), uint32(len(coded)))
		return boxed("meta", make([]byte, 4),
			boxed("hdlr", make([]byte, 8), []byte("pict"), make([]byte, 13)),
			boxed("pitm", []byte{0, 0, 0, 0, 0, 1}),
			boxed("iloc", place),
			boxed("iinf", []byte{0, 0, 0, 0, 0, 1}, boxed("infe", []byte{2, 0, 0, 0, 0, 1, 0, 0}, []byte("hvc1\x00"))),
			boxed("iprp", boxed("ipco", described...), boxed("ipma", []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 1}, uses)))
	}
	at := len(start) + len(meta(0)) + 8
	return slices.Concat(start, meta(at), boxed("mdat", coded))
}

// boxed is a box of an ISO media file.
func boxed(name string, inside ...[]byte) []byte {
	length := 8
	for _, b := range inside {
		length += len(b)
	}
	out := append(binary.BigEndian.AppendUint32(make([]byte, 0, length), uint32(length)), name...)
	for _, b := range inside {
		out = append(out, b...)
	}
	return out
}

// kindOf is the type of an item, four letters; empty when there is none.
func kindOf(meta []byte, item uint32) string {
	list := inside(meta, "iinf")
	if len(list) < 6 {
		return ""
	}
	from := 6
	if list[0] > 0 {
		from = min(8, len(list))
	}
	for p := range parts(list[from:]) {
		if p.name != "infe" || len(p.body) < 4 || p.body[0] < 2 {
			continue
		}
		n := &numbers{rest: p.body[4:]}
		id := uint32(n.next(2 + 2*int(p.body[0]&1)))
		n.next(2) // how it is protected
		if id == item && len(n.rest) >= 4 {
			return string(n.rest[:4])
		}
	}
	return ""
}

// references are the items to which one refers in a way, in their order.
func references(meta []byte, way string, from uint32) (to []uint32) {
	list := inside(meta, "iref")
	if len(list) < 4 {
		return nil
	}
	size := 2
	if list[0] > 0 {
		size = 4
	}
	for p := range parts(list[4:]) {
		n := &numbers{rest: p.body}
		if p.name != way || uint32(n.next(size)) != from {
			continue
		}
		for range n.next(2) {
			to = append(to, uint32(n.next(size)))
			if n.short {
				return nil
			}
		}
		return to
	}
	return nil
}

// stretch is a run of bytes, of the file or of the meta box's own data.
type stretch struct {
	inMeta     bool
	at, length uint64
}

// stretches are where the bytes of an item lie (ISO/IEC 14496-12, 8.11.3).
func stretches(meta []byte, item uint32) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		list := inside(meta, "iloc")
		if len(list) < 6 {
			return
		}
		version, indexed := list[0], list[0] == 1 || list[0] == 2
		offset, length, base, index := int(list[4]>>4), int(list[4]&15), int(list[5]>>4), int(list[5]&15)
		n := &numbers{rest: list[6:]}
		wide := 2
		if version >= 2 {
			wide = 4
		}
		for range n.next(wide) {
			id, way := uint32(n.next(wide)), uint64(0)
			if indexed {
				way = n.next(2) & 15
			}
			n.next(2) // which file: this one
			from := n.next(base)
			for range n.next(2) {
				if indexed {
					n.next(index)
				}
				e := stretch{way == 1, from + n.next(offset), n.next(length)}
				if n.short {
					return
				}
				if id == item && (way > 1 || !yield(e)) {
					return
				}
			}
		}
	}
}

// itemBytes are the bytes of an item, an error when they are more than most or lie outside of the file.
func itemBytes(r io.ReaderAt, size int64, meta []byte, item uint32, most int64) (out []byte, err error) {
	data := inside(meta, "idat")
	for e := range stretches(meta, item) {
		end := size
		if e.inMeta {
			end = int64(len(data))
		}
		if e.length > uint64(most-int64(len(out))) || e.at > uint64(end) || e.length > uint64(end)-e.at {
			return nil, errGrid
		}
		if e.inMeta {
			out = append(out, data[e.at:e.at+e.length]...)
			continue
		}
		piece := make([]byte, e.length)
		if _, err := r.ReadAt(piece, int64(e.at)); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		out = append(out, piece...)
	}
	return out, nil
}
