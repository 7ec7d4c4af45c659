package backoffice

import (
	"net/http"

	"guichet/internal/fault"
	"guichet/internal/release"
	"guichet/internal/web"
	"guichet/web/components"
)

// reviewView is a version beside the one in force, and what the reader may do about it.
type reviewView struct {
	path     string
	yaml     string
	file     string // name of the YAML
	status   components.Status
	facts    []components.Row
	stale    bool // the form of today refuses it
	own      bool // the reader proposed it, and waits for somebody else
	decides  bool // the reader may approve or refuse
	changes  components.Table
	figures  components.Table
	second   bool
	lines    components.Table
	more     string
	frozen   []components.Row
	acts     components.Table
	agree    components.Field
	word     components.Field
	problems []components.Problem
}

func (b *desk) getReview(v *web.Visit) error {
	return b.sendReview(v, http.StatusOK, func(*reviewView) {})
}

// sendReview shows a version once its figures are there, and until then how far they are.
func (b *desk) sendReview(v *web.Visit, status int, add func(*reviewView)) error {
	r, err := b.bench.Review(v.R.Context(), v.Actor, v.Param("version"), patience)
	if err != nil {
		return err
	}
	pg := v.Frame(v.P.T("desk.release.review.title"))
	pg.Back, pg.LangURL = "/release", langAt(v, versionPath(r.Version))
	if !r.Ready {
		return v.Page(designWait(pg, waitWords(v.P, r.Done, r.Total), versionPath(r.Version), true))
	}
	x, err := b.reviewOf(v, r)
	if err != nil {
		return err
	}
	add(x)
	pg.Error = len(x.problems) > 0
	return v.PageStatus(status, reviewPage(pg, x))
}

func (b *desk) reviewOf(v *web.Visit, r *release.Review) (*reviewView, error) {
	ids := []int64{r.Version.Author, r.Version.DecidedBy}
	for _, a := range r.Acts {
		ids = append(ids, a.Actor)
	}
	names, err := b.Accounts.Names(v.R.Context(), ids)
	if err != nil {
		return nil, err
	}
	waits, own := r.Version.State == "proposed", r.Version.Author == v.Actor.AccountID
	x := &reviewView{
		path: versionPath(r.Version), yaml: versionPath(r.Version) + ".yaml", file: r.Version.FileName(), status: versionStatus(v.P, r.Version),
		facts: b.reviewFacts(v, r, names), stale: r.After == nil, own: waits && own, decides: waits && !own, second: r.Second(), acts: releaseActs(v, r.Acts, names),
		agree: components.Field{ID: "agree", Name: "agree", Label: v.P.T("desk.release.review.agree")},
		word:  components.Field{ID: "word", Name: "word", Label: v.P.T("desk.release.review.word"), Hint: v.P.T("desk.release.review.word_hint"), Rows: 3, MaxLength: 2000},
	}
	if x.stale {
		return x, nil
	}
	if !r.Version.InForce {
		x.changes = changesTable(v.P, r)
	}
	x.measured(v.P, r)
	return x, nil
}

// reviewFacts say who proposed a version and when, and what became of it.
func (b *desk) reviewFacts(v *web.Visit, r *release.Review, names map[int64]string) []components.Row {
	row := func(key, value string) components.Row {
		return components.Row{Key: v.P.T(key), Values: []string{value}}
	}
	x, author := r.Version, v.P.T("desk.release.from_file")
	if !x.FromFile {
		author = names[x.Author]
	}
	out := []components.Row{
		row("desk.release.procedure", b.Catalogue.Get(x.Procedure).Title.In(v.P.Lang)), row("desk.release.version", versionName(v.P, x)),
		row("desk.release.review.proposed_by", v.P.T("desk.release.by_at", "name", author, "at", v.P.ShortDateTimeAt(x.At))),
	}
	if r.After != nil && r.After.Release.Reference != "" {
		out = append(out, row("desk.release.review.reference", r.After.Release.Reference))
	}
	if x.DecidedBy != 0 {
		out = append(out, row("desk.release.decided_by", v.P.T("desk.release.by_at", "name", names[x.DecidedBy], "at", v.P.ShortDateTimeAt(x.DecidedAt))))
	}
	if r.Word != "" {
		out = append(out, row("desk.release.word_given", r.Word))
	}
	return out
}

// postVersionApprove brings a version into force, once the reader says that they have compared it.
func (b *desk) postVersionApprove(v *web.Visit) error {
	posted, err := v.OneEach("agree")
	if err != nil {
		return err
	}
	if posted["agree"] != "yes" {
		return b.sendReview(v, http.StatusUnprocessableEntity, func(x *reviewView) {
			x.agree.Error = v.P.T("desk.release.review.agree_missing")
			x.problems = []components.Problem{{ID: x.agree.ID, Text: x.agree.Error}}
		})
	}
	return b.decideVersion(v, true, "", "desk.release.version_approved")
}

// postVersionRefuse refuses a version, and says why.
func (b *desk) postVersionRefuse(v *web.Visit) error {
	posted, err := v.OneEach("word")
	if err != nil {
		return err
	}
	err = b.decideVersion(v, false, posted["word"], "desk.release.version_refused")
	if fault.Key(err) != "release.reason" {
		return err
	}
	return b.sendReview(v, http.StatusUnprocessableEntity, func(x *reviewView) {
		x.word.Value, x.word.Error = posted["word"], v.P.T("desk.release.word_missing")
		x.problems = []components.Problem{{ID: x.word.ID, Text: x.word.Error}}
	})
}

func (b *desk) decideVersion(v *web.Visit, approve bool, why, flash string) error {
	if err := b.Releases.DecideVersion(v.R.Context(), v.Actor, v.Param("version"), approve, why); err != nil {
		return err
	}
	v.Flash(flash)
	return v.Redirect("/release")
}
