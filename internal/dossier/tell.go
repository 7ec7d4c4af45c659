package dossier

import (
	"context"
	"slices"

	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// send queues a notification the ways its definition and its person say. To agents it goes by mail, whatever it says.
func send(ctx context.Context, tx *store.Tx, d *Dossier, n *workflow.Notification, to int64) error {
	m := notify.Mail{AccountID: to, DossierID: d.ID, Template: MailPrefix + n.ID}
	if to == d.OwnerID {
		m.Via, m.Wish = via(n), d.wish()
	}
	_, err := notify.Queue(ctx, tx, m)
	return err
}

func via(n *workflow.Notification) notify.Via {
	switch {
	case !slices.Contains(n.Via, "chosen_channel"):
		return notify.Email
	case slices.Contains(n.Via, "email"):
		return notify.Both
	}
	return notify.Chosen
}

// wish is how the dossier says its person wants to be told (RP-108): email, sms or both; "" when it says nothing.
func (d *Dossier) wish() string {
	v := d.answers()[d.Def.Flow.Channel]
	if d.Def.Flow.Channel == "" || len(v) != 1 || !slices.Contains([]string{"email", "sms", "both"}, v[0]) {
		return ""
	}
	return v[0]
}

// gathers tells whether a notification goes to mailboxes as news: it may wait for others, or nobody has the dossier.
func gathers(n *workflow.Notification, to int64) bool {
	return n.News != nil && (to == 0 || n.News.Wait != "")
}

// tellMailboxes notes news for an agent's mailbox, or for the team's when nobody has the dossier (RP-169).
func tellMailboxes(ctx context.Context, tx *store.Tx, d *Dossier, n *workflow.Notification, to int64) error {
	return notify.Tell(ctx, tx, notify.News{Procedure: d.Procedure, Team: d.Team, AccountID: to, What: n.ID, Wait: n.News.Waits()})
}

// Mailboxes finds the agents who work on a procedure's dossiers: of a team, or all (see [notify.Mailboxes]).
func (o *Office) Mailboxes(ctx context.Context, tx *store.Tx, procedureID, team string) ([]int64, error) {
	p := o.Catalogue.Get(procedureID)
	if p == nil {
		return nil, nil
	}
	return tx.Q.MailboxesOf(ctx, sqlc.MailboxesOfParams{Procedure: procedureID, Roles: processing(p), Team: team, At: &tx.Now})
}
