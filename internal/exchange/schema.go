package exchange

import (
	"encoding/json"

	"guichet/internal/form"
)

// object is a JSON Schema, or a part of one.
type object = map[string]any

const dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is the JSON Schema of the messages of a way, made from the definition: what is not marked to leave is not in it, and
// nothing else is allowed.
func (w Way) Schema() ([]byte, error) {
	s := w.schema()
	s["$schema"], s["title"] = dialect, w.Name()
	return json.MarshalIndent(s, "", "  ")
}

func (w Way) schema() object {
	return closed(object{
		"format": object{"const": Format}, "id": said("also the idempotency key", object{"type": "string"}),
		"procedure": object{"const": w.Procedure.ID}, "connector": object{"const": w.Connector.ID},
		"event": said("the move that handed it over", object{"type": "string"}), "at": instant(),
		"definition": said("SHA-256 of the definition the dossier was started with", sha()),
		"dossier": closed(object{
			"reference": object{"type": "string"}, "state": object{"enum": w.Connector.States}, "channel": object{"type": "string"},
			"round": said("how often the dossier was filed", object{"type": "integer", "minimum": 1}), "submitted_at": instant(),
		}),
		"answers": w.answers(), "documents": object{"type": "array", "items": w.paper()},
	})
}

// closed is an object with these properties, all of them and no other.
func closed(properties object) object {
	required := make([]string, 0, len(properties))
	for name := range properties {
		required = append(required, name)
	}
	return object{"type": "object", "properties": properties, "required": sorted(required), "additionalProperties": false}
}

func said(words string, schema object) object {
	schema["description"] = words
	return schema
}

func instant() object { return object{"type": "string", "format": "date-time"} }

func sha() object { return object{"type": "string", "pattern": "^[0-9a-f]{64}$"} }

// answers are the marked ones; which of them there are depends on the others, so none is required.
func (w Way) answers() object {
	marked, properties := marks(w.Connector), object{}
	for _, s := range w.Procedure.Form.Steps {
		for _, f := range s.Fields {
			switch {
			case f.Kind == form.File:
			case f.Kind != form.Group && marked[f.ID]:
				properties[f.ID] = said(f.Label.EN, shape(f))
			case f.Kind == form.Group && anyCell(f, marked):
				properties[f.ID] = said(f.Label.EN, object{"type": "array", "items": rows(f, marked)})
			}
		}
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

func rows(group *form.Field, marked map[string]bool) object {
	properties := object{"row": said("names the row in documents", object{"type": "string"})}
	for _, c := range group.Fields {
		if marked[group.ID+"."+c.ID] {
			properties[c.ID] = said(c.Label.EN, shape(c))
		}
	}
	return object{"type": "object", "properties": properties, "required": []string{"row"}, "additionalProperties": false}
}

// shape is how an answer is written.
func shape(f *form.Field) object {
	switch f.Kind {
	case form.Number:
		return object{"type": "integer"}
	case form.Decimal:
		return object{"type": "number"}
	case form.Money:
		return object{"type": "string", "pattern": `^-?[0-9]+\.[0-9]{2}$`}
	case form.Date:
		return object{"type": "string", "format": "date"}
	case form.Time:
		return object{"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}
	case form.Bool:
		return object{"type": "boolean"}
	case form.Choice:
		return object{"enum": options(f)}
	case form.Choices:
		return object{"type": "array", "items": object{"enum": options(f)}, "uniqueItems": true}
	case form.Country:
		return object{"type": "string", "pattern": "^[A-Z]{2}$"}
	}
	return object{"type": "string"}
}

func options(f *form.Field) []string {
	out := make([]string, len(f.Options))
	for i, o := range f.Options {
		out[i] = o.ID
	}
	return out
}

// paper is a document: its bytes are not in the message.
func (w Way) paper() object {
	marked, fields := marks(w.Connector), []string{}
	for _, s := range w.Procedure.Form.Steps {
		for _, f := range s.Fields {
			if f.Kind == form.File && marked[f.ID] {
				fields = append(fields, f.ID)
			}
		}
	}
	s := closed(object{
		"id": object{"type": "string"}, "field": object{"type": "string"}, "kind": object{"type": "string"},
		"size": object{"type": "integer", "minimum": 0}, "pages": object{"type": "integer", "minimum": 0}, "sha256": sha(),
	})
	if len(fields) > 0 {
		s["properties"].(object)["field"] = object{"enum": fields}
	}
	s["properties"].(object)["row"] = said("of the group it was asked for", object{"type": "string"})
	return s
}
