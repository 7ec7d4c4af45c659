package attack

import (
	"io"
	"testing"

	"guichet/internal/testkit/careless"
)

// Whatever the bytes, a file is read or refused.
func FuzzOpen(f *testing.F) {
	book, err := careless.File{Columns: []string{"a"}, Rows: [][]string{{"=1"}, {"x"}}}.Untidy(careless.Traces{Hidden: "h", Remark: "r", Erased: "e"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("a.xlsx", book, []byte(`{"signed":{"cohorts":[{"month":"2026-01"}]}}`))
	f.Add("2026-13.csv", []byte("a;b\n1;2\n"), []byte("{"))
	f.Add("x", []byte("PK\x03\x04"), []byte(nil))
	f.Fuzz(func(_ *testing.T, name string, data, certificate []byte) {
		r, err := Open(name, data, certificate)
		if err == nil {
			s := &seen{Release: r, table: newTable(r)}
			_ = s.partsOf()
		}
	})
}

// Whatever a schema, a register and two releases say, the attacks come to an end.
func FuzzRun(f *testing.F) {
	f.Add([]byte(tinySchema), "person,closed,age,land\np1,2026-01-02,40,FR\np2,2026-02-02,70,DE\n", "age,land,ill\n<45,near,a\n45+,far,b\n", "age,land,ill\n<45,*,a\n*,*,b\n30-44,near,c\n")
	f.Add([]byte(tinySchema), "person\n", "age\n", "ill\n\n")
	f.Add([]byte("columns: [{id: a, levels: [{cuts: [3, 1, 1]}, {groups: []}], level: 7}]"), "person,a\nx,9\n", "a,a\n1,2\n", "a\n<3\n")
	f.Fuzz(func(t *testing.T, schema []byte, register, one, two string) {
		s, err := ParseSchema(schema)
		if err != nil || len(register)+len(one)+len(two) > 10_000 {
			return
		}
		reg, err := ParseRegister([]byte(register))
		if err != nil {
			return
		}
		var releases []*Release
		for i, text := range []string{one, two} {
			if r, err := Open([]string{"2026-01", "2026-02"}[i], []byte(text), nil); err == nil {
				releases = append(releases, r)
			}
		}
		if r, err := Run(t.Context(), []*Schema{s}, reg, releases, Options{Canaries: []string{"near"}, PurgeMonths: 3}); err == nil {
			if err := r.Print(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
	})
}
