package form_test

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/form"
)

func TestBindKeepsWhatWasTyped(t *testing.T) {
	got, err := compiled(t).Bind("kinds", url.Values{
		"_on":    {"a.text a.bool a.choices", "a.date"},
		"_token": {"of the door"},
		"action": {"continue"},
		"a.text": {"  Jean  "}, "a.choices": {"b", "a"},
		"a.date.day": {"31"}, "a.date.month": {"fev"}, "a.date.year": {"85"},
		"a.number": {"douze"},
	}, form.Raw{"a.long": {"kept"}, "a.text": {"old"}, "a.bool": {"yes"}, "children": {"k1"}})
	want := form.Raw{
		"a.text": {"  Jean  "}, "a.bool": {}, "a.choices": {"b", "a"}, "a.date": {"31", "fev", "85"},
		"a.number": {"douze"}, "a.long": {"kept"},
	}
	if err != nil || !reflect.DeepEqual(map[string][]string(got), map[string][]string(want)) {
		t.Errorf("bound %q, %v", map[string][]string(got), err)
	}
}

func TestBindRefuses(t *testing.T) {
	many := url.Values{}
	for i := range 10000 {
		many[fmt.Sprint("x", i)] = []string{"1"}
	}
	rows := make([]string, 31)
	for i := range rows {
		rows[i] = fmt.Sprint("k", i)
	}
	for name, c := range map[string]struct {
		step   string
		posted url.Values
		kind   fault.Kind
		key    string
	}{
		"unknown step":       {"nowhere", nil, fault.NotFound, "form.no_step"},
		"unknown field":      {"kinds", url.Values{"a.salary": {"1"}}, fault.Invalid, "form.unknown_field"},
		"field of a step":    {"kinds", url.Values{"children.note": {"1"}}, fault.Invalid, "form.unknown_field"},
		"part of no date":    {"kinds", url.Values{"a.text.day": {"1"}}, fault.Invalid, "form.unknown_field"},
		"whole date":         {"kinds", url.Values{"a.date": {"1"}}, fault.Invalid, "form.unknown_field"},
		"repeated scalar":    {"kinds", url.Values{"a.text": {"1", "2"}}, fault.Invalid, "form.repeated"},
		"repeated part":      {"kinds", url.Values{"a.date.day": {"1", "2"}}, fault.Invalid, "form.repeated"},
		"computed field":     {"children", url.Values{"children.count": {"5"}}, fault.Invalid, "form.unknown_field"},
		"a file as a value":  {"documents", url.Values{"documents.id": {"stolen"}}, fault.Invalid, "form.unknown_field"},
		"cell of no row":     {"children", url.Values{"children.k9.name": {"A"}}, fault.Invalid, "form.unknown_field"},
		"unknown cell":       {"children", url.Values{"children": {"k1"}, "children.k1.pet": {"A"}}, fault.Invalid, "form.unknown_field"},
		"row twice":          {"children", url.Values{"children": {"k1", "k1"}}, fault.Invalid, "form.repeated"},
		"strange row":        {"children", url.Values{"children": {"../k1"}}, fault.Invalid, "form.repeated"},
		"a 31st child":       {"children", url.Values{"children": rows}, fault.Invalid, "form.too_many_rows"},
		"add to no group":    {"children", url.Values{"action": {"add:a.text"}}, fault.Invalid, "form.bad_action"},
		"add to other group": {"kinds", url.Values{"action": {"add:children"}}, fault.Invalid, "form.bad_action"},
		"10,000 fields":      {"kinds", many, fault.TooLarge, "form.too_large"},
		"10 MB":              {"kinds", url.Values{"a.text": {strings.Repeat("x", 10<<20)}}, fault.TooLarge, "form.too_large"},
		"10 MB of options":   {"kinds", url.Values{"a.choices": strings.Split(strings.Repeat("a,", 5<<20), ",")}, fault.TooLarge, "form.too_large"},
		"a long name":        {"kinds", url.Values{strings.Repeat("a.", 1<<20): {""}}, fault.TooLarge, "form.too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			small := compiled(t)
			start := time.Now()
			_, err := small.Bind(c.step, c.posted, form.Raw{})
			if err == nil || fault.Of(err) != c.kind || fault.Key(err) != c.key {
				t.Errorf("got %v, want %v %s", err, c.kind, c.key)
			}
			if d := time.Since(start); d > time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

func TestRowsKeepTheirIDs(t *testing.T) {
	c, raw := compiled(t), form.Raw{}
	act := func(action string, more url.Values) {
		t.Helper()
		posted := url.Values{"action": {action}, "_on": {"children"}}
		for k, v := range more {
			posted[k] = v
		}
		next, err := c.Bind("children", posted, raw)
		if err != nil {
			t.Fatal(err)
		}
		raw = next
	}
	act("add:children", nil)
	act("add:children", nil)
	first, second := raw["children"][0], raw["children"][1]
	act("continue", url.Values{"children": {first, second}, "children." + first + ".name": {"Nour"}, "children." + second + ".name": {"Sami"}})
	act("remove:children:"+first, nil)
	if !reflect.DeepEqual(raw["children"], []string{second}) || raw["children."+second+".name"][0] != "Sami" {
		t.Errorf("after removing the first: %q", map[string][]string(raw))
	}
	if _, there := raw["children."+first+".name"]; there {
		t.Error("the removed child's name is still there")
	}
	act("add:children", nil)
	if id := raw["children"][1]; id == first || id == second {
		t.Errorf("the new row bears the id %q of another", id)
	}
	act("remove:children:"+raw["children"][0], nil)
	act("remove:children:"+raw["children"][0], nil)
	if v, there := raw["children"]; !there || len(v) != 0 {
		t.Errorf("an emptied group is %q", v)
	}
}

func TestAddStopsAtTheLimit(t *testing.T) {
	c, raw := compiled(t), form.Raw{}
	for range 30 {
		next, err := c.Bind("children", url.Values{"action": {"add:children"}}, raw)
		if err != nil {
			t.Fatal(err)
		}
		raw = next
	}
	if _, err := c.Bind("children", url.Values{"action": {"add:children"}}, raw); fault.Key(err) != "form.too_many_rows" {
		t.Errorf("a 31st child: %v", err)
	}
}
