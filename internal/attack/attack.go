// Package attack tries to find people again in released files, knowing the register, the code and every past release.
package attack

import (
	"context"

	"guichet/internal/fault"
)

// Options are what an attacker brings besides the register and the releases.
type Options struct {
	Canaries    []string // strings of dossiers, none of which may stand in a file
	MaxColumns  int      // the largest set of columns that is tried as knowledge; 0 tries all up to ten
	PurgeMonths int      // months after which a dossier that was not judged is gone; 0 is never
}

// defaultColumns is the cap of a release schema (anonymisation.md, section 2).
const defaultColumns = 10

// attacks are those of anonymisation.md, section 5, in its order.
var attacks = []struct {
	protection, name string
	try              func(*world, *Report)
}{
	{"P1", "canaries", (*world).canaries},
	{"P2", "singling out: rows", (*world).singleRows},
	{"P2", "singling out: people", (*world).singlePeople},
	{"P3", "homogeneity", (*world).homogeneity},
	{"P4", "remnant", (*world).remnants},
	{"P5", "rare values", (*world).rareValues},
	{"P6", "levels that follow the data", (*world).movingLevels},
	{"P6", "row order", (*world).rowOrder},
	{"P7", "differences of releases", (*world).differences},
	{"P7", "newcomers by closing month", (*world).newcomers},
	{"P7", "batches", (*world).batches},
	{"P2", "published counts", (*world).published}, // of the batches just replayed
	{"P8", "intersection of releases", (*world).intersections},
	{"P9", "downcoding by elimination", (*world).elimination},
	{"P9", "would have been split", (*world).wouldSplit},
	{"P9", "minimality", (*world).minimality},
	{"P10", "file parts", (*world).fileParts},
}

// Run sets releases, in order of time, against a register. Each column of a release is looked up in the schemas; a release
// goes to the schema that fits it best. The error is about what was given, never about what was found.
func Run(ctx context.Context, schemas []*Schema, reg *Register, releases []*Release, o Options) (r *Report, err error) {
	defer fault.Wrap(&err, "attack.Run")
	if o.MaxColumns <= 0 {
		o.MaxColumns = defaultColumns
	}
	w, err := newWorld(schemas, reg, releases, &o)
	if err != nil {
		return nil, err
	}
	r = newReport(w)
	for _, a := range attacks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.begin(a.protection, a.name)
		a.try(w, r)
		r.end()
	}
	w.silence(r)
	w.unpromised(r)
	return r, nil
}
