package document

import (
	"maps"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"guichet/internal/fault"
)

// deepest nesting of direct objects that is still walked; an honest file stays under 20.
const deepest = 200

// Actions (ISO 32000-2, 12.6.4) that run, fetch or send something. A plain
// link and a jump to a page are not among them, unless nobody has to press them
// (see unasked).
var activeActions = map[string]bool{
	"JavaScript": true, "Launch": true, "ImportData": true, "SubmitForm": true,
	"GoToE": true, "GoToR": true, "Rendition": true, "RichMediaExecute": true, "Movie": true,
}

// Annotations that carry a program, a film or a file.
var activeAnnotations = map[string]bool{"RichMedia": true, "3D": true, "Screen": true, "Movie": true, "FileAttachment": true}

// dangerIn walks every object of a PDF, used or not, and refuses it for the
// first that is dangerous. Objects of an object stream are unpacked for it: the
// parser would leave them until somebody asks.
func dangerIn(doc *model.XRefTable) error {
	w := walk{doc}
	for _, n := range slices.Sorted(maps.Keys(doc.Table)) {
		entry := doc.Table[n]
		if entry == nil || entry.Free {
			continue
		}
		object, err := doc.Dereference(*types.NewIndirectRef(n, 0))
		if err != nil {
			return pdfFault(err)
		}
		if object == nil { // of another generation than 0
			object = entry.Object
		}
		if key := w.danger(object, 0); key != "" {
			return fault.New(fault.Invalid, key)
		}
	}
	return nil
}

type walk struct{ doc *model.XRefTable }

func (w walk) danger(o types.Object, depth int) string {
	if depth > deepest {
		return "document.pdf_damaged"
	}
	switch o := o.(type) {
	case types.Dict:
		return w.dangerousDict(o, depth)
	case types.StreamDict:
		return w.dangerousStream(o.Dict, depth)
	case *types.StreamDict:
		return w.dangerousStream(o.Dict, depth)
	case types.Array:
		for _, item := range o {
			if key := w.danger(item, depth+1); key != "" {
				return key
			}
		}
	}
	return ""
}

// dangerousStream also refuses a stream whose bytes stand in another file.
func (w walk) dangerousStream(d types.Dict, depth int) string {
	if _, elsewhere := d["F"]; elsewhere {
		return "document.pdf_active"
	}
	return w.dangerousDict(d, depth)
}

func (w walk) dangerousDict(d types.Dict, depth int) string {
	if named(d, "S", activeActions) || named(d, "Subtype", activeAnnotations) || named(d, "Type", map[string]bool{"EmbeddedFile": true}) {
		return "document.pdf_active"
	}
	for name, value := range d {
		switch name {
		case "JS", "JavaScript", "EF":
			return "document.pdf_active"
		case "XFA": // a form whose real pages are drawn by a program only
			return "document.pdf_form"
		case "OpenAction", "AA":
			if w.unasked(value, 0) {
				return "document.pdf_active"
			}
		}
		if key := w.danger(value, depth+1); key != "" {
			return key
		}
	}
	return ""
}

// unasked tells whether an action that runs by itself, or one of a list of
// such (AA), or one that follows, calls an address.
func (w walk) unasked(o types.Object, depth int) bool {
	if reference, ok := o.(types.IndirectRef); ok {
		o, _ = w.doc.Dereference(reference)
	}
	if depth > 8 {
		return true
	}
	switch o := o.(type) {
	case types.Dict:
		if named(o, "S", map[string]bool{"URI": true}) {
			return true
		}
		if _, action := o["S"]; action {
			next, found := o["Next"]
			return found && w.unasked(next, depth+1)
		}
		for _, event := range o {
			if w.unasked(event, depth+1) {
				return true
			}
		}
	case types.Array: // of actions; or a place to go, whose first item is a page
		return slices.ContainsFunc(o, func(item types.Object) bool { return w.isCall(item) })
	}
	return false
}

// isCall looks at one item of an array, without walking on into a page.
func (w walk) isCall(o types.Object) bool {
	if reference, ok := o.(types.IndirectRef); ok {
		o, _ = w.doc.Dereference(reference)
	}
	d, ok := o.(types.Dict)
	return ok && named(d, "S", map[string]bool{"URI": true})
}

func named(d types.Dict, key string, set map[string]bool) bool {
	name, ok := d[key].(types.Name)
	if !ok {
		return false
	}
	decoded, err := types.DecodeName(string(name))
	return err == nil && set[decoded]
}
