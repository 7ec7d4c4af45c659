package demo

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/report"
)

// paperKind is a sort of paper people hand in, as a data file describes it.
type paperKind struct {
	Name  string   `yaml:"name"`
	Look  string   `yaml:"look"` // passport or letter
	Title string   `yaml:"title"`
	Lines []string `yaml:"lines"`
	Paths []string `yaml:"paths"` // fields it is handed in for
}

// drawer holds the papers, made and checked once. Dossiers that are closed have scans, which are small: there are many.
type drawer struct {
	kinds         []paperKind
	sheets, scans []dossier.Paper
}

// openDrawer makes each paper, both ways.
func openDrawer(ctx context.Context, w *document.Workshop, kinds []paperKind, at time.Time) (*drawer, error) {
	d := &drawer{kinds: kinds}
	for _, k := range kinds {
		sheet, err := k.checked(ctx, w, func() ([]byte, error) { return k.make(at) })
		if err != nil {
			return nil, err
		}
		scan, err := k.checked(ctx, w, k.picture)
		if err != nil {
			return nil, err
		}
		d.sheets, d.scans = append(d.sheets, sheet), append(d.scans, scan)
	}
	return d, nil
}

// checked has a paper looked at as any file that is sent.
func (k paperKind) checked(ctx context.Context, w *document.Workshop, make func() ([]byte, error)) (dossier.Paper, error) {
	content, err := make()
	if err != nil {
		return dossier.Paper{}, err
	}
	c, err := w.Check(ctx, bytes.NewReader(content))
	if err != nil {
		return dossier.Paper{}, err
	}
	defer func() { _ = c.Close() }()
	content, err = io.ReadAll(c.Clean)
	name := strings.TrimSuffix(k.Name, path.Ext(k.Name)) + "." + string(c.Kind)
	return dossier.Paper{Name: name, Info: c.Info, Content: content}, err
}

// paper is what is handed in at a path: the field's id, and for a set per row the row.
func (d *drawer) paper(path string, scan bool) dossier.Paper {
	at := slices.IndexFunc(d.kinds, func(k paperKind) bool {
		return slices.ContainsFunc(k.Paths, func(p string) bool { return path == p || strings.HasPrefix(path, p+".") })
	})
	p := d.sheets[max(at, 0)]
	if scan {
		p = d.scans[max(at, 0)]
	}
	p.Path = path
	return p
}

func (k paperKind) make(at time.Time) ([]byte, error) {
	if k.Look == "passport" {
		return k.picture()
	}
	p := report.New("fr", k.Title, at)
	p.H1(k.Title)
	for _, l := range k.Lines {
		p.P(l)
	}
	return p.Bytes()
}

// picture draws the paper in sixteen tones: a page of an invented passport, or a letter as a telephone takes it.
func (k paperKind) picture() ([]byte, error) {
	tones := color.Palette{}
	for i := range 16 {
		v := uint8(255 - i*17)
		tones = append(tones, color.RGBA{v, v, v, 255})
	}
	img := image.NewPaletted(image.Rect(0, 0, 520, 320), tones)
	draw.Draw(img, img.Rect.Inset(8), image.NewUniform(tones[1]), image.Point{}, draw.Src)
	text := column{24: k.Lines}
	if k.Look == "passport" {
		portrait(img, tones)
		text = column{172: {"SPECIMEN", "Nom / Surname", "EXEMPLE", "Prénoms / Given names", "CAMILLE"}}
	}
	if err := letters(img, tones[15], k.Title, text); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// portrait draws a head and shoulders that are nobody's.
func portrait(img *image.Paletted, tones color.Palette) {
	frame := image.Rect(24, 56, 150, 216)
	draw.Draw(img, frame, image.NewUniform(tones[4]), image.Point{}, draw.Src)
	for y := frame.Min.Y; y < frame.Max.Y; y++ {
		for x := frame.Min.X; x < frame.Max.X; x++ {
			head := (x-87)*(x-87)*4+(y-118)*(y-118)*3 < 4200
			shoulders := y > 158 && (x-87)*(x-87)+(y-226)*(y-226)*2 < 4000
			if head || shoulders {
				img.Set(x, y, tones[9])
			}
		}
	}
}

// column is lines of text by their distance from the left edge.
type column map[int][]string

// letters writes a title, and under it columns of lines, broken at fifty characters.
func letters(img draw.Image, ink color.Color, title string, text column) error {
	parsed, err := opentype.Parse(gomono.TTF)
	if err != nil {
		return err
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 15, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return err
	}
	pen := font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: face}
	put := func(x, y int, s string) {
		pen.Dot = fixed.P(x, y)
		pen.DrawString(s)
	}
	put(24, 38, title)
	for x, lines := range text {
		y := 74
		for _, l := range lines {
			for _, part := range broken(l, 50) {
				put(x, y, part)
				y += 24
			}
		}
	}
	return nil
}

// broken cuts a line between words.
func broken(line string, width int) (out []string) {
	for _, w := range strings.Fields(line) {
		last := len(out) - 1
		if last >= 0 && len(out[last])+1+len(w) <= width {
			out[last] += " " + w
		} else {
			out = append(out, w)
		}
	}
	return out
}
