package backoffice

import (
	"slices"
	"strconv"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// mentionView is a note in which a colleague names the agent.
type mentionView struct {
	reference, href, who, at, seen string
}

// waiting are the links to what is owed to people, with the age of each, and to the notes that name the agent; what there is none of is left out.
func waiting(v *web.Visit, f queueFilter, beside dossier.Beside) (out []components.Link) {
	if n := beside.Owed; sightOfQueue(v.Actor, f.procedure).category("messages") && (n > 0 || f.owed != "") {
		f.columns = knownColumns(f.procedure, append(slices.Clone(f.columns), "owed"))
		out = append(out, components.Link{Href: f.with("owed", yes), Label: v.P.T("work.queue.owed_count", "n", capped(v.P, n)), Current: f.owed == yes})
	}
	if second := beside.Seconds; second > 0 || f.second != "" {
		out = append(out, components.Link{Href: f.bare().with("second", yes), Label: v.P.T("desk.second.count", "n", capped(v.P, second)), Current: f.second == yes})
	}
	switch n := beside.Mentions; {
	case n == 0:
		return out
	case n > dossier.MostMentions:
		return append(out, components.Link{Href: "/mentions", Label: v.P.T("desk.mention.many", "n", v.P.Int(dossier.MostMentions))})
	default:
		return append(out, components.Link{Href: "/mentions", Label: v.P.N("desk.mention.count", n)})
	}
}

func (b *desk) getMentions(v *web.Visit) error {
	found, err := b.Office.Mentions(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	ids := make([]int64, len(found))
	for i, m := range found {
		ids[i] = m.ByID
	}
	names, err := b.names(v, ids)
	if err != nil {
		return err
	}
	var out []mentionView
	for _, m := range found {
		out = append(out, mentionView{
			m.Reference, dossierPath(m.PublicID) + "#thread", orWords(names[m.ByID], v.P.T("work.lock.colleague")), v.P.DateTimeAt(m.At),
			"/mentions/" + strconv.FormatInt(m.ID, 10) + "/seen",
		})
	}
	pg := v.Frame(v.P.T("desk.mention.title"))
	pg.Back = "/queue"
	return v.Page(mentionsPage(pg, out))
}

func (b *desk) postMentionSeen(v *web.Visit) error {
	id, err := strconv.ParseInt(v.Param("mention"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	if err := b.Office.MentionSeen(v.R.Context(), v.Actor, id); err != nil {
		return err
	}
	v.Flash("desk.mention.done")
	return v.Redirect("/mentions")
}
