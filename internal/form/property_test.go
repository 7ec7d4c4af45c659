package form_test

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guichet/internal/form"
	"guichet/internal/text"
)

// typed draws what somebody might type in any box.
var typed = rapid.OneOf(
	rapid.SampledFrom([]string{"", " ", "yes", "no", "a", "b", "12", "1,5", "FR", "5", "2014", "x@y.mc", "98989898", "9h05", "k1"}),
	rapid.String(),
)

// anyRaw draws answers, well formed or not, over the paths of a form.
func anyRaw(paths []string) *rapid.Generator[form.Raw] {
	return rapid.Custom(func(t *rapid.T) form.Raw {
		raw := form.Raw{}
		for _, p := range rapid.SliceOfN(rapid.SampledFrom(paths), 0, 25).Draw(t, "paths") {
			raw[p] = rapid.SliceOfN(typed, 0, 4).Draw(t, p)
		}
		return raw
	})
}

var smallPaths = strings.Fields(`a.text a.name a.long a.number a.decimal a.money a.date a.time a.bool a.choice a.choices
a.email a.phone a.country a.iban a.id a.postcode children children.count children.note children.k1.name children.k1.birth_date
children.k1.school children.k2.name documents.id documents.child documents.child.k1 decision.comment nonsense children.k1 a a.date.day`)

// Whatever stands in the answers: nothing panics, the relevant ones are among them, and steps and
// problems come in the order of the form.
func TestWalkProperties(t *testing.T) {
	c := compiled(t)
	rapid.Check(t, func(t *rapid.T) {
		raw := anyRaw(smallPaths).Draw(t, "raw")
		before := raw.Clone()
		j := c.Walk(raw, form.Facts{"account.email": typed.Draw(t, "fact")}, today)
		relevant := j.Relevant()
		for path := range relevant {
			if _, ok := raw[path]; !ok {
				t.Fatalf("%s is relevant and not an answer", path)
			}
		}
		last := -1
		for _, p := range j.Problems() {
			at := slices.Index(c.StepIDs(), c.StepOf(p.Path).ID)
			if at < last || c.Field(p.Path) == nil {
				t.Fatalf("problem at %s out of order", p.Path)
			}
			last = at
		}
		for _, f := range j.Each {
			_ = f.Display(text.FR) + f.Display(text.EN)
		}
		if !reflect.DeepEqual(before, raw) {
			t.Fatal("walking changed the answers")
		}
		again := c.Walk(relevant, nil, today)
		if !again.Relevant().Equal(relevant) {
			t.Fatalf("filing twice differs: %v", form.Diff(relevant, again.Relevant()))
		}
		if err := j.Err(); err != nil {
			t.Fatal(err)
		}
	})
}

// page is what a browser posts of a step that shows all of the given answers.
func page(c *form.Compiled, j *form.Journey, step string) url.Values {
	posted := url.Values{}
	for s, f := range j.Each {
		if s.Step.ID != step || f.Computed() || f.Field.Kind == form.File {
			continue
		}
		posted.Add("_on", f.Path)
		switch f.Field.Kind {
		case form.Date:
			for i, part := range []string{"day", "month", "year"} {
				if len(f.Raw) == 3 {
					posted.Set(f.Path+"."+part, f.Raw[i])
				}
			}
		case form.Group:
			for _, r := range f.Rows {
				posted.Add(f.Path, r.ID)
			}
		default:
			if len(f.Raw) > 0 {
				posted[f.Path] = f.Raw
			}
		}
	}
	return posted
}

// What was bound, shown and posted again unchanged binds to the same answers.
func TestBindIsIdempotent(t *testing.T) {
	c := compiled(t)
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]string{"kinds", "children"}).Draw(t, "step")
		raw := anyRaw(smallPaths).Draw(t, "raw")
		first, err := c.Bind(step, page(c, c.Walk(raw, nil, today), step), raw)
		if err != nil {
			return // drawn answers may hold several for one: refused, tested elsewhere
		}
		for path := range first {
			if c.StepOf(path) == nil || c.StepOf(path).ID != step {
				t.Fatalf("%s does not belong to the step", path)
			}
		}
		all := raw.Clone()
		for p := range c.Own(step, raw) {
			delete(all, p)
		}
		for p, v := range first {
			all[p] = v
		}
		second, err := c.Bind(step, page(c, c.Walk(all, nil, today), step), all)
		if err != nil || !second.Equal(first) {
			t.Fatalf("%v: %v", err, form.Diff(first, second))
		}
	})
}

func FuzzBind(f *testing.F) {
	f.Add("a.text=x&_on=a.bool+a.date&a.date.day=3", "kinds")
	f.Add("children=k1&children.k1.name=Nour&action=add:children", "children")
	f.Add("action=remove:children:k1", "children")
	c := compiled(f)
	old := withChildren()
	f.Fuzz(func(t *testing.T, query, step string) {
		posted, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		raw, err := c.Bind(step, posted, old)
		if err != nil {
			return
		}
		for path := range raw {
			if c.StepOf(path) == nil || c.StepOf(path).ID != step {
				t.Errorf("%q does not belong to %q", path, step)
			}
		}
		c.Walk(raw, nil, today).Check(step)
	})
}

func FuzzWalk(f *testing.F) {
	f.Add("a.date", "5|3|1985")
	f.Add("a.money", "1.500,00 €")
	f.Add("a.phone", "+33 6 12 34 56 78")
	f.Add("children", "k1|k1|k2")
	c := compiled(f)
	f.Fuzz(func(t *testing.T, path, value string) {
		raw := withChildren()
		raw[path] = strings.Split(value, "|")
		j := c.Walk(raw, nil, today)
		j.Problems()
		for _, f := range j.Each {
			_ = f.Display(text.FR)
		}
		if relevant := j.Relevant(); !c.Walk(relevant, nil, today).Relevant().Equal(relevant) {
			t.Errorf("%s = %q is not filed the same twice", path, value)
		}
	})
}

// plausible draws answers that the rules of the main form will look at closely.
var plausible = rapid.OneOf(typed, rapid.SampledFrom([]string{
	"third", "eea", "married", "tenant", "hosted", "relative", "trusted_third_party", "passport", "other",
	"bank_references", "LB", "MC", "1", "27", "2", "12", "1985", "2015", "2030", "0", "99999", "06000",
}))

// No answer whatever makes a rule of the main form fail.
func TestResidenceRulesNeverFail(t *testing.T) {
	c := residence(t)
	var paths []string
	for _, s := range c.Steps {
		for _, f := range s.Fields {
			paths = append(paths, f.ID)
			for _, cell := range f.Fields {
				paths = append(paths, f.ID+".k1."+cell.ID, f.ID+".k2."+cell.ID)
			}
			if f.PerRow != "" {
				paths = append(paths, f.ID+".k1")
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		raw := form.Raw{}
		for _, p := range rapid.SliceOfN(rapid.SampledFrom(paths), 5, 80).Draw(t, "paths") {
			raw[p] = rapid.SliceOfN(plausible, 1, 3).Draw(t, p)
		}
		for _, s := range c.Steps {
			for _, f := range s.Fields {
				if f.Kind == form.Group {
					raw[f.ID] = []string{"k1", "k2"}
				}
			}
		}
		j := c.Walk(raw, nil, today)
		j.Problems()
		if err := j.Err(); err != nil {
			t.Fatal(err)
		}
		relevant := j.Relevant()
		if again := c.Walk(relevant, nil, today).Relevant(); !again.Equal(relevant) {
			t.Fatal(form.Diff(relevant, again))
		}
	})
}
