package testkit

import (
	"embed"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"guichet/internal/form"
)

//go:embed personas/*.yaml
var personas embed.FS

// Persona is an invented person and all they would answer, as a test may tell it: dates as 2006-01-02, groups as lists.
type Persona struct {
	Name    string         `yaml:"name"`
	Lang    string         `yaml:"lang"`
	Answers map[string]any `yaml:"answers"`
}

// PersonaNamed reads a persona of this folder.
func PersonaNamed(t testing.TB, name string) Persona {
	t.Helper()
	raw, err := personas.ReadFile("personas/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var p Persona
	if err := yaml.UnmarshalWithOptions(raw, &p, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return p
}

// Post is what the persona posts on a step's page: every relevant question the page shows, answered or left blank.
func (p Persona) Post(step *form.Step) url.Values {
	v := url.Values{}
	for _, f := range step.Fields {
		if f.Compute == "" && f.Kind != form.File {
			v.Add(form.ShownName, f.ID)
		}
		p.put(v, f, f.ID, p.Answers[f.ID])
	}
	if step.Notice != "" {
		v.Set("notice."+step.Notice, "yes")
	}
	return v
}

func (p Persona) put(v url.Values, f *form.Field, path string, answer any) {
	if answer == nil || f.Compute != "" || f.Kind == form.File {
		return
	}
	switch f.Kind {
	case form.Group:
		for i, row := range answer.([]any) {
			id := "r" + strconv.Itoa(i+1)
			v.Add(path, id)
			cells := row.(map[string]any)
			for _, cell := range f.Fields {
				p.put(v, cell, path+"."+id+"."+cell.ID, cells[cell.ID])
			}
		}
	case form.Date:
		at, err := time.Parse(time.DateOnly, fmt.Sprint(answer))
		if err != nil {
			panic(err)
		}
		v.Set(path+".day", strconv.Itoa(at.Day()))
		v.Set(path+".month", strconv.Itoa(int(at.Month())))
		v.Set(path+".year", strconv.Itoa(at.Year()))
	case form.Choices:
		for _, x := range answer.([]any) {
			v.Add(path, fmt.Sprint(x))
		}
	case form.Bool:
		v.Set(path, map[bool]string{true: "yes", false: "no"}[answer.(bool)])
	default:
		v.Set(path, strings.TrimSpace(fmt.Sprint(answer)))
	}
}

// Personas are the names of all personas of this folder.
func Personas(t testing.TB) []string {
	t.Helper()
	entries, err := personas.ReadDir("personas")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return out
}
