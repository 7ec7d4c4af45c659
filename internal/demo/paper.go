package demo

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
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

// drawer holds the papers, made and checked once.
type drawer struct {
	kinds  []paperKind
	sheets []dossier.Paper
}

// openDrawer makes each paper and has it checked as any file that is sent.
func openDrawer(ctx context.Context, w *document.Workshop, kinds []paperKind, at time.Time) (*drawer, error) {
	d := &drawer{kinds: kinds}
	for _, k := range kinds {
		content, err := k.make(at)
		if err != nil {
			return nil, err
		}
		checked, err := w.Check(ctx, bytes.NewReader(content))
		if err != nil {
			return nil, err
		}
		content, err = io.ReadAll(checked.Clean)
		if _ = checked.Close(); err != nil {
			return nil, err
		}
		d.sheets = append(d.sheets, dossier.Paper{Name: k.Name, Info: checked.Info, Content: content})
	}
	return d, nil
}

// paper is what is handed in at a path: the field's id, and for a set per row the row.
func (d *drawer) paper(path string) dossier.Paper {
	at := slices.IndexFunc(d.kinds, func(k paperKind) bool {
		return slices.ContainsFunc(k.Paths, func(p string) bool { return path == p || strings.HasPrefix(path, p+".") })
	})
	p := d.sheets[max(at, 0)]
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

// picture draws a page of an invented passport, in sixteen tones, so that it stays small.
func (k paperKind) picture() ([]byte, error) {
	const width, height = 460, 320
	tones := color.Palette{}
	for i := range 16 {
		v := uint8(255 - i*17)
		tones = append(tones, color.RGBA{v, v, min(v, 240) + 15, 255})
	}
	img := image.NewPaletted(image.Rect(0, 0, width, height), tones)
	fill := func(r image.Rectangle, tone int) {
		draw.Draw(img, r, image.NewUniform(tones[tone]), image.Point{}, draw.Src)
	}
	fill(image.Rect(8, 8, width-8, height-8), 1)
	fill(image.Rect(24, 56, 150, 216), 4)
	for y := 70; y < 216; y++ { // a head and shoulders
		for x := 24; x < 150; x++ {
			head := (x-87)*(x-87)*4+(y-118)*(y-118)*3 < 4200
			body := y > 158 && (x-87)*(x-87)+(y-226)*(y-226)*2 < 4000
			if head || body {
				img.Set(x, y, tones[9])
			}
		}
	}
	lines := append([]string{k.Title, "SPECIMEN", "Nom / Surname", "EXEMPLE", "Prénoms / Given names", "CAMILLE"}, k.Lines...)
	if err := letters(img, tones[15], lines); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

func letters(img draw.Image, ink color.Color, lines []string) error {
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
	put(24, 38, lines[0])
	for i, l := range lines[1:] {
		put(172, 74+i*26, l)
	}
	put(24, 262, "P<EXAEXEMPLE<<CAMILLE<<<<<<<<<<<<<<<<<<<<<<<<")
	put(24, 288, "X00000000<0EXA8003272F3001017<<<<<<<<<<<<<<02")
	return nil
}
