package exchange_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"guichet/internal/exchange"
	"guichet/internal/testkit/stage"
)

// The description names every route that is mounted, and no other; what needs a token says so, and every schema of it is one.
func TestTheDescriptionIsWhatIsMounted(t *testing.T) {
	t.Parallel()
	w := &world{t: t, App: stage.Open(t)}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.call("GET", exchange.DescriptionPath, "", "").is(t, 200).body))
	must(t, err)
	root := doc.(map[string]any)
	if v := root["openapi"]; v != "3.1.0" {
		t.Errorf("OpenAPI %v", v)
	}
	var described []string
	for path, operations := range root["paths"].(map[string]any) {
		for method, op := range operations.(map[string]any) {
			_, guarded := op.(map[string]any)["security"]
			described = append(described, line(strings.ToUpper(method), path, guarded))
		}
	}
	var mounted []string
	must(t, chi.Walk(w.Site.Agents.Mux(), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method != http.MethodHead && strings.HasPrefix(route, "/api/") {
			mounted = append(mounted, line(method, route, w.policy(method, route) == "token exchange"))
		}
		return nil
	}))
	slices.Sort(described)
	slices.Sort(mounted)
	if !slices.Equal(described, mounted) || len(mounted) == 0 {
		t.Errorf("described %q\nmounted %q", described, mounted)
	}
	w.schemas(doc)
}

func line(method, path string, guarded bool) string {
	if guarded {
		return method + " " + path + " with a token"
	}
	return method + " " + path
}

func (w *world) policy(method, route string) string {
	for _, r := range w.Site.Agents.Routes() {
		if r.Method == method && r.Pattern == route {
			return r.Policy.String()
		}
	}
	return ""
}

// schemas compiles each schema of the description; a reference that leads nowhere does not compile.
func (w *world) schemas(doc any) {
	w.t.Helper()
	c := jsonschema.NewCompiler()
	must(w.t, c.AddResource("mem:description", doc))
	names := doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	for name := range names {
		if _, err := c.Compile("mem:description#/components/schemas/" + name); err != nil {
			w.t.Errorf("the schema %s: %v", name, err)
		}
	}
	if names["residence-permit.core_system"] == nil {
		w.t.Error("the message is not described")
	}
}

// An address that is not there is a problem, not a page, and a route of another method says which it has.
func TestWhatIsNotThereIsAProblem(t *testing.T) {
	t.Parallel()
	w := &world{t: t, App: stage.Open(t)}
	w.call("GET", exchange.Root+"/nothing", "", "").is(t, 404)
	w.call("GET", exchange.Root+"/no/way/schema.json", "", "").is(t, 404)
	if allow := w.call("POST", exchange.KeysPath, "", "").is(t, 405).Header.Get("Allow"); allow == "" {
		t.Error("no Allow")
	}
}
