package stage_test

import (
	"strings"
	"testing"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/setting"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// The procedure for handling rights is made known to the staff by mail when it is published, when it changes, and to who comes
// later; each says that they have read what it says now, and who oversees sees who was told when.
func TestTheStaffIsToldOfItsProcedures(t *testing.T) {
	testkit.Covers(t, "DS-017")
	t.Parallel()
	a := stage.Open(t)
	const title, subject = "Procédure interne de gestion des exercices de droits", "Un document pour le personnel est à lire"
	told := func(to string, want int) {
		t.Helper()
		if err := a.Office.TellStaff(t.Context()); err != nil { // as the clock does
			t.Fatal(err)
		}
		n := 0
		for _, m := range a.Mails(to) {
			if m.Subject != subject {
				continue
			}
			n++
			for _, never := range []string{"Camille", "gestion des exercices", "DD-"} {
				if strings.Contains(m.Body, never) {
					t.Errorf("the mail says %q: %s", never, m.Body)
				}
			}
		}
		if n != want {
			t.Errorf("%s was told %d times, want %d", to, n, want)
		}
	}
	reads := func(b *stage.Browser, want string) {
		t.Helper()
		b.Get(dossier.StaffPath).Shows(want).Form("/duties").Submit("").Want(200)
	}

	one := a.Invited("one@example.org", "fr", "legal_cell")
	told("one@example.org", 1)
	told("one@example.org", 1)                            // once, however often the clock looks
	one.Get(dossier.StaffPath).Form("/duties").Submit("") // what is recorded of agents
	reads(one, title)
	if page := one.Get(dossier.StaffPath).Shows(title).Shows("Vous avez été prévenu").Shows("Qui a été prévenu de ce texte"); page.Says("Pas encore") {
		t.Error("who was told and has read is shown as not yet")
	}

	provider := a.Invited("host@example.org", "fr", "hosting")
	for provider.Get(dossier.StaffPath).MaybeForm("/duties") != nil {
		provider.Get("/duties").Form("/duties").Submit("")
	}
	provider.Get(dossier.StaffPath).Shows("Aucun document ne vous est destiné").Hides(title)
	told("host@example.org", 0)
	late := a.Invited("late@example.org", "fr", "processing_holder") // a newcomer
	told("late@example.org", 1)
	told("one@example.org", 1)
	one.Get(dossier.StaffPath).Shows("Pas encore") // the newcomer has not read it
	late.Get(dossier.StaffPath).Form("/duties").Submit("")
	reads(late, title)
	late.Get(dossier.StaffPath).Shows(title).Hides("Qui a été prévenu de ce texte")

	head := access.Actor{AccountID: 1, Kind: access.Agent, Grants: []access.Grant{{Procedure: "rights-request", Role: "digital", Verbs: []access.Verb{access.Configure}}}}
	words := a.Catalogue.Get("rights-request").Flow.NoticesAt("staff")[0].Text
	problems, err := a.Settings.Set(t.Context(), head, "words:rights-request:notices.handling.text", setting.Value{"fr": words.FR + "\nUne règle de plus.\n", "en": words.EN + "\nOne more rule.\n"}, 0)
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v %+v", err, problems)
	}
	told("one@example.org", 2)
	told("late@example.org", 2)
	again := a.SignIn(stage.Agents, "one@example.org", "fr") // what it says now is to be read again
	reads(again, "Une règle de plus.")
	again.Get(dossier.StaffPath).Shows("Une règle de plus.").Shows("Pas encore")
	a.Visit(stage.Agents, "fr").Get(dossier.StaffPath).Hides(title)
}
