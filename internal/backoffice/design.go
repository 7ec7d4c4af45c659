package backoffice

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"guichet/internal/design"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/internal/web"
)

// patience is how long a page waits for a trade-off that is being computed before it says how far it is.
const patience = 2 * time.Second

// designRoutes lay out where analysts try levels of a schema and propose a version.
func (b *desk) designRoutes(d *web.Door, analyst web.Policy) {
	b.bench = &release.Bench{House: b.Releases}
	d.Get("/release/design/{procedure}", analyst, b.informed(b.getDesign))
	d.Get("/release/design/{procedure}/levels", analyst, b.informed(b.getLevels))
	d.Get("/release/design/{procedure}/schema.yaml", analyst, b.informed(b.getLevelsYAML))
	b.post(d, "/release/design/{procedure}/register", analyst, b.postLevels, web.Slow(2*time.Minute))
}

func designPath(id string) string { return "/release/design/" + id }

// designed answers the page with the trade-off once it is there, and until then with how far it is.
func (b *desk) designed(v *web.Visit, then func(d *release.Design) error) error {
	id := v.Param("procedure")
	d, err := b.bench.Design(v.R.Context(), v.Actor, id, patience)
	if err != nil {
		return err
	}
	if d.Ready {
		return then(d)
	}
	pg := v.Frame(v.P.T("desk.design.title"))
	pg.Back, pg.LangURL = "/release", langAt(v, designPath(id))
	return v.Page(designWait(pg, waitWords(v.P, d.Done, d.Total), v.R.URL.RequestURI(), v.R.Method == http.MethodGet))
}

func (b *desk) getDesign(v *web.Visit) error {
	return b.designed(v, func(d *release.Design) error {
		pg := v.Frame(v.P.T("desk.design.title"))
		pg.Back = "/release"
		return v.Page(designPage(pg, designOf(v.P, d)))
	})
}

func (b *desk) getLevels(v *web.Visit) error {
	return b.designed(v, func(d *release.Design) error {
		levels, err := levelsAsked(d.Procedure.Release, v.R.URL.Query())
		if err != nil {
			return err
		}
		return b.sendLevels(v, d, levels, schemaName{}, nil)
	})
}

// schemaName is that of a second schema, as it was typed; without one the next version is meant.
type schemaName struct {
	second bool
	typed  string
}

// sendLevels shows one choice, with what kept it from being registered.
func (b *desk) sendLevels(v *web.Visit, d *release.Design, levels []int, name schemaName, refused []string) error {
	t, err := d.Try(levels)
	if fault.Key(err) == "design.vector" {
		return b.sendUntried(v, d, levels)
	}
	if err != nil {
		return err
	}
	x := levelsOf(v.P, d, t)
	frozen, ok, err := b.bench.Frozen(v.R.Context(), v.Actor, d, levels)
	if err != nil {
		return err
	}
	if ok {
		x.onFrozen(v.P, frozen)
		x.name.Value = name.typed
	}
	status := http.StatusOK
	if len(refused) > 0 {
		x.refuse(name.second && ok, refused)
		status = http.StatusUnprocessableEntity
	}
	pg := v.Frame(v.P.T("desk.design.levels_title"))
	pg.Back, pg.Error = designPath(d.Procedure.ID), len(refused) > 0
	pg.LangURL = langAt(v, pg.Back)
	return v.PageStatus(status, levelsPage(pg, x))
}

// sendUntried shows again a choice that no schema can have, with what must stay in the file.
func (b *desk) sendUntried(v *web.Visit, d *release.Design, levels []int) error {
	x := untriedOf(v.P, d, levels)
	x.refuse(false, []string{v.P.T("desk.design.impossible", "n", d.Procedure.Release.Diverse)})
	pg := v.Frame(v.P.T("desk.design.levels_title"))
	pg.Back, pg.Error = designPath(d.Procedure.ID), true
	pg.LangURL = langAt(v, pg.Back)
	return v.PageStatus(http.StatusUnprocessableEntity, levelsPage(pg, x))
}

func badLevels(err error) error {
	if fault.Key(err) == "design.vector" {
		return fault.From(fault.Invalid, "error.form", err)
	}
	return err
}

// levelsAsked reads the levels of an address or a form; what is not named is as in the schema.
func levelsAsked(s *procedure.ReleaseSchema, values url.Values) ([]int, error) {
	out := make([]int, len(s.Columns))
	for i, c := range s.Columns {
		out[i] = c.Level
		list, named := values[levelName(c.ID)]
		if !named {
			continue
		}
		n, err := strconv.Atoi(list[0])
		if err != nil || len(list) > 1 || n < 0 || n > len(c.Levels) {
			return nil, fault.New(fault.Invalid, "error.form")
		}
		out[i] = n
	}
	return out, nil
}

func levelName(column string) string { return "level." + column }

// levelsQuery writes levels as levelsAsked reads them.
func levelsQuery(s *procedure.ReleaseSchema, levels []int) string {
	q := url.Values{}
	for i, c := range s.Columns {
		q.Set(levelName(c.ID), strconv.Itoa(levels[i]))
	}
	return q.Encode()
}

// getLevelsYAML sends the next version of the schema, as it would be registered.
func (b *desk) getLevelsYAML(v *web.Visit) error {
	return b.designed(v, func(d *release.Design) error {
		levels, err := levelsAsked(d.Procedure.Release, v.R.URL.Query())
		if err != nil {
			return err
		}
		_, content, err := written(v.P, d, levels, "")
		if err != nil {
			return badLevels(err)
		}
		name := d.Procedure.ID + "-" + strconv.Itoa(d.Next) + ".release.yaml"
		return v.Send(web.File{Name: name, Kind: "application/yaml", Size: int64(len(content)), Body: bytes.NewReader(content)})
	})
}

func written(p text.Printer, d *release.Design, levels []int, name string) (design.Figures, []byte, error) {
	t, err := d.Try(levels)
	if err != nil {
		return design.Figures{}, nil, err
	}
	content, err := d.YAML(p, t.Figures, name)
	return t.Figures, content, err
}

// postLevels proposes the next version in the reader's name, or under another name a second schema; a second person must approve
// it. A version that releases too little of the stream is refused (P11), with what to change.
func (b *desk) postLevels(v *web.Visit) error {
	return b.designed(v, func(d *release.Design) error {
		posted, err := v.Form()
		if err != nil {
			return err
		}
		levels, err := levelsAsked(d.Procedure.Release, posted)
		if err != nil {
			return err
		}
		name := schemaName{posted.Has("name"), posted.Get("name")}
		f, content, err := written(v.P, d, levels, name.typed)
		switch {
		case fault.Key(err) == "design.vector":
			return b.sendUntried(v, d, levels)
		case err != nil:
			return err
		case name.second && name.typed == "":
			return b.sendLevels(v, d, levels, name, []string{v.P.T("desk.design.name_missing")})
		case !name.second && !d.Passes(f):
			return b.sendLevels(v, d, levels, name, []string{floorWords(v.P, d, f)})
		}
		return b.register(v, d, f, name, content)
	})
}

// register proposes a content, or shows again the choice that it was made of, with what is wrong with it.
func (b *desk) register(v *web.Visit, d *release.Design, f design.Figures, name schemaName, content []byte) error {
	_, refused, err := b.Releases.RegisterVersion(v.R.Context(), v.Actor, d.Procedure.ID, content)
	var why []string
	switch fault.Key(err) {
	case "release.floor":
		why = append(why, floorWords(v.P, d, f))
	case "release.not_coarser":
		why = append(why, v.P.T("desk.design.not_coarser"))
	default:
		if err != nil {
			return err
		}
	}
	for _, r := range refused {
		why = append(why, r.Message+" — "+r.Remedy)
	}
	if len(why) > 0 {
		return b.sendLevels(v, d, f.Vector, name, why)
	}
	v.Flash("desk.design.was_registered")
	return v.Redirect("/release")
}
