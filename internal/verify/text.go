package verify

import (
	"fmt"
	"io"
	"strings"
)

// Write tells the report in plain words, a check a line, its findings below it.
func (r Report) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s version %d: %d rows, %d columns, %d bytes\n\n", clean(r.Release), r.Version, r.Rows, len(r.Columns), r.Bytes)
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "%-4s %-12s %s\n     %-12s %s\n", marks[c.Outcome], c.ID, c.Claim, "", c.Found)
		for _, f := range c.Findings {
			fmt.Fprintf(&b, "     %-12s ! %s\n", "", f)
		}
		if c.More > 0 {
			fmt.Fprintf(&b, "     %-12s ! and %d more\n", "", c.More)
		}
	}
	b.WriteString("\n" + r.conclusion() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

var marks = map[Outcome]string{Passed: "ok", Failed: "FAIL", NotChecked: "–"}

// String is what is wrong, then where.
func (f Finding) String() string {
	where := f.Part
	if f.Sheet != "" {
		where = "sheet " + clean(f.Sheet)
		if f.Row > 0 {
			where += fmt.Sprintf(", row %d", f.Row)
		}
	}
	if where == "" {
		return f.What
	}
	return f.What + " (" + where + ")"
}

func (r Report) conclusion() string {
	s := fmt.Sprintf("%d checks passed, %d failed, %d could not be made from the file.", r.Count(Passed), r.Count(Failed), r.Count(NotChecked))
	switch {
	case !r.Passed():
		return s + "\nThis file is not what it claims to be."
	case !r.Certified:
		return s + "\nThe file keeps to the schema. Without a certificate nothing says who made it, nor that its cohorts were frozen."
	case !r.KeyOurs:
		return s + "\nThe file is what its certificate says. The signature was checked with the key in the certificate itself:\nwhether that key is the service’s is for you to know (guichet release --public-key prints it there; give it with --key)."
	}
	return s + "\nThe file is what its certificate says, signed with the key you gave."
}
