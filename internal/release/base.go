package release

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// base keeps the file's version. A file that alters what is written under a number that has frozen rows is refused: its
// levels never change once they were used.
func (h *House) base(ctx context.Context, p *procedure.Procedure) error {
	sum := sha256.Sum256(p.Release.Source)
	_, err := h.Store.Q().ReleaseSchemaBySum(ctx, sqlc.ReleaseSchemaBySumParams{Procedure: p.ID, Sha256: sum[:]})
	if fault.Of(err) != fault.NotFound {
		return err
	}
	schema, err := schemaOf(p)
	if err != nil {
		return err
	}
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := h.unused(ctx, tx, p, fingerprint(schema)); err != nil {
			return err
		}
		_, err := tx.Q.ReleaseSchemaInsert(ctx, sqlc.ReleaseSchemaInsertParams{
			PublicID: publicID(), Procedure: p.ID, Name: p.ID, Version: int32(p.Release.Version), Fingerprint: fingerprint(schema),
			Sha256: sum[:], Content: string(p.Release.Source), Origin: "file", State: "approved", FloorShare: 1, At: tx.Now,
		})
		return err
	})
	if fault.Of(err) == fault.Conflict && fault.Key(err) == "" {
		return nil // another server was quicker
	}
	return err
}

// unused holds that no other content stands under the file's number with frozen rows.
func (h *House) unused(ctx context.Context, tx *store.Tx, p *procedure.Procedure, print []byte) error {
	rows, err := tx.Q.ReleaseSchemas(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.State != "approved" || r.Name != p.ID || int(r.Version) != p.Release.Version || bytes.Equal(r.Fingerprint, print) {
			continue
		}
		through, err := tx.Q.ReleaseThrough(ctx, sqlc.ReleaseThroughParams{Procedure: p.ID, Schemas: [][]byte{r.Fingerprint}})
		if err != nil {
			return err
		}
		if through.Year() > 1 || r.Origin == "desk" {
			return fault.From(fault.Conflict, "release.version_changed", fmt.Errorf("version %d has frozen rows: write a new version", r.Version))
		}
	}
	return nil
}
