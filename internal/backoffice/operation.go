package backoffice

import (
	"crypto/rand"
	"strconv"

	"guichet/internal/fault"
	"guichet/internal/operation"
	"guichet/internal/web"
	"guichet/web/components"
)

const (
	operationPath = "/operation"
	incidentPath  = "/incident"
)

// operationRoutes are the page of who runs the service, and the one where any agent raises an incident.
func (b *desk) operationRoutes(d *web.Door) {
	may := web.Holder("operate", b.Operation.May)
	d.Get(operationPath, may, b.informed(b.getOperation))
	b.post(d, operationPath+"/duty/{duty}", may, b.postDuty, web.Sensitive)
	b.post(d, operationPath+"/incident/{incident}", may, b.postIncidentNumber)
	d.Get(incidentPath, web.SignedIn, b.informed(b.getIncident))
	b.post(d, incidentPath, web.SignedIn, b.postIncident)
}

// dutyView is a duty of the deployment on the page.
type dutyView struct {
	id, words, said string
	state           components.Status
}

// incidentView is an incident that waits for the desk's number, or has it.
type incidentView struct {
	id, words, raised, number string
	field                     components.Field
}

type operationView struct {
	parts     []partView
	duties    []dutyView
	raises    bool
	incidents []incidentView
}

func (b *desk) getOperation(v *web.Visit) error {
	duties, err := b.Operation.Duties(v.R.Context())
	if err != nil {
		return err
	}
	incidents, err := b.Operation.Incidents(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	ids := []int64{}
	for _, d := range duties {
		ids = append(ids, d.By)
	}
	for _, r := range incidents {
		if r.ByID != nil {
			ids = append(ids, *r.ByID)
		}
	}
	names, err := b.Accounts.Names(v.R.Context(), ids)
	if err != nil {
		return err
	}
	x := &operationView{parts: b.parts(v), raises: b.Operation.Raises()}
	for _, d := range duties {
		x.duties = append(x.duties, dutyOf(v, d, names))
	}
	for _, r := range incidents {
		n := strconv.FormatInt(r.ID, 10)
		i := incidentView{id: n, words: incidentWords(v, r.Place, r.What, r.Alarm), number: r.Number, raised: v.P.ShortDateTimeAt(r.At)}
		if r.ByID != nil {
			i.raised += ", " + orWords(names[*r.ByID], v.P.T("work.lock.colleague"))
		}
		i.field = components.Field{ID: "number-" + n, Name: "number", Label: v.P.T("operation.number"), Width: 20, MaxLength: 40}
		x.incidents = append(x.incidents, i)
	}
	pg := v.Frame(v.P.T("operation.title"))
	pg.LangURL = langAt(v, operationPath)
	return v.Page(operationPage(pg, x))
}

var dutyWords = map[string]string{"ports": "operation.duty.ports", "equipment": "operation.duty.equipment", "updates": "operation.duty.updates", "providers": "operation.duty.providers"}

func dutyOf(v *web.Visit, d operation.Duty, names map[int64]string) dutyView {
	x := dutyView{id: d.Name, words: v.P.T(dutyWords[d.Name]), state: components.Status{Label: v.P.T("operation.kept"), Colour: "green"}}
	if d.Owed {
		x.state = components.Status{Label: v.P.T("operation.owed"), Colour: "red"}
	}
	if d.By != 0 {
		x.said = v.P.T("operation.said", "who", orWords(names[d.By], v.P.T("work.lock.colleague")), "at", v.P.DateTimeAt(d.At))
	}
	return x
}

var incidentPlaces = map[string]string{
	"site": "operation.place.site", "backoffice": "operation.place.backoffice", "files": "operation.place.files", "mail": "operation.place.mail", "signin": "operation.place.signin",
}

var incidentFaults = map[string]string{"away": "operation.fault.away", "slow": "operation.fault.slow", "wrong": "operation.fault.wrong", "refused": "operation.fault.refused"}

// incidentWords says an incident as people read it; of what the house raises, the name of the alarm.
func incidentWords(v *web.Visit, place, what, alarm string) string {
	if alarm != "" {
		return v.P.T("operation.alarm", "what", alarm)
	}
	return v.P.T(incidentPlaces[place]) + v.P.T("portal.state.colon") + v.P.T(incidentFaults[what])
}

func (b *desk) postDuty(v *web.Visit) error {
	if err := b.Operation.Confirm(v.R.Context(), v.Actor, v.Param("duty")); err != nil {
		return err
	}
	v.Flash("operation.was_confirmed")
	return v.Redirect(operationPath)
}

func (b *desk) postIncidentNumber(v *web.Visit) error {
	posted, err := v.OneEach("number")
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(v.Param("incident"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	if err := b.Operation.Note(v.R.Context(), v.Actor, id, posted["number"]); err != nil {
		return err
	}
	v.Flash("operation.was_noted")
	return v.Redirect(operationPath)
}

func (b *desk) getIncident(v *web.Visit) error {
	if !b.Operation.Raises() {
		return fault.New(fault.NotFound, "")
	}
	choose := func(name, label string, ids []string, words map[string]string) components.Field {
		f := components.Field{ID: name, Name: name, Label: v.P.T(label), Value: ids[0]}
		for _, id := range ids {
			f.Options = append(f.Options, components.Option{Value: id, Label: v.P.T(words[id])})
		}
		return f
	}
	pg := v.Frame(v.P.T("operation.raise"))
	pg.LangURL = langAt(v, incidentPath)
	return v.Page(incidentPage(pg, choose("place", "operation.where", operation.Places, incidentPlaces), choose("what", "operation.what", operation.Faults, incidentFaults), rand.Text()))
}

func (b *desk) postIncident(v *web.Visit) error {
	posted, err := v.OneEach("place", "what", "once")
	if err != nil {
		return err
	}
	if err := b.Operation.Raise(v.R.Context(), v.Actor, posted["once"], posted["place"], posted["what"]); err != nil {
		return err
	}
	v.Flash("operation.was_raised")
	return v.Redirect(incidentPath)
}
