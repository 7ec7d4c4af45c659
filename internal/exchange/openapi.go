package exchange

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Root is where the exchange is mounted.
const Root = "/api/v1"

// The addresses of the exchange, as routes name them.
const (
	DescriptionPath = Root + "/openapi.json"
	KeysPath        = Root + "/keys.json"
	SchemaPath      = Root + "/{procedure}/{connector}/schema.json"
	ListPath        = Root + "/{procedure}/{connector}/dossiers"
	OnePath         = ListPath + "/{message}"
	AcknowledgePath = OnePath + "/acknowledge"
	PaperPath       = OnePath + "/documents/{document}"
)

// Description is the OpenAPI description of the exchange, made from the definitions.
func (h *House) Description(origin string) ([]byte, error) {
	return json.MarshalIndent(object{
		"openapi": "3.1.0", "jsonSchemaDialect": dialect,
		"info": object{
			"title": "Exchange with the core business system", "version": "1",
			"description": "Messages are fixed when they are handed over: the same message has the same bytes for ever. Each bears a detached JWS (EdDSA, Ed25519) in " + SignatureHeader +
				", over the body byte for byte; the key is in keys.json. Fetch the list until `next` is absent, fetch each message, check its signature, acknowledge it; what is acknowledged leaves the list. Every fetch is written in the dossier’s journal under the token’s name.",
		},
		"servers": []object{{"url": origin}},
		"paths":   h.paths(),
		"components": object{
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}},
			"schemas":         h.schemas(),
			"parameters": object{
				"procedure": inPath("procedure"), "connector": inPath("connector"), "message": inPath("message"), "document": inPath("document"),
			},
			"responses": object{"Problem": object{"description": "What is wrong (RFC 9457)", "content": object{
				"application/problem+json": object{"schema": ref("schemas", "Problem")},
			}}},
		},
	}, "", "  ")
}

func inPath(name string) object {
	return object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}}
}

func inQuery(name, words string, schema object) object {
	return object{"name": name, "in": "query", "description": words, "schema": schema}
}

func ref(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }

// paths are all that is mounted; a test holds them to the routes.
func (h *House) paths() object {
	way := []object{ref("parameters", "procedure"), ref("parameters", "connector")}
	one := append(slices.Clone(way), ref("parameters", "message"))
	text := object{"type": "string"}
	return object{
		DescriptionPath: get("This description", nil, answers(nil, "application/json", object{"type": "object"})),
		KeysPath:        get("The key that messages are checked with (RFC 7517)", nil, answers(nil, "application/json", object{"type": "object"})),
		SchemaPath:      get("The JSON Schema of the messages", way, answers([]int{404}, "application/schema+json", object{"type": "object"})),
		ListPath: guarded(get("Messages that have not arrived, oldest first", append(slices.Clone(way),
			inQuery("after", "`next` of the page before", text),
			inQuery("limit", "most on a page", object{"type": "integer", "minimum": 1, "maximum": MostListed, "default": DefaultListed}),
			inQuery("all", "1: those that have arrived too", object{"enum": []string{"0", "1"}}),
		), answers([]int{401, 403, 404, 422, 429}, "application/json", ref("schemas", "Page")))),
		OnePath:   guarded(get("One message, signed", one, answers([]int{401, 403, 404, 409, 429}, "application/json", h.messages()))),
		PaperPath: guarded(get("A document that the message names, where the definition lets it leave", append(slices.Clone(one), ref("parameters", "document")), answers([]int{401, 403, 404, 409, 429}, "application/octet-stream", object{}))),
		AcknowledgePath: guarded(object{"post": object{
			"summary": "Say that a message has arrived; the same words again change nothing", "parameters": one,
			"requestBody": object{"required": true, "content": object{"application/json": object{"schema": ref("schemas", "Acknowledgement")}}},
			"responses":   answers([]int{401, 403, 404, 409, 422, 429}, "application/json", ref("schemas", "Receipt")),
		}}),
	}
}

func get(summary string, parameters []object, responses object) object {
	op := object{"summary": summary, "responses": responses}
	if parameters != nil {
		op["parameters"] = parameters
	}
	return object{"get": op}
}

func guarded(path object) object {
	for _, op := range path {
		op.(object)["security"] = []object{{"token": []string{}}}
	}
	return path
}

func answers(problems []int, kind string, schema object) object {
	out := object{"200": object{"description": "Here it is", "content": object{kind: object{"schema": schema}}}}
	for _, code := range problems {
		out[strconv.Itoa(code)] = ref("responses", "Problem")
	}
	return out
}

// messages is the message of any way.
func (h *House) messages() object {
	var any []object
	for _, w := range Ways(h.Catalogue) {
		any = append(any, ref("schemas", w.schemaName()))
	}
	return object{"oneOf": any}
}

func (w Way) schemaName() string { return w.Procedure.ID + "." + w.Connector.ID }

func (h *House) schemas() object {
	text := object{"type": "string"}
	listed := closed(object{"id": text, "reference": text, "event": text, "at": instant(), "sha256": sha(), "state": object{"enum": []string{Waiting, Sent, Refused}}})
	listed["properties"].(object)["settled_at"] = instant()
	out := object{
		"Page": object{
			"type": "object", "properties": object{"items": object{"type": "array", "items": listed}, "next": text},
			"required": []string{"items"}, "additionalProperties": false,
		},
		"Acknowledgement": object{
			"type": "object", "properties": object{"reference": said("your own name for the dossier", object{"type": "string", "maxLength": mostRef})}, "additionalProperties": false,
		},
		"Receipt": object{"type": "object", "properties": object{
			"status": object{"type": "integer"}, "reference": text, "at": instant(), "sha256": sha(), "by": text,
		}, "required": []string{"at", "reference"}, "additionalProperties": false},
		"Problem": object{"type": "object", "properties": object{
			"type": text, "title": text, "status": object{"type": "integer"}, "detail": text, "instance": said("of this call, as the log names it", object{"type": "string"}),
		}, "required": []string{"type", "title", "status"}},
	}
	for _, w := range Ways(h.Catalogue) {
		out[w.schemaName()] = w.schema()
	}
	return out
}

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}
