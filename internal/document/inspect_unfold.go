package document

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"

	"github.com/pdfcpu/pdfcpu/pkg/filter"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// What a PDF may unfold to. An honest page of drawing stays under a megabyte,
// a map under thirty.
const (
	mostStream  = 64 << 20    // bytes of one stream that is no picture
	mostStreams = 256 << 20   // bytes of all of them
	mostPicture = 100_000_000 // pixels of one picture: a sheet of A2 at 400 dots per inch
	mostFilters = 4           // that one stream goes through; honest ones need two at most
	mostObjects = 1_000_000   // a file of 10 MB cannot describe more
)

var errHeavy = errors.New("a stream unfolds to more than is allowed")

// unfolding refuses a PDF whose streams take far more room than the file, so
// that whoever draws its pages later is not the one to find out. Pictures are
// judged by the size they declare and are not unpacked.
func unfolding(table map[int]*model.XRefTableEntry) error {
	left := int64(mostStreams)
	for _, entry := range table {
		if entry == nil || entry.Free {
			continue
		}
		var stream types.StreamDict
		switch o := entry.Object.(type) {
		case types.StreamDict:
			stream = o
		case types.ObjectStreamDict:
			stream = o.StreamDict
		case types.XRefStreamDict:
			stream = o.StreamDict
		default:
			continue
		}
		if name, ok := stream.Dict["Subtype"].(types.Name); ok && name == "Image" {
			if pixels(stream.Dict) > mostPicture {
				return errHeavy
			}
			continue
		}
		n, err := unfolded(stream, min(left, mostStream))
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

func pixels(d types.Dict) float64 {
	return number(d["Width"]) * number(d["Height"])
}

func number(o types.Object) float64 {
	switch o := o.(type) {
	case types.Integer:
		return float64(o)
	case types.Float:
		return float64(o)
	}
	return 0
}

// unfolded counts the bytes a stream comes to, and gives up beyond most. What
// its filters cannot read counts up to the fault: damage is not a bomb.
func unfolded(stream types.StreamDict, most int64) (int64, error) {
	if len(stream.FilterPipeline) > mostFilters {
		return 0, errHeavy
	}
	r := io.Reader(bytes.NewReader(stream.Raw))
	for _, f := range stream.FilterPipeline {
		next, known, err := unfilter(r, f, most)
		if errors.Is(err, errHeavy) {
			return 0, errHeavy
		}
		if err != nil || !known {
			break
		}
		r = next
	}
	total, _ := io.Copy(io.Discard, io.LimitReader(r, most+1))
	if total > most {
		return total, errHeavy
	}
	return total, nil
}

// unfilter unpacks the filters that make much of little; what others give
// (text encodings, codecs of pictures) is of the size of what goes in, or
// counted with the pictures.
func unfilter(r io.Reader, f types.PDFFilter, most int64) (_ io.Reader, known bool, err error) {
	switch f.Name {
	case filter.Flate:
		r, err = zlib.NewReader(r)
		return r, true, err
	case filter.LZW, filter.RunLength, filter.ASCIIHex, filter.ASCII85:
		decoder, err := filter.NewFilter(f.Name, earlyChange(f.DecodeParms), most)
		if err != nil {
			return r, false, err
		}
		r, err = decoder.Decode(io.LimitReader(r, most))
		if errors.Is(err, filter.ErrDecodeLimitExceeded) {
			return r, true, errHeavy
		}
		return r, err == nil, nil
	}
	return r, false, nil
}

// earlyChange is the one parameter that says how an LZW stream is read.
func earlyChange(parms types.Dict) map[string]int {
	if n, ok := parms["EarlyChange"].(types.Integer); ok {
		return map[string]int{"EarlyChange": int(n)}
	}
	return nil
}
