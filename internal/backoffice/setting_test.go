package backoffice_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/workflow"
)

func settingAt(key string) string { return "/setting/item?" + url.Values{"key": {key}}.Encode() }

// set opens the page of a thing and gives its form.
func set(b *stage.Browser, key string) *stage.Form {
	return b.Get(settingAt(key)).Form("/setting/item")
}

// The pages of the configuration on one house: found, previewed, saved, contested, read back by who is told, taken back.
func TestConfigurationPages(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-159")
	w := newWorld(t)
	def := w.Definition().ID
	first, second, admin := w.Hire("un@example.org", "fr", officer, "digital"), w.Hire("deux@example.org", "en", officer, "digital"), w.Administrator("admin@example.org")

	t.Run("whose they are", func(t *testing.T) {
		analyst, digital := w.Hire("analyste@example.org", "fr", "analyst"), w.Hire("dsn@example.org", "fr", "digital")
		analyst.Try("/setting").Want(403)
		analyst.Try(settingAt("survey")).Want(403)
		digital.Get("/setting").Shows("Textes du service")
		admin.Get("/setting").Shows("Jours fermés")
		first.Try(settingAt("text:no.such.text")).Want(404)
		first.Try("/setting?kind=nonsense").Want(404)
	})
	t.Run("words of a message", func(t *testing.T) {
		key := "words:" + def + ":notifications.registered.subject"
		first.Get("/setting?kind=words&q=application+registered+objet").Shows("1 réglage").Link(url.QueryEscape(key))
		f := set(first, key)
		first.Page.Shows("{reference}").Shows("référence du dossier").Shows("AB-2345-6789")
		f.Set("part.fr", "Reçu : {nom}").Submit("preview").Want(422).Shows("La valeur {nom} n’existe pas ici. Valeurs permises : {reference} {link}").Shows("Il manque la valeur {reference}")
		first.Page.Form("/setting/item").Set("part.fr", "Reçu : {reference}").Submit("preview").Want(200).Shows("Rien n’est encore enregistré").Shows("Reçu : AB-2345-6789")
		if w.number("select count(*) from setting_change") != 0 {
			t.Error("a preview was kept")
		}
		first.Page.Form("/setting/item").Submit("save").Want(200).Shows("Le réglage est enregistré").Shows("Réglé ici").Shows("Valeur d’origine")
		w.filed("paolo@example.org")
		if m := w.Mails("paolo@example.org")[0]; !strings.HasPrefix(m.Subject, "Reçu : ") {
			t.Errorf("the mail says %q", m.Subject)
		}
	})
	t.Run("a text of the service", func(t *testing.T) {
		key := "text:mail.account.invite.subject"
		late := set(second, key).Set("part.fr", "Bonjour {service}").Set("part.en", "Hello {service}")
		set(first, key).Set("part.fr", "Bienvenue sur {service}").Submit("save").Want(200)
		page := late.Submit("save").Want(409).Shows("Changed meanwhile").Shows("Bienvenue sur {service}").Shows("Bonjour {service}").Shows("Camille Agent")
		if got := page.Form("/setting/item").Values.Get("part.en"); got != "Hello {service}" {
			t.Errorf("what was typed is %q", got)
		}
		page.Form("/setting/item").Submit("save").Want(200).Shows("The setting is saved")
		admin.Get("/admin").Form("/admin/invite").Set("email", "autre@example.org").Set("last_name", "Autre").Set("right", def+"/"+officer).Set("reason", "Renfort").Submit("").Want(200)
		if m := w.Mails("autre@example.org")[0]; !strings.HasPrefix(m.Subject, "Bonjour ") {
			t.Errorf("the invitation says %q", m.Subject)
		}
		last := second.Get(settingAt(key)).Link("/setting/change/")
		second.Get(last).Shows("Bienvenue sur").Shows("Bonjour").Form("/take-back").Submit("").Want(200).Shows("The change is taken back")
		if got := second.Page.Form("/setting/item").Values.Get("part.fr"); got != "Bienvenue sur {service}" {
			t.Errorf("after it was taken back it is %q", got)
		}
		set(second, key).Submit("written").Want(200).Shows("As delivered")
	})
	t.Run("a list, a limit, closed days", func(t *testing.T) {
		set(first, "list:"+def+":moves.cancel_by_agent").Tick("part.duplicate.retired").Set("part.other.place", "1").Set("part.other.fr", "Pour un autre motif").Submit("save").Want(200)
		refusals := "list:" + def + ":moves.cancel_by_agent"
		set(first, refusals).Set("part.new.fr", "Partie de la Principauté").Submit("save").Want(422).Shows("Écrivez un texte.")
		if got := first.Page.Form("/setting/item").Values.Get("part.new.fr"); got != "Partie de la Principauté" {
			t.Errorf("what was typed is %q", got)
		}
		first.Page.Form("/setting/item").Set("part.new.en", "Moved away!").Submit("save").Want(200)
		set(first, refusals).Set("part.new.fr", "Doublon").Set("part.new.en", "x").Set("part.new.id", "moved_away").Submit("save").Want(422).Shows("porte déjà ce nom technique")
		w.move(first, "cancel_by_agent")
		first.Page.Shows("Partie de la Principauté")
		set(first, refusals).Submit("written").Want(200)
		w.move(first, "cancel_by_agent")
		first.Page.Hides("Partie de la Principauté").Shows("Demande en double")
		if r := w.Catalogue.Get(def).Flow.Move("cancel_by_agent").Form.Reasons; !slices.ContainsFunc(r, func(r workflow.Reason) bool { return r.ID == "moved_away" && r.Retired }) {
			t.Errorf("what may have been given as a reason is gone: %+v", r)
		}
		if first.Get(settingAt("list:" + def + ":fields.request.reason")).Has("part.new.fr") {
			t.Error("an option that no released file knows can be added")
		}
		set(first, refusals).Tick("part.duplicate.retired").Set("part.other.place", "1").Set("part.other.fr", "Pour un autre motif").Submit("save").Want(200)
		set(first, "limit:"+def+":fields.documents.holder_identity.max").Set("part.value", "21").Submit("save").Want(422).Shows("Choisissez une valeur de 2 à 20")
		first.Page.Form("/setting/item").Set("part.value", "2").Submit("save").Want(200)
		set(first, "limit:"+def+":fields.documents.holder_identity.max_mb").Set("part.value", "4").Submit("save").Want(200)
		if got := w.Catalogue.Get(def).Form.Field("documents.holder_identity").Max; got == nil || *got != 2 || dossier.MostOf(w.Catalogue.Get(def).Form.Field("documents.holder_identity")) != 4<<20 {
			t.Errorf("so many files are taken: %v", got)
		}
		set(first, "text:mail.sms.news.body").Submit("preview").Want(200).Shows("Ce texte prend 1 SMS.").Hides("au lieu de 160")
		first.Page.Form("/setting/item").Set("part.fr", "{service} Ł {site}").Submit("preview").Want(200).Shows("au lieu de 160")
		form := w.move(first, "cancel_by_agent")
		first.Page.Hides("Demande en double").Shows("Pour un autre motif")
		form.Set("decision.comment", "Doublon.").Set("reason", "other")
		set(first, "limit:"+def+":moves.ask.due").Set("part.value", "P2Y").Submit("save").Want(422).Shows("Choisissez une valeur de P7D à P3M")
		first.Page.Form("/setting/item").Set("part.value", "P10D").Submit("save").Want(200)
		ten := w.Clock.Now().AddDate(0, 0, 10)
		set(first, "days").Set("part.lines", "noday").Submit("save").Want(422).Shows("La ligne 1 (« noday ») ne dit aucun jour")
		first.Page.Form("/setting/item").Set("part.lines", ten.Format(time.DateOnly)+" Pont").Submit("save").Want(200).Shows("– Pont")
		ask := w.move(first, "ask")
		if got, want := ask.Values.Get("until.day")+"/"+ask.Values.Get("until.month"), ten.AddDate(0, 0, 1).Format("2/1"); got != want {
			t.Errorf("the day proposed is %s, want %s", got, want)
		}
	})
	t.Run("a reason that is retired", func(t *testing.T) { w.retired(first) })
	t.Run("a team and the survey", func(t *testing.T) {
		give := path("/admin/agent/", w.number("select min(account_id) from agent_grant where role = $1", officer), "/give")
		admin.Get("/admin").Form(give).Set("right", def+"/"+officer).Set("team", "Nord !").Submit("").Want(422).Shows("Écrivez l’équipe en lettres minuscules")
		admin.Page.Form(give).Set("team", "nord").Set("reason", "Équipe du nord").Submit("").Want(200).Shows("équipe nord")
		key := "team:" + def + ":nord"
		set(first, key).Set("part.name", "Équipe du nord").Set("part.mailbox", "pas une adresse").Submit("save").Want(422).Shows("Écrivez une adresse comme")
		first.Page.Form("/setting/item").Set("part.mailbox", "nord@exemple.mc").Submit("save").Want(200).Shows("1 membre").Shows("Camille Agent")
		admin.Get("/admin").Shows("équipe Équipe du nord")
		_, err := w.Store.Pool().Exec(t.Context(), "update dossier set team = 'nord'")
		must(t, err)
		if queue := first.Get("/queue?col=team").Text(); strings.Count(queue, "Équipe du nord") < 2 || strings.Contains(queue, "nord\n") && !strings.Contains(queue, "Équipe du nord") {
			t.Errorf("the queue calls the team otherwise: %s", queue)
		}
		if w.Settings.Mailbox(def, "nord") != "nord@exemple.mc" || w.Settings.TeamName(def, "nord") != "Équipe du nord" {
			t.Error("the team is not as it was set")
		}
		set(first, "survey").Set("part.address", "https://enquete.exemple.mc/guichet").Submit("save").Want(200)
		person := w.SignIn(stage.Applicants, "chiara@example.org", "fr")
		if links := strings.Join(person.Get(w.path("?done=1")).Links(), " "); !strings.Contains(links, "https://enquete.exemple.mc/guichet") {
			t.Errorf("the survey is not shown: %s", links)
		}
	})
	t.Run("the journal", func(t *testing.T) {
		page := second.Get("/setting/history").Hides("The journal is whole").Form("/setting/history/check").Submit("").Want(200).Shows("The journal is whole").Shows("change 3 taken back").Shows("put back as delivered").Shows("Camille Agent")
		if n := w.number("select count(*) from setting_change"); !page.Says(strings.TrimSpace(string(rune('0'+n/10)) + string(rune('0'+n%10)))) {
			t.Errorf("not all %d changes are listed", n)
		}
		second.Try("/setting/change/999").Want(404)
		second.Post("/setting/change/1/take-back", url.Values{"version": {"0"}}).Want(409)
	})
}

// retired withdraws a reason for rejecting a document: where it stands it is read, and stays when the document is judged again; no
// other document can be rejected for it.
func (w *world) retired(b *stage.Browser) {
	t := w.t
	t.Helper()
	d, err := w.Office.Open(t.Context(), w.person, w.id)
	must(t, err)
	old, other := d.Documents[0].ID, d.Documents[1].ID
	judge := func(paper string) *stage.Form {
		return b.Get(w.path("?doc=" + paper)).Form("/document/" + paper + "/judge")
	}
	const words = "Le document est trop ancien."
	judge(old).Set("reason", "too_old").Submit("rejected").Want(200)
	set(b, "list:"+w.Definition().ID+":rejections").Tick("part.too_old.retired").Submit("save").Want(200)
	if form := judge(old); !strings.Contains(form.Options("reason"), "too_old") || form.Values.Get("reason") != "too_old" {
		t.Errorf("of the old judgement is read %q, among %q", form.Values.Get("reason"), form.Options("reason"))
	}
	b.Page.Form("/document/" + old + "/judge").Submit("rejected").Want(200)
	form := judge(other)
	if strings.Contains(form.Options("reason"), "too_old") {
		t.Error("the retired reason is offered for another document")
	}
	form.Values.Set("reason", "too_old")
	form.Submit("rejected").Want(422)
	if n := w.number("select count(*) from document where reason = 'too_old' and judgement = 'rejected'"); n != 1 {
		t.Errorf("%d documents are rejected for it", n)
	}
	b.Get(w.path("/timeline")).Shows(words)
	set(b, "list:"+w.Definition().ID+":rejections").Submit("written").Want(200)
}
