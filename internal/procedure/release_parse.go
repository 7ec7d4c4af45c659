package procedure

import (
	"io/fs"
	"regexp"

	"guichet/internal/workflow"
)

// ParseRelease reads a release schema that was not loaded with the procedure, such as a version written at the desk, and
// holds it to the form as the loader does. With any refusal there is no schema. Its name is the procedure's, for a new
// version, or another, for a second schema over the same people.
func ParseRelease(p *Procedure, content []byte) (*ReleaseSchema, []Refusal) {
	var r refusals
	s := &ReleaseSchema{}
	src := readYAML(single{content}, p.ID+".release.yaml", s, &r)
	if src == nil {
		return nil, r.sorted()
	}
	if !schemaName.MatchString(s.Release) {
		r.add(src, "release", "write the procedure's id, or for a second schema small letters and hyphens", "the name %q will not do", s.Release)
	}
	r.checkRelease(src, s, p.Form.Form, p.Flow.StatesOf(workflow.Closed))
	if len(r) > 0 {
		return nil, r.sorted()
	}
	s.Hash, s.Source = hashRelease(s), content
	return s, nil
}

var schemaName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// single is one file, whatever its name.
type single struct{ content []byte }

// Open is never needed: fs.ReadFile finds ReadFile.
func (single) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile gives the content.
func (s single) ReadFile(string) ([]byte, error) { return s.content, nil }
