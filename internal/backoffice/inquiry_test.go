package backoffice_test

import (
	"strings"
	"testing"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/testkit"
	"guichet/internal/testkit/enquiry"
	"guichet/internal/testkit/stage"
)

// A person is looked for, a holder is asked, answers with a file, and who asked reads it: through the pages, in both languages.
func TestInquiryByThePages(t *testing.T) {
	t.Parallel()
	a := stage.Open(t, func(c *app.Config) { c.Catalogue = enquiry.Catalogue(t).Apart() })
	desk := a.Hire("desk@example.org", "fr", "desk")
	a.Administrator("head@example.org")
	a.Hire("water@example.org", "en", "nobody")
	var id int64
	must(t, a.Store.Pool().QueryRow(t.Context(), "select max(id) from account").Scan(&id))
	admin, err := a.Accounts.Actor(t.Context(), id-1, a.Clock.Now())
	must(t, err)
	must(t, a.Accounts.Give(t.Context(), admin, id, account.Right{Procedure: enquiry.ID, Role: "holder", Team: "water", Reason: "Eau"}))
	out, err := a.Mailbox.Deliver(t.Context(), enquiry.ID, strings.NewReader("From: Rossi <rossi@example.org>\r\nMessage-ID: <1@x>\r\nSubject: s\r\n\r\nQue savez-vous ?\r\n"))
	must(t, err)
	_, err = a.Mailbox.Deliver(t.Context(), enquiry.ID, strings.NewReader("From: Rossi <rossi@example.org>\r\nMessage-ID: <2@x>\r\nSubject: s\r\n\r\nEncore.\r\n"))
	must(t, err)
	a.Drain()

	path := "/dossier/" + out.PublicID + "/inquiry"
	desk.Get("/dossier/" + out.PublicID).Shows("Recherches sur la personne")
	page := desk.Get(path)
	page.Form("/search").Submit("Chercher").Want(422).Shows("Donnez au moins un nom")
	page.Form("/search").Set("name", "Rossi").Set("birth.day", "40").Submit("Chercher").Want(422)
	found := page.Form("/search").Set("name", "Rossi").Submit("Chercher").Want(200).Shows("Dossiers trouvés").Shows("Poser une question").Shows("le nom")
	if strings.Contains(found.URL.String(), "Rossi") {
		t.Error("whom one looks for stands in the address")
	}
	page.Form("/search").Set("name", "Personne").Submit("Chercher").Want(200).Shows("Aucun dossier")

	page.Form("/order").Set("words", "Madame Rossi").Submit("Demander la recherche").Want(422).Shows("Choisissez au moins un traitement").Shows("Madame Rossi")
	page.Form("/order").Set("processings", "water").Set("words", "Madame Rossi").Submit("Demander la recherche").Want(200).Shows("La recherche est demandée").Shows("Facturation de l’eau")
	long := "Le mois est à son terme" + strings.Repeat(".", 4000)
	for _, reason := range []string{"", long} { // what was typed stays where it stands
		desk.Get(path).Form("/withdraw").Set("reason", reason).Submit("").Want(422).Shows("Rien n’est retiré").Shows(reason)
	}
	mails := a.Mails("water@example.org")
	if len(mails) == 0 || strings.Contains(mails[0].Body, "Rossi") || !strings.Contains(mails[0].Body, "Searches asked for") || !strings.Contains(mails[0].Body, "/orders") {
		t.Fatalf("%+v", mails)
	}

	holder := a.SignIn(stage.Agents, "water@example.org", "en")
	holder.Get("/orders").Shows("Water bills").Follow("/orders/").Shows("Madame Rossi")
	order := holder.Page
	order.Form("/orders/").Submit("Send the answer").Want(422).Shows("Say whether there are data")
	kept := order.Form("/orders/").Set("words", "One contract.").Attach("file", "contract.png", testkit.Picture(5)).Submit("Attach without sending").Want(200).Shows("contract.png").Shows("One contract.")
	order.Form("/orders/").Attach("file", "x.png", []byte("no picture")).Submit("Attach without sending").Want(422)
	kept.Form("/orders/").Set("outcome", "found").Submit("Send the answer").Want(200).Shows("The answer is sent")
	order.Form("/orders/").Set("outcome", "nothing").Submit("Send the answer").Want(200).Shows("answered already")
	holder.Try("/dossier/" + out.PublicID).Want(403)
	holder.Try(path).Want(403)
	desk.Try("/orders").Want(403)
	desk.Get(path).Shows("One contract.").Shows("contract.png").Shows("Des informations concernent la personne")
	desk.Get("/dossier/" + out.PublicID + "/timeline").Shows("Réponse à une recherche demandée")
}
