package operation

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// What the house raises by itself, beside the parts of the deployment that do not answer.
const (
	GivenUp = "job_given_up"
	Overdue = "purge_overdue"
)

// Tick asks for a look at what is wrong; it is made every quarter of an hour.
type Tick struct{}

// Kind names the job.
func (Tick) Kind() string { return "operation" }

// Register says how the look is done.
func (h *House) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Tick) error { return h.Look(ctx) })
}

// Look raises each thing that is wrong, once a day for as long as it lasts, and lets go what is older than a year.
func (h *House) Look(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "operation.Look")
	now := h.Store.Now()
	wrong, err := h.own(ctx, now)
	if h.Alarms != nil {
		wrong = append(wrong, h.Alarms(ctx)...)
	}
	faults := []error{err, h.Store.Q().IncidentsErase(ctx, workflow.Sub(now, Every))}
	for _, alarm := range wrong {
		once := alarm + " " + workflow.Day(now).Format(time.DateOnly)
		faults = append(faults, h.raise(ctx, sqlc.IncidentRaiseParams{Place: house, What: Faults[0], Alarm: alarm, Once: once}))
	}
	return errors.Join(faults...)
}

// own is what the database says is wrong.
func (h *House) own(ctx context.Context, now time.Time) (out []string, err error) {
	n, err := h.Store.Q().JobsGivenUp(ctx, now.Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	if n > 0 {
		out = append(out, GivenUp)
	}
	if n, err = h.Store.Q().EndingsOverdue(ctx, workflow.Day(now).AddDate(0, 0, -2)); err != nil {
		return out, err
	}
	if n > 0 {
		out = append(out, Overdue)
	}
	return out, nil
}

// Compose writes an incident for the desk, a line for each thing it is asked about: numbers, instants and words of closed lists.
func (h *House) Compose(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "operation.Compose %s", m.Template)
	_, n, _ := strings.Cut(m.Template, ".")
	id, err := strconv.ParseInt(n, 10, 64)
	if err != nil || h.Desk == "" {
		return notify.Letter{}, fault.New(fault.NotFound, "")
	}
	r, err := h.Store.Q().IncidentByID(ctx, id)
	if err != nil {
		return notify.Letter{}, err
	}
	who, p := "agent", h.Texts.Printer(text.FR)
	if r.ByID == nil {
		who = house
	}
	body := fmt.Sprintf("incident: %d\nservice: %s\nplace: %s\nfault: %s\nalarm: %s\nraised_by: %s\nraised_at: %s\nnote_number_at: %s\n",
		r.ID, h.Service.In(text.FR), r.Place, r.What, r.Alarm, who, r.At.UTC().Format(time.RFC3339), h.Agents+"/operation")
	return notify.Letter{To: h.Desk, Subject: p.T("mail.incident.subject", "service", h.Service.In(text.FR), "n", n), Body: body}, nil
}
