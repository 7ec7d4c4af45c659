package document

import (
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// deepest nesting of direct objects that is still walked; an honest file stays under 20.
const deepest = 200

// Actions (ISO 32000-2, 12.6.4) that run, fetch or send something. A plain
// link and a jump to a page are not among them.
var activeActions = map[string]bool{
	"JavaScript": true, "Launch": true, "ImportData": true, "SubmitForm": true,
	"GoToE": true, "Rendition": true, "RichMediaExecute": true,
}

// Annotations that carry a program, a film or a file.
var activeAnnotations = map[string]bool{"RichMedia": true, "3D": true, "Screen": true, "Movie": true, "FileAttachment": true}

// dangerIn walks every object of a PDF, used or not, and names the first
// reason to refuse it, or "".
func dangerIn(table map[int]*model.XRefTableEntry) string {
	for _, entry := range table {
		if entry == nil || entry.Free {
			continue
		}
		if key := danger(entry.Object, 0); key != "" {
			return key
		}
	}
	return ""
}

func danger(o types.Object, depth int) string {
	if depth > deepest {
		return "document.pdf_damaged"
	}
	switch o := o.(type) {
	case types.Dict:
		return dangerousDict(o, depth)
	case types.StreamDict:
		return dangerousDict(o.Dict, depth)
	case *types.StreamDict:
		return dangerousDict(o.Dict, depth)
	case types.Array:
		for _, item := range o {
			if key := danger(item, depth+1); key != "" {
				return key
			}
		}
	}
	return ""
}

func dangerousDict(d types.Dict, depth int) string {
	if named(d, "S", activeActions) || named(d, "Subtype", activeAnnotations) || named(d, "Type", map[string]bool{"EmbeddedFile": true}) {
		return "document.pdf_active"
	}
	for name, value := range d {
		switch name {
		case "JS", "JavaScript", "EF":
			return "document.pdf_active"
		case "XFA": // a form whose real pages are drawn by a program only
			return "document.pdf_form"
		}
		if key := danger(value, depth+1); key != "" {
			return key
		}
	}
	return ""
}

func named(d types.Dict, key string, set map[string]bool) bool {
	name, ok := d[key].(types.Name)
	if !ok {
		return false
	}
	decoded, err := types.DecodeName(string(name))
	return err == nil && set[decoded]
}
