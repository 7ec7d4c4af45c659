package backoffice

import (
	"strconv"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
)

// mentionView is a note in which a colleague names the agent.
type mentionView struct {
	reference, href, who, at, seen string
}

// mentionsLink leads to the agent's mentions from the queue; words are "" when there is none.
type mentionsLink struct{ words string }

func (b *desk) mentionsLink(v *web.Visit) (mentionsLink, error) {
	n, err := b.Office.MentionsCount(v.R.Context(), v.Actor)
	if err != nil || n == 0 {
		return mentionsLink{}, err
	}
	if n > dossier.MostMentions {
		return mentionsLink{v.P.T("desk.mention.many", "n", v.P.Int(dossier.MostMentions))}, nil
	}
	return mentionsLink{v.P.N("desk.mention.count", n)}, nil
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
