package release

import (
	"context"

	"guichet/internal/fault"
	"guichet/internal/procedure"
)

// InForce is the schema by which the next month of a procedure is judged. It holds nobody's data, so it is for everybody
// (RP-176); NotFound: nothing is released, or no version can be read any more.
func (h *House) InForce(ctx context.Context, id string) (_ *procedure.ReleaseSchema, err error) {
	defer fault.Wrap(&err, "release.InForce %s", id)
	p := h.Catalogue.Get(id)
	if p == nil || p.Release == nil {
		return nil, fault.New(fault.NotFound, "")
	}
	all, err := h.versions(ctx, p)
	if err != nil {
		return nil, err
	}
	v, err := inForce(id, all)
	if fault.Key(err) == "release.version_stale" {
		return nil, fault.From(fault.NotFound, "", err)
	}
	if err != nil {
		return nil, err
	}
	return v.p.Release, nil
}
