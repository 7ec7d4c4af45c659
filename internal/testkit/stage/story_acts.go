package stage

import (
	"fmt"
	"strconv"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

func (s *story) cast(w []string) {
	s.p = testkit.PersonaNamed(s.t, w[0])
	s.mail, _ = s.p.Answers["declarant.mail"].(string)
}

func (s *story) submit([]string) {
	s.t.Helper()
	s.check = s.filing.Get(s.filing.Path("/check"))
	s.filing.Send()
	if d := s.filing.Opened(); d.Reference == "" || d.StateKind == "draft" {
		s.t.Fatalf("not sent: state %s", d.State)
	}
}

// answer types one answer on the page that asks it: what was asked again, and nothing else, is open.
func (s *story) answer(w []string) {
	s.t.Helper()
	step := s.filing.Def.Form.StepOf(w[0])
	page := s.filing.Get(s.filing.Path("/step/" + step.ID))
	page.Form("step").Set(w[0], w[1]).Submit("continue").Want(200)
}

// move presses the button of a move, on its own page where it has one.
func (s *story) move(w []string) {
	s.t.Helper()
	page := s.filing.Get(s.filing.Path(""))
	f := page.MaybeForm("/move/" + w[0])
	if f == nil {
		f = page.Follow("/move/" + w[0]).Form("/move/" + w[0])
	}
	f.Submit("").Want(200)
}

func (s *story) leave([]string) {
	s.t.Helper()
	f := s.person.Get("/account/leave").Form("/account/leave")
	if f.Asks("password") {
		f.Set("password", Password)
	}
	f.Submit("").Want(200)
}

func (s *story) desk() *Desk { return s.agent.Take(s.filing.ID) }

// read looks for every answer on the agent's page.
func (s *story) read([]string) {
	s.t.Helper()
	s.Drain()
	page := s.desk().Read()
	lang := text.FR
	if s.agent.lang == "en" {
		lang = text.EN
	}
	for id, f := range s.filing.Proven(s.check, page, lang) {
		s.proven[id] = f
	}
	s.everythingShown()
}

// everythingShown fails when the person has answered something that the agent cannot read: a story that proves less
// than it tells is no proof.
func (s *story) everythingShown() {
	s.t.Helper()
	for id, answer := range s.p.Answers {
		if f := s.filing.Def.Form.Field(id); f == nil {
			s.t.Errorf("the persona answers %s, which is no field", id)
		} else if f.Kind != form.Group && s.proven[id] == nil {
			s.t.Errorf("%s = %v was not asked, not filed or not shown to the agent", id, answer)
		}
	}
}

func (s *story) ask(w []string) {
	s.t.Helper()
	items := map[string]string{}
	for i := 0; i+1 < len(w); i += 2 {
		items[w[i]] = w[i+1]
	}
	s.desk().Ask(items)
}

// decide makes an agent's move; further words are name=value.
func (s *story) decide(w []string) {
	s.t.Helper()
	fields := map[string]string{}
	for _, x := range w[1:] {
		name, value, _ := strings.Cut(x, "=")
		fields[name] = value
	}
	s.desk().Move(w[0], fields)
}

// many makes a move on all of the queue, from the preview to the report; further words are name=value.
func (s *story) many(w []string) {
	s.t.Helper()
	start := s.agent.Get("/queue").Form("bulk").Set("move", w[0]).Tick("all").Submit("").Want(200).Form("/start")
	for _, x := range w[1:] {
		name, value, _ := strings.Cut(x, "=")
		start.Set(name, value)
	}
	at := start.Submit("").Want(200).Path()
	s.Drain()
	s.agent.Get(at)
}

// mailed expects a mail whose subject has these words, and no answer in it.
func (s *story) mailed(w []string) {
	s.t.Helper()
	mails := s.Mails(s.mail)
	for _, m := range mails {
		if strings.Contains(squeeze(m.Subject), squeeze(w[0])) {
			s.silent(m.Subject + m.Body)
			return
		}
	}
	s.t.Fatalf("no mail %q among %d", w[0], len(mails))
}

// silent fails when a mail tells what the person has answered.
func (s *story) silent(words string) {
	s.t.Helper()
	for _, id := range []string{"applicant.last_name", "stay.id_number", "housing.address", "contact.phone"} {
		if answer := fmt.Sprint(s.p.Answers[id]); strings.Contains(words, answer) {
			s.t.Errorf("a mail tells %s", id)
		}
	}
}

// wait lets days pass, with the retention rules run on each, and everybody signing in again.
func (s *story) wait(w []string) {
	s.t.Helper()
	days, err := strconv.Atoi(w[0])
	s.must(err)
	for range days {
		s.Clock.AdvanceDays(1)
		s.must(s.Keeper.Run(s.t.Context()))
	}
	s.Drain()
	s.person = s.SignIn(Applicants, s.mail, s.p.Lang)
	s.filing.Browser = s.person
	if s.agent != nil {
		s.agent = s.SignIn(Agents, "agent@example.org", s.agent.lang)
	}
}

// gone expects that neither the person, nor the agent, nor the house itself can open the dossier.
func (s *story) gone([]string) {
	s.t.Helper()
	s.filing.Try(s.filing.Path("")).Want(404)
	if s.agent != nil {
		s.agent.Try("/dossier/" + s.filing.ID).Want(404)
	}
	if _, err := s.Office.Open(s.t.Context(), clockwork, s.filing.ID); fault.Of(err) != fault.NotFound {
		s.t.Errorf("the dossier can still be opened: %v", err)
	}
}
