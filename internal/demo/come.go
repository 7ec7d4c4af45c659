package demo

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// comeWithout takes in the dossier of somebody who has no account: by a visit, on paper, or by a message.
func (h *hand) comeWithout(ctx context.Context, s *subject) (err error) {
	lang := text.Lang(s.facts["account.language"])
	s.facts["channel"] = s.story.Comes
	switch s.story.Comes {
	case "online":
		s.owner = access.Actor{Kind: access.Person, At: h.clock.at}
		if s.owner.Guest, s.id, err = h.office.StartAsGuest(ctx, h.def.ID, h.entry, lang); err != nil {
			return err
		}
		return h.office.Fill(ctx, s.owner, s.id, s.fill())
	case "email":
		return h.comeByMail(ctx, s)
	}
	signed, received := workflow.Day(h.clock.at), workflow.Day(h.clock.at)
	if l := s.story.Letter; l != nil {
		signed, received = signed.AddDate(0, 0, -l[0]), received.AddDate(0, 0, -l[1])
	}
	in := dossier.OnPaper{Channel: s.story.Comes, SignedOn: signed, ReceivedOn: received, Original: "Classeur 4", Lang: lang}
	for _, n := range dossier.PaperNotices(h.def) {
		in.Accepted = append(in.Accepted, n.ID)
	}
	if s.id, err = h.office.StartOnPaper(ctx, s.agent, h.def.ID, in); err != nil {
		return err
	}
	return h.office.Fill(ctx, s.agent, s.id, s.fill())
}

// comeByMail takes in a message as the mailbox would.
func (h *hand) comeByMail(ctx context.Context, s *subject) error {
	subject, words, _ := strings.Cut(s.story.Says, ": ")
	name, from := s.facts["person.first_names"]+" "+s.facts["person.last_name"], s.facts["person.email"]
	raw := fmt.Sprintf("From: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%d@demo.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n\r\n%s\r\n",
		from, subject, h.clock.at.Format(time.RFC1123Z), s.seed, words, name)
	m := dossier.Incoming{Digest: fmt.Append(nil, s.seed), From: from, Name: name, Subject: subject, Words: words + "\n\n" + name, Raw: []byte(raw)}
	taken, err := h.office.TakeMail(ctx, h.def.ID, m)
	s.id = taken.PublicID
	return err
}

// bring brings what a move asks of its mover beside fields: files that it rests on, and a word on each thing that it asks for.
func (h *hand) bring(ctx context.Context, s *subject, a act, move *dossier.Act) error {
	m := h.def.Flow.Move(a.Move)
	if m == nil {
		return nil
	}
	for _, path := range m.Form.Asks {
		s.asked = append(s.asked, dossier.Pick{Path: path, Word: a.Word})
	}
	if len(m.Form.Asks) > 0 {
		move.Picks = s.asked
	}
	for _, path := range a.Fields {
		if f := h.def.Form.Field(path); f == nil || f.Kind != form.File {
			continue
		}
		delete(move.Fields, path)
		paper := h.papers.paper(path, false)
		if err := h.office.AttachForMove(ctx, s.agent, s.id, m.ID, path, paper.Name, bytes.NewReader(paper.Content)); err != nil {
			return err
		}
	}
	return nil
}
