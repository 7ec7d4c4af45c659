package rule_test

import (
	"strings"
	"testing"
	"time"

	"guichet/internal/rule"
)

func day(s string) rule.Date {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

var child = []rule.Column{
	{Name: "name", Type: rule.TypeString},
	{Name: "birth_date", Type: rule.TypeDate},
	{Name: "lives_here", Type: rule.TypeBool},
}

// family is an environment with each type in it.
func family() *rule.Env {
	e := rule.NewEnv()
	e.Announce("housing.tenure")
	e.Add("applicant.birth_date", rule.TypeDate)
	e.Add("applicant.last_name", rule.TypeString)
	e.Add("applicant.is_applicant", rule.TypeBool)
	e.Add("housing.rooms", rule.TypeInt)
	e.Add("housing.rent", rule.TypeFloat)
	e.Add("finance.means", rule.TypeStrings)
	e.Add("children", rule.RowsType(child...))
	e.Add("children.count", rule.TypeInt)
	return e.With("row", rule.RowType(child...))
}

// answered is a full set of values for it.
func answered() map[string]any {
	values := family().Zero()
	row := rule.RowType(child...).Zero().(map[string]any)
	row["name"], row["birth_date"], row["lives_here"], row["?lives_here"] = "Nour", day("2014-02-03"), false, true
	values["today"] = day("2026-11-22")
	values["applicant.birth_date"] = day("1985-03-27")
	values["applicant.last_name"] = "Haddad"
	values["housing.rooms"], values["?housing.rooms"] = 0, true
	values["finance.means"] = []string{"salary"}
	values["children"], values["row"] = []any{row}, row
	values["children.count"], values["?children.count"] = 1, true
	return values
}

func TestBool(t *testing.T) {
	for src, want := range map[string]bool{
		`true`:                            true,
		`1 > 2`:                           false,
		`applicant.last_name == "Haddad"`: true,
		`applicant.birth_date < today`:    true,
		`age(applicant.birth_date) == 41`: true,
		`age(row.birth_date) < 18 and not row.lives_here`:    true,
		`any(children, age(.birth_date) < 18)`:               true,
		`all(children, .lives_here)`:                         false,
		`len(children) == children.count`:                    true,
		`"salary" in finance.means`:                          true,
		`given(applicant.last_name)`:                         true,
		`given(applicant.birth_date)`:                        true,
		`given(finance.means)`:                               true,
		`given(children)`:                                    true,
		`given(housing.rooms)`:                               true,  // 0 is an answer
		`given(housing.rent)`:                                false, // 0 is none here
		`given(applicant.is_applicant)`:                      false,
		`given(row.lives_here)`:                              true, // "no" is an answer
		`all(children, given(.lives_here))`:                  true,
		`all(children, given(.name))`:                        true,
		`applicant.birth_date > months_before(today, 12)`:    false,
		`months_after(today, 3) == months_after(today, 3)`:   true,
		`days_between(months_before(today, 1), today) == 31`: true,
		`eea("FR") && !eea("LB") && !eea("")`:                true,
	} {
		r, err := rule.Compile(src, family(), rule.TypeBool)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got, err := r.Bool(answered()); err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", src, got, err, want)
		}
	}
}

func TestValue(t *testing.T) {
	for _, c := range []struct {
		src  string
		want rule.Type
		out  any
	}{
		{`len(children)`, rule.TypeInt, 1},
		{`housing.rooms`, rule.TypeFloat, 0.0},
		{`given(children) ? "yes" : "no"`, rule.TypeString, "yes"},
		{`months_after(applicant.birth_date, 1)`, rule.TypeDate, day("1985-04-27")},
		{`given(children) ? nil : "no"`, rule.TypeString, ""},
		{`finance.means`, rule.TypeStrings, nil},
	} {
		r, err := rule.Compile(c.src, family(), c.want)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		if got, err := r.Value(answered()); err != nil || (c.out != nil && got != c.out) {
			t.Errorf("%s gives %v, %v; want %v", c.src, got, err, c.out)
		}
	}
}

// Nothing answered is a state of every dossier: no rule may fail on it.
func TestZeroValuesNeverFail(t *testing.T) {
	for _, src := range []string{
		`age(applicant.birth_date) < 18`, `any(children, .lives_here)`, `row.birth_date < today`,
		`"salary" in finance.means`, `housing.rent / 2 > 1`, `months_before(applicant.birth_date, 3) < today`,
	} {
		r, err := rule.Compile(src, family(), rule.TypeBool)
		if err != nil {
			t.Fatal(src, err)
		}
		if _, err := r.Bool(family().Zero()); err != nil {
			t.Errorf("%s: %v", src, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`applicant.birthdate < today`, `1:1: unknown name “applicant.birthdate”; did you mean “applicant.birth_date”?`},
		{`true && aplicant.last_name == ""`, `1:9: unknown name “aplicant.last_name”; did you mean “applicant.last_name”?`},
		{`housing.tenure == "owner"`, `is asked later than this rule; a rule may only look back`},
		{`zebra > 3`, `unknown name “zebra”; use the id of an earlier field`},
		{`any(children, .birthdate < today)`, `did you mean`},
		{`ages(applicant.birth_date) > 3`, `did you mean “age”?`},
		{`applicant.last_name`, `yields “text” where “yes or no” is wanted`},
		{`applicant.last_name > 3`, `invalid operation`},
		{`applicant.birth_date < "2000-01-01"`, `invalid operation`},
		{`now() > today`, `unknown name “now”`},
		{`let x = 3; x > 2`, ``},
		{`$env == nil`, `$env is not for rules`},
		{`applicant.last_name ==`, `1:`},
		{``, `the rule is empty`},
		{strings.Repeat("(", 1900), ``},
		{strings.Repeat("true && ", 400) + "true", `too long`},
		{`repeat("a", 1000000) == ""`, `unknown name “repeat”`},
		{`today`, `yields “date”`},
	} {
		_, err := rule.Compile(c.src, family(), rule.TypeBool)
		if err == nil {
			t.Errorf("%.60s: accepted", c.src)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s:\n got %v\nwant %s", c.src, err, c.want)
		}
	}
}

func TestAge(t *testing.T) {
	today := day("2026-11-22")
	for birth, want := range map[string]int{
		"2010-11-22": 16, "2010-11-23": 15, "2010-11-21": 16, "2008-02-29": 18, "2026-11-22": 0, "2026-11-23": -1, "0001-01-01": -1,
	} {
		if got := rule.Age(day(birth), today); got != want {
			t.Errorf("born on %s: %d, want %d", birth, got, want)
		}
	}
	if got := rule.Age(day("2008-02-29"), day("2026-02-28")); got != 17 {
		t.Errorf("born on 29 February, on 28 February: %d, want 17", got)
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2025-11-30", 3, "2026-02-28"},
		{"2027-11-30", 3, "2028-02-29"},
		{"2026-01-31", 1, "2026-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-12-15", 1, "2027-01-15"},
		{"2026-01-15", -13, "2024-12-15"},
	} {
		if got := rule.AddMonths(day(c.from), c.months); !got.Equal(day(c.want)) {
			t.Errorf("%s %+d months is %s, want %s", c.from, c.months, got.Format(time.DateOnly), c.want)
		}
	}
	if !rule.AddMonths(rule.Date{}, 3).IsZero() {
		t.Error("a date not given became one")
	}
}

// A rule at run time can only meet values of its environment; whatever the text, nothing may panic.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{`age(applicant.birth_date) < 18`, `any(children, {.name matches "("})`, `given(row.lives_here)`, `1/0 > 2`, `children[5].name == ""`, `a?.b ?? c`} {
		f.Add(s)
	}
	env, values := family(), answered()
	f.Fuzz(func(t *testing.T, src string) {
		for _, want := range []rule.Type{rule.TypeBool, rule.TypeAny} {
			r, err := rule.Compile(src, env, want)
			if err != nil {
				continue
			}
			_, _ = r.Value(values)
			_, _ = r.Value(env.Zero())
		}
	})
}

func BenchmarkBool(b *testing.B) {
	r, err := rule.Compile(`age(applicant.birth_date) < 18 && applicant.last_name != ""`, family(), rule.TypeBool)
	if err != nil {
		b.Fatal(err)
	}
	values := answered()
	for b.Loop() {
		_, _ = r.Bool(values)
	}
}
