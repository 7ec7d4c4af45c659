package release

import (
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"guichet/internal/access"
	"guichet/internal/anonymise"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// RegisterVersion proposes a version of a release schema, or a second schema, in the name of an analyst; it comes into force
// when a second person approves it. What the content does wrong comes as refusals, as the loader says them. Errors: Invalid
// release.floor, where the schema releases too little of the made-up stream (P11); Invalid, where a second schema is not
// coarser than the first; Conflict release.version_number, where the number was not above those there are when it was
// asked (one taken meanwhile is replaced by the next);
// Conflict release.unchanged, where the rules are those in force.
func (h *House) RegisterVersion(ctx context.Context, a access.Actor, id string, content []byte) (_ Version, _ []procedure.Refusal, err error) {
	defer fault.Wrap(&err, "release.RegisterVersion %s", id)
	p, err := h.allowed(a, id)
	if err != nil {
		return Version{}, nil, err
	}
	if a.AccountID == 0 {
		return Version{}, nil, fault.New(fault.Forbidden, "release.nobody")
	}
	return h.register(ctx, a, p, content, false)
}

func (h *House) register(ctx context.Context, a access.Actor, p *procedure.Procedure, content []byte, again bool) (Version, []procedure.Refusal, error) {
	rules, refused := procedure.ParseRelease(p, content)
	if len(refused) > 0 {
		return Version{}, refused, nil
	}
	schema, err := schemaOf(with(p, rules))
	if err != nil {
		return Version{}, nil, err
	}
	all, err := h.versions(ctx, p)
	if err != nil {
		return Version{}, nil, err
	}
	if err := admissible(p, all, rules, schema); err != nil {
		return Version{}, nil, err
	}
	share, err := h.floor(ctx, p, rules)
	if err != nil {
		return Version{}, nil, err
	}
	v, err := h.propose(ctx, a, p, rules, schema, content, share)
	if fault.Key(err) == "release.version_number" && !again {
		// Somebody took the number while the stream was tried: the next one is as good.
		if all, err = h.versions(ctx, p); err != nil {
			return Version{}, nil, err
		}
		return h.register(ctx, a, p, renumbered(content, next(all)[rules.Release]), true)
	}
	return v, nil, err
}

var versionLine = regexp.MustCompile(`(?m)^version:[ \t]*\d+`)

// renumbered is a content under another number.
func renumbered(content []byte, n int) []byte {
	at := versionLine.FindIndex(content)
	if at == nil {
		return content
	}
	return slices.Concat(content[:at[0]], []byte("version: "+strconv.Itoa(n)), content[at[1]:])
}

// admissible holds a new content to those there are: a higher number and other rules under the same name, and a coarsening
// of the version in force under another.
func admissible(p *procedure.Procedure, all []version, rules *procedure.ReleaseSchema, schema *anonymise.Schema) error {
	for _, v := range all {
		if v.row.Name == rules.Release && v.row.State != "refused" && int(v.row.Version) >= rules.Version {
			return fault.From(fault.Conflict, "release.version_number", fmt.Errorf("version %d exists", v.row.Version))
		}
	}
	current, err := inForce(p.ID, all)
	if rules.Release == p.ID {
		// The same rules under another number would make two files of one, for good.
		if err == nil && sameRules(current.p.Release, rules) {
			return fault.From(fault.Conflict, "release.unchanged", fmt.Errorf("version %d has these rules", current.row.Version))
		}
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := anonymise.NewCoarsening(current.schema, schema); err != nil {
		return fault.From(fault.Invalid, "release.not_coarser", err)
	}
	return nil
}

// floor tries the schema on the made-up stream. Tables of a coarsening are computed from frozen rows, and release them all.
func (h *House) floor(ctx context.Context, p *procedure.Procedure, rules *procedure.ReleaseSchema) (float64, error) {
	if rules.Release != p.ID {
		return 1, nil
	}
	if h.Stream == nil {
		return 0, fault.New(fault.Unavailable, "release.no_stream")
	}
	p = with(p, rules) // the stream answers what this version looks at
	stream, err := h.Stream(ctx, p)
	if err != nil {
		return 0, err
	}
	share, err := Released(p, stream)
	if err != nil {
		return 0, err
	}
	if share <= rules.Floor {
		return share, fault.From(fault.Invalid, "release.floor", fmt.Errorf("%.3f of the stream is released, the floor is %.3f", share, rules.Floor))
	}
	return share, nil
}

func (h *House) propose(ctx context.Context, a access.Actor, p *procedure.Procedure, rules *procedure.ReleaseSchema, schema *anonymise.Schema, content []byte, share float64) (Version, error) {
	sum := sha256.Sum256(content)
	public := publicID()
	err := h.Store.InTx(ctx, func(tx *store.Tx) error {
		id, err := tx.Q.ReleaseSchemaInsert(ctx, sqlc.ReleaseSchemaInsertParams{
			PublicID: public, Procedure: p.ID, Name: rules.Release, Version: int32(rules.Version), Fingerprint: fingerprint(schema),
			Sha256: sum[:], Content: string(content), Origin: "desk", State: "proposed", FloorShare: float32(share), Author: &a.AccountID, At: tx.Now,
		})
		if fault.Of(err) == fault.Conflict {
			return fault.From(fault.Conflict, "release.version_number", err)
		}
		if err != nil {
			return err
		}
		return act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: p.ID, SchemaID: &id, ActorID: &a.AccountID, Act: "version proposed"})
	})
	if err != nil {
		return Version{}, err
	}
	row, err := h.Store.Q().ReleaseSchemaByPublicID(ctx, public)
	return version{row: row, p: with(p, rules), schema: schema}.shown(0), err
}

// DecideVersion approves or refuses a proposed version, in the name of a second person. From then on it applies to dossiers
// not yet judged. Forbidden release.four_eyes: the author decides on their own work. Conflict release.decided: somebody was
// quicker; release.version_stale: it no longer suits the form. Invalid release.reason: the word is missing from a refusal, or too
// long.
func (h *House) DecideVersion(ctx context.Context, a access.Actor, id string, approve bool, why string) (err error) {
	defer fault.Wrap(&err, "release.DecideVersion %s", id)
	row, err := h.Store.Q().ReleaseSchemaByPublicID(ctx, id)
	if err != nil {
		return err
	}
	p, err := h.allowed(a, row.Procedure)
	if err != nil {
		return err
	}
	if a.AccountID == 0 || row.Author != nil && *row.Author == a.AccountID {
		return fault.New(fault.Forbidden, "release.four_eyes")
	}
	state, said := "refused", word
	if approve {
		state, said = "approved", atMost
		if err := h.stillAdmissible(ctx, p, row); err != nil {
			return err
		}
	}
	if why, err = said(why); err != nil {
		return err
	}
	sealed, err := h.Office.Keys.SealFor(a.AccountID, "release", []byte(why))
	if err != nil {
		return err
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.ReleaseSchemaDecide(ctx, sqlc.ReleaseSchemaDecideParams{ID: row.ID, State: state, DecidedBy: a.AccountID, At: tx.Now, Word: sealed})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.Conflict, "release.decided")
		}
		if err != nil {
			return err
		}
		return act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: row.Procedure, SchemaID: &row.ID, ActorID: &a.AccountID, Act: "version " + state})
	})
}

// stillAdmissible looks again: another version may have come into force since it was proposed.
func (h *House) stillAdmissible(ctx context.Context, p *procedure.Procedure, row sqlc.ReleaseSchema) error {
	all, err := h.versions(ctx, p)
	if err != nil {
		return err
	}
	var others []version
	var own version
	for _, v := range all {
		switch {
		case v.row.ID == row.ID:
			own = v
		case v.row.State == "approved":
			others = append(others, v)
		}
	}
	if own.p == nil {
		return fault.New(fault.Conflict, "release.version_stale")
	}
	return admissible(p, others, own.p.Release, own.schema)
}
