package form_test

import (
	"os"
	"testing"

	"github.com/goccy/go-yaml"

	"guichet/internal/form"
)

// definition reads the form of the main procedure, as the product ships it.
func definition(t testing.TB) *form.Form {
	t.Helper()
	raw, err := os.ReadFile("../../forms/residence-permit.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var f form.Form
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return &f
}

func residence(t testing.TB) *form.Compiled {
	t.Helper()
	c, refusals := form.Compile(definition(t))
	for _, r := range refusals {
		t.Error(r)
	}
	if c == nil {
		t.FailNow()
	}
	return c
}

func TestResidencePermitCompiles(t *testing.T) { residence(t) }
