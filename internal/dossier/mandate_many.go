package dossier

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Many is one person, or the members of one firm together, who came to act for more people in a day than is usual.
type Many struct {
	Procedure string
	HolderID  int64 // one of the two
	FirmID    int64
	Day       time.Time
	Mandates  int
	Denied    int // of them, by the applicant
	Wrong     int // told to an address that was a stranger's
}

// harvestDays is how far back a supervisor sees.
const harvestDays = 30

// Harvests lists who came to act for more people in one day than the definition calls usual, in the last month, for who may look at
// the readings of the procedure. Nothing is blocked by it.
func (o *Office) Harvests(ctx context.Context, a access.Actor) (out []Many, err error) {
	defer fault.Wrap(&err, "dossier.Harvests")
	for _, p := range o.Catalogue.All() {
		if p.Flow.Mandate == nil || !access.May(a, access.Audit, p.ID) {
			continue
		}
		rows, err := o.queries().MandatesHarvest(ctx, sqlc.MandatesHarvestParams{
			Procedure: p.ID, Zone: text.Zone.String(), Since: workflow.Day(o.Store.Now()).AddDate(0, 0, -harvestDays), MoreThan: int32(p.Flow.Mandate.Daily),
		})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			x := Many{Procedure: p.ID, HolderID: r.Who, Day: r.Day, Mandates: int(r.N), Denied: int(r.Denied), Wrong: int(r.Wrong)}
			if r.Firm {
				x.HolderID, x.FirmID = 0, r.Who
			}
			out = append(out, x)
		}
	}
	return out, nil
}
