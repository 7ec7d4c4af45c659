package portal

import (
	"slices"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// tasksView is the list of a draft's steps.
type tasksView struct {
	intro    string // what the state means
	progress string
	saved    string
	kept     string // until when a draft is kept
	resume   string // address of the first step that is not done
	resumes  string // what the link says
	tasks    []components.Task
	moves    []moveLink // what else can be done: delete the draft
	acting   components.Link
}

// getDossier shows a draft's tasks, and the state of a dossier that was filed.
func (p *portal) getDossier(v *web.Visit) error {
	d, err := p.open(v)
	if fault.Of(err) == fault.NotFound {
		return p.showWhy(v, err)
	}
	if err != nil {
		return err
	}
	if d.StateKind != workflow.Draft {
		return p.showState(v, d.PublicID, nil)
	}
	if !access.Can(v.Actor, access.Own, d.Dossier, "") {
		return v.Redirect(dossierPath(d) + mandateSuffix) // somebody fills it in for them
	}
	pg := v.Frame(p.newest(d).Title.In(v.P.Lang))
	pg.Back = listPath(v, d)
	return v.Page(tasksPage(pg, p.tasks(v, d)))
}

func (p *portal) tasks(v *web.Visit, d *dossier.Dossier) *tasksView {
	j := d.Journey(nil, v.Now)
	t := &tasksView{
		intro: p.say(d.Def.Flow.State(d.State).Next, v.P.Lang),
		saved: v.P.T("portal.tasks.saved", "when", v.P.DateTimeAt(d.UpdatedAt)),
		moves: p.links(v, d), acting: acting(v, d),
	}
	switch m := d.Mandate; {
	case v.Actor.UnderMandate(d.Dossier):
		t.intro = v.P.T("portal.tasks.acting")
	case m.ID != 0 && m.Live(v.Now):
		t.intro = v.P.T("portal.tasks.taken")
	}
	if d.AtCounter() && !v.Guest() {
		t.intro = v.P.T("portal.counter.intro")
	}
	if k := d.Def.Flow.Keep("drafts"); k != nil && k.From == "last_edit" {
		t.kept = v.P.T("portal.tasks.kept", "date", v.P.DateAt(workflow.Add(d.UpdatedAt, k.Period)))
	}
	done := t.list(v, d, j)
	n := len(t.tasks)
	t.progress = v.P.N("portal.tasks.progress", done, "of", n)
	t.tasks = append(t.tasks, t.last(v, d, done == n))
	if t.resume == "" {
		t.resume, t.resumes = dossierPath(d)+"/check", v.P.T("portal.tasks.check")
	}
	return t
}

// list makes a task of each step that asks something, and counts those that are done.
func (t *tasksView) list(v *web.Visit, d *dossier.Dossier, j *form.Journey) (done int) {
	unticked := d.Unticked(j)
	for _, s := range j.Steps() {
		status := j.Status(s.Step.ID)
		if status == form.Skipped {
			continue
		}
		if status == form.Done && slices.Contains(unticked, s.Step.ID) {
			status = form.Started
		}
		href := stepPath(d, s.Step)
		if status == form.Done {
			done++
		} else if t.resume == "" {
			t.resume = href
			t.resumes = v.P.T("portal.tasks.resume")
			if done == 0 && status == form.Todo {
				t.resumes = v.P.T("portal.tasks.begin")
			}
		}
		t.tasks = append(t.tasks, components.Task{ID: "task-" + s.Step.ID, Title: s.Step.Title.In(v.P.Lang), Href: href, Status: taskStatus(v, status)})
	}
	return done
}

func taskStatus(v *web.Visit, s form.Status) components.Status {
	switch s {
	case form.Done:
		return components.Status{Label: v.P.T("portal.tasks.done")}
	case form.Started:
		return components.Status{Label: v.P.T("portal.tasks.started"), Colour: "yellow"}
	}
	return components.Status{Label: v.P.T("portal.tasks.todo"), Colour: "blue"}
}

// last is the page on which everything is read again and sent.
func (t *tasksView) last(v *web.Visit, d *dossier.Dossier, ready bool) components.Task {
	task := components.Task{ID: "task-check", Title: v.P.T("portal.tasks.check"), Href: dossierPath(d) + "/check"}
	if ready {
		task.Status = components.Status{Label: v.P.T("portal.tasks.ready"), Colour: "green"}
	}
	return task
}
