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
	"guichet/internal/web"
	"guichet/web/components"
)

// patience is how long a page waits for a trade-off that is being computed before it says how far it is.
const patience = 2 * time.Second

// designRoutes lay out where analysts try levels of a schema and propose a version.
func (b *desk) designRoutes(d *web.Door, analyst web.Policy) {
	b.bench = &release.Bench{House: b.Releases}
	d.Get("/release/design/{procedure}", analyst, b.informed(b.getDesign))
	d.Get("/release/design/{procedure}/levels", analyst, b.informed(b.getLevels))
	d.Get("/release/design/{procedure}/schema.yaml", analyst, b.informed(b.getLevelsYAML))
	d.Post("/release/design/{procedure}/register", analyst, b.informed(b.postLevels), web.Slow(2*time.Minute))
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
	return v.Page(designWait(pg, waitWords(v.P, d), v.R.URL.RequestURI(), v.R.Method == http.MethodGet))
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
		return b.sendLevels(v, d, levels, http.StatusOK, "")
	})
}

// sendLevels shows one choice, with what kept it from being registered.
func (b *desk) sendLevels(v *web.Visit, d *release.Design, levels []int, status int, refused string) error {
	t, err := d.Try(levels)
	if err != nil {
		return badLevels(err)
	}
	x := levelsOf(v.P, d, t)
	if refused != "" {
		x.problems = []components.Problem{{ID: x.fields[0].ID, Text: refused}}
	}
	pg := v.Frame(v.P.T("desk.design.levels_title"))
	pg.Back, pg.Error = designPath(d.Procedure.ID), refused != ""
	pg.LangURL = langAt(v, pg.Back)
	return v.PageStatus(status, levelsPage(pg, x))
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
		_, content, err := written(d, levels)
		if err != nil {
			return err
		}
		name := d.Procedure.ID + "-" + strconv.Itoa(d.Next) + ".release.yaml"
		return v.Send(web.File{Name: name, Kind: "application/yaml", Size: int64(len(content)), Body: bytes.NewReader(content)})
	})
}

func written(d *release.Design, levels []int) (design.Figures, []byte, error) {
	t, err := d.Try(levels)
	if err != nil {
		return design.Figures{}, nil, badLevels(err)
	}
	content, err := d.YAML(t.Figures)
	return t.Figures, content, err
}

// postLevels proposes the next version in the reader's name; a second person must approve it. What releases too little of the
// stream is refused (P11), with what to change.
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
		f, content, err := written(d, levels)
		if err != nil {
			return err
		}
		if !d.Passes(f) {
			return b.sendLevels(v, d, levels, http.StatusUnprocessableEntity, floorWords(v.P, d, f))
		}
		_, refused, err := b.Releases.RegisterVersion(v.R.Context(), v.Actor, d.Procedure.ID, content)
		switch {
		case fault.Key(err) == "release.floor":
			return b.sendLevels(v, d, levels, http.StatusUnprocessableEntity, floorWords(v.P, d, f))
		case err == nil && len(refused) > 0:
			return b.sendLevels(v, d, levels, http.StatusUnprocessableEntity, refused[0].Message+" — "+refused[0].Remedy)
		case err != nil:
			return err
		}
		v.Flash("desk.design.was_registered")
		return v.Redirect("/release")
	})
}
