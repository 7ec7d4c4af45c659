package release

import "guichet/internal/procedure"

// What the tests of the designer look at.
var (
	DesignStream = designStream
	WriteSchema  = writeSchema
)

// At is a procedure with its schema at other levels.
func At(p *procedure.Procedure, levels []int) *procedure.Procedure {
	return with(p, at(p.Release, levels, p.Release.Version, ""))
}
