package demo

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/release"
)

// referenceMonth is the last of the reference stream. It does not move, so that a schema has the same figures whenever it is tried.
var referenceMonth = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// Reference makes up what release schemas are tried on in every house, demonstration or not: 36 months of the dossiers of a
// state like Monaco, from seed 1. Unavailable release.no_stream: there is no data file for the procedure.
func Reference(ctx context.Context, p *procedure.Procedure) (_ []release.Past, err error) {
	defer fault.Wrap(&err, "demo.Reference %s", p.ID)
	s, err := readScript(p.ID)
	if err != nil {
		return nil, err
	}
	if s == nil || s.Stream == nil {
		return nil, fault.New(fault.Unavailable, "release.no_stream")
	}
	past, err := MakePast(p, Usual(referenceMonth))
	if err != nil {
		return nil, err
	}
	return past.Made(), ctx.Err()
}
