package dossier

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// StaffPrefix begins the template of the mail that tells of a document for the staff; procedure and notice stand behind.
const StaffPrefix = "staff"

// StaffPath is where the staff finds its documents.
const StaffPath = "/staff"

// wordingOf names the words of a notice: the French text is authoritative.
func wordingOf(n *workflow.Notice) []byte {
	sum := sha256.Sum256([]byte(n.Text.FR))
	return sum[:]
}

// staffed are the documents of a procedure for an agent who holds a right of it.
func staffed(a access.Actor, p *procedure.Procedure) []*workflow.Notice {
	if a.Kind != access.Agent || !slices.ContainsFunc(a.Grants, func(g access.Grant) bool {
		return g.Procedure == p.ID && g.Only == nil && slices.Contains(staffRoles(p), g.Role)
	}) {
		return nil
	}
	return p.Flow.NoticesAt(workflow.Staff)
}

// staffRoles are those of the administration: providers have duties of their own.
func staffRoles(p *procedure.Procedure) []string {
	out := []string{}
	for _, r := range p.Flow.Roles {
		if r.Kind == "agent" {
			out = append(out, r.ID)
		}
	}
	return out
}

// oversees tells whether the agent answers for who was told.
func oversees(a access.Actor, p *procedure.Procedure) bool {
	return access.Administers(a) || access.May(a, access.Audit, p.ID)
}

// StaffTold is somebody of the staff, and when they were told of a document and said they had read it; zero: not yet.
type StaffTold struct {
	AccountID int64
	At, Read  time.Time
}

// StaffNotice is a document for the staff of a procedure.
type StaffNotice struct {
	Duty
	Staff    []StaffTold // everybody it is for, to who oversees; else the agent alone
	Overseen bool        // by the agent who asks
}

// StaffNotices lists the documents that the agent may read: those of the procedures they hold a right of, or oversee (DS-017).
func (o *Office) StaffNotices(ctx context.Context, a access.Actor) (_ []StaffNotice, err error) {
	defer fault.Wrap(&err, "dossier.StaffNotices %d", a.AccountID)
	var out []StaffNotice
	for _, p := range o.Catalogue.All() {
		notices, sees := staffed(a, p), a.Kind == access.Agent && oversees(a, p)
		if sees {
			notices = p.Flow.NoticesAt(workflow.Staff)
		}
		for _, n := range notices {
			told, err := o.staffOf(ctx, p, n)
			if err != nil {
				return nil, err
			}
			if !sees {
				told = slices.DeleteFunc(told, func(t StaffTold) bool { return t.AccountID != a.AccountID })
			}
			out = append(out, StaffNotice{Duty{p, n}, told, sees})
		}
	}
	return out, nil
}

// HasStaffNotices tells whether there is a document for the agent to find, without asking the database.
func (o *Office) HasStaffNotices(a access.Actor) bool {
	return slices.ContainsFunc(o.Catalogue.All(), func(p *procedure.Procedure) bool {
		return len(staffed(a, p)) > 0 || a.Kind == access.Agent && oversees(a, p) && len(p.Flow.NoticesAt(workflow.Staff)) > 0
	})
}

func (o *Office) staffOf(ctx context.Context, p *procedure.Procedure, n *workflow.Notice) ([]StaffTold, error) {
	rows, err := o.queries().StaffOf(ctx, sqlc.StaffOfParams{
		Procedure: p.ID, Notice: n.ID, TextHash: wordingOf(n), Roles: staffRoles(p), At: o.Store.Now(),
	})
	out := make([]StaffTold, len(rows))
	for i, r := range rows {
		out[i] = StaffTold{AccountID: r.ID, Read: r.ReadAt}
		if r.ToldAt != nil {
			out[i].At = *r.ToldAt
		}
	}
	return out, err
}

// StaffNews is the clock's job that tells the staff of documents that are new, or new to them.
type StaffNews struct{}

// Kind names the job for the queue.
func (StaffNews) Kind() string { return "dossier.staff_news" }

// RegisterStaff says how the staff is told.
func (o *Office) RegisterStaff(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ StaffNews) error { return o.TellStaff(ctx) })
}

// TellStaff writes to whoever holds a right of a procedure and was not told yet of a document as it reads now: all when it is
// published or changed, and each newcomer (DS-017). The mail holds a link and nothing else.
func (o *Office) TellStaff(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "dossier.TellStaff")
	for _, p := range o.Catalogue.All() {
		for _, n := range p.Flow.NoticesAt(workflow.Staff) {
			if err := o.Store.InTx(ctx, func(tx *store.Tx) error { return tellStaff(ctx, tx, p, n) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func tellStaff(ctx context.Context, tx *store.Tx, p *procedure.Procedure, n *workflow.Notice) error {
	sum := wordingOf(n)
	if err := tx.Q.NoticeTextInsert(ctx, sqlc.NoticeTextInsertParams{Hash: sum, Text: n.Text.FR}); err != nil {
		return err
	}
	told, err := tx.Q.StaffTell(ctx, sqlc.StaffTellParams{Procedure: p.ID, Notice: n.ID, TextHash: sum, At: tx.Now, Roles: staffRoles(p)})
	if err != nil {
		return err
	}
	for _, id := range told {
		if _, err := notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: strings.Join([]string{StaffPrefix, p.ID, n.ID}, ".")}); err != nil {
			return err
		}
	}
	return nil
}

// ComposeStaff finds the words of the mail about a document for the staff.
func (c *Composer) ComposeStaff(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "dossier.ComposeStaff %s", m.Template)
	to, lang, err := c.Addresses.Address(ctx, m.AccountID)
	if err != nil {
		return notify.Letter{}, err
	}
	of := strings.Split(m.Template, ".")
	if len(of) != 3 {
		return notify.Letter{}, errNotFound
	}
	p := c.Office.Catalogue.Get(of[1])
	if p == nil {
		return notify.Letter{}, errNotFound // of a procedure that is served no more
	}
	for _, n := range p.Flow.NoticesAt(workflow.Staff) {
		if n.ID != of[2] {
			continue
		}
		known := []string{"service", "procedure", "title", "link"}
		l := notify.Wording{Subject: c.raw("staff.mail.subject", known...), Body: c.raw("staff.mail.body", known...)}.Render(lang, map[string]string{
			"service": c.Service.In(lang), "procedure": p.Title.In(lang), "title": n.Title.In(lang), "link": c.Agents + StaffPath,
		})
		l.To = to
		return l, nil
	}
	return notify.Letter{}, errNotFound
}
