package portal

import (
	"context"
	"strconv"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// Rules gives the release schema that the next release of a procedure follows; NotFound: nothing is released.
type Rules func(ctx context.Context, procedureID string) (*procedure.ReleaseSchema, error)

func releasePath(proc *procedure.Procedure) string { return "/release/" + proc.ID }

// getRelease says in plain words what leaves for statistics and why nobody is found in it, written from the rules in force
// (RP-021, RP-176 to RP-178).
func (p *portal) getRelease(v *web.Visit) error {
	proc := p.Catalogue.Get(v.Param("procedure"))
	if proc == nil || proc.Release == nil {
		return fault.New(fault.NotFound, "")
	}
	rules := proc.Release
	if p.Rules != nil {
		var err error
		if rules, err = p.Rules(v.R.Context(), proc.ID); err != nil {
			return err
		}
	}
	return v.Page(releasePage(v.Frame(v.P.T("portal.release.title")), &releaseView{proc: proc, rules: rules, pr: v.P}))
}

// releaseView reads a release schema aloud.
type releaseView struct {
	proc  *procedure.Procedure
	rules *procedure.ReleaseSchema
	pr    text.Printer
}

// t says a text with the bounds of the schema, those of them that it names.
func (r *releaseView) t(key string, bounds ...string) string {
	var args []any
	for _, name := range bounds {
		switch name {
		case "k":
			args = append(args, name, r.pr.Int(int64(r.rules.K)))
		case "m":
			args = append(args, name, r.pr.Int(int64(r.rules.M)))
		case "diverse":
			args = append(args, name, r.pr.Int(int64(r.rules.Diverse)))
		case "share":
			args = append(args, name, r.pr.Percent(r.rules.Share, 0))
		}
	}
	return r.pr.T(key, args...)
}

func (r *releaseView) inShort() []string {
	out := []string{r.t("portal.release.short_names"), r.t("portal.release.short_k", "k")}
	if r.sensitive() {
		out = append(out, r.t("portal.release.short_secret"))
	}
	return append(out, r.t("portal.release.short_eyes"))
}

func (r *releaseView) how() []string {
	return []string{
		r.t("portal.release.how_closed"), r.t("portal.release.how_wait", "m"), r.t("portal.release.how_once"),
		r.t("portal.release.how_frozen"), r.t("portal.release.how_eyes"), r.t("portal.release.how_read"),
	}
}

func (r *releaseView) why() []string {
	out := []string{r.t("portal.release.why_k", "k")}
	if r.sensitive() {
		out = append(out, r.t("portal.release.why_secret", "diverse", "share"))
	}
	return append(out, r.t("portal.release.why_twice", "k"), r.t("portal.release.why_order"), r.t("portal.release.why_absent"))
}

// notPromised is what an honest certificate has to say as well.
func (r *releaseView) notPromised() []string {
	out := []string{r.t("portal.release.not_general")}
	if r.sensitive() {
		out = append(out, r.t("portal.release.not_sure", "share"))
	}
	out = append(out, r.t("portal.release.not_absent"), r.t("portal.release.not_again"), r.t("portal.release.not_address"))
	if len(r.proc.Questions) > 0 {
		out = append(out, r.t("portal.release.not_tables"))
	}
	return out
}

func (r *releaseView) sensitive() bool {
	for _, c := range r.rules.Written() {
		if c.Sensitive {
			return true
		}
	}
	return false
}

// columns are what stands in the file, each with every value it can have.
func (r *releaseView) columns() []components.Row {
	var out []components.Row
	for _, c := range r.rules.Written() {
		row := components.Row{Key: c.Label.In(r.pr.Lang), Values: r.values(c)}
		if c.Sensitive {
			row.Key = r.pr.T("portal.release.sensitive", "column", row.Key)
		}
		out = append(out, row)
	}
	return out
}

// values are those that a column's level leaves, in words.
func (r *releaseView) values(c procedure.Column) []string {
	level := c.Levels[c.Level]
	var out []string
	for _, g := range level.Groups {
		out = append(out, g.Label.In(r.pr.Lang))
	}
	for i := range level.Cuts {
		out = append(out, r.band(level.Cuts, i))
	}
	if n := len(level.Cuts); n > 0 {
		out = append(out, r.pr.T("release.book.over", "n", level.Cuts[n-1]))
	}
	return out
}

// band says what lies under the i-th cut, in the words of the workbook's dictionary.
func (r *releaseView) band(cuts []int, i int) string {
	switch {
	case i == 0:
		return r.pr.T("release.book.under", "n", cuts[0])
	case cuts[i]-cuts[i-1] == 1:
		return strconv.Itoa(cuts[i-1])
	}
	return r.pr.T("release.book.between", "a", cuts[i-1], "b", cuts[i]-1)
}

// questions are the tables that were declared.
func (r *releaseView) questions() []string {
	var out []string
	for _, q := range r.proc.Questions {
		out = append(out, q.Title.In(r.pr.Lang))
	}
	return out
}
