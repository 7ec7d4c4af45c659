package exchange_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/exchange"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

const base = exchange.Root + "/" + way

// One dossier is sent until it arrives; a second one is refused, fetched with a token, acknowledged; nothing leaves that is not marked.
func TestDossiersReachTheCoreSystem(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-150", "RP-168")
	w := newWorld(t)
	agent := w.officer()
	first := w.filed("olivier@example.org", "family")
	w.sentUntilItArrives(agent, first)
	second := w.filed("chiara@example.org", "tenant")
	w.refusedForGood(agent, second)
	admin := w.Administrator("head@example.org")
	w.Administrator("second@example.org")
	w.fetched(admin, agent, second)
	w.tokensEnd(admin)
	w.neitherKnownNorOpen(agent)
	if log := w.Log.String(); strings.Contains(log, "Garnier") || strings.Contains(log, "CORE-0001") || strings.Contains(log, exchange.TokenPrefix) {
		t.Error("the log says what it must not")
	}
}

func (w *world) sentUntilItArrives(agent access.Actor, id string) {
	t := w.t
	t.Helper()
	w.core.will(http.StatusServiceUnavailable, http.StatusInternalServerError)
	w.move(agent, id, dossier.Act{Move: "admit"})
	w.Drain()
	for _, step := range []struct {
		wait time.Duration
		hits int
	}{{30 * time.Second, 1}, {40 * time.Second, 2}, {4 * time.Minute, 2}, {2 * time.Minute, 3}, {48 * time.Hour, 3}} {
		w.Clock.Advance(step.wait)
		w.due()
		if n := len(w.core.got); n != step.hits {
			t.Fatalf("after %v: %d messages, want %d", step.wait, n, step.hits)
		}
	}
	for _, m := range w.core.got {
		if m.key != w.core.got[0].key || m.key == "" || !bytes.Equal(m.body, w.core.got[0].body) {
			t.Fatal("the same message was sent differently")
		}
		w.verified(m.signature, m.body)
	}
	w.onlyWhatIsMarked(w.core.got[0].body)
	if s := w.text("select state from handover"); s != exchange.Sent {
		t.Fatalf("it is %s", s)
	}
	if n := w.text("select count(*)::text from journal_entry where act = 'handed_over'"); n != "1" {
		t.Fatalf("%s lines in the journal", n)
	}
	if n := w.text("select count(*)::text from handover where position('CORE-0001'::bytea in receipt) > 0 or position('Garnier'::bytea in sealed) > 0"); n != "0" {
		t.Error("what is personal is not sealed")
	}
}

// onlyWhatIsMarked holds a message to its schema, and to the marks.
func (w *world) onlyWhatIsMarked(body []byte) {
	t := w.t
	t.Helper()
	w.valid(body)
	for _, canary := range []string{"Engineering degree", "secret-name", "olivier.garnier", "declarant.mail", "contact.channel", "request.type"} {
		if bytes.Contains(body, []byte(canary)) != (canary == "olivier.garnier") { // contact.email is marked, the declarant's is not
			t.Errorf("%q in the message: %v", canary, canary != "olivier.garnier")
		}
	}
	var m struct {
		Answers   map[string]any
		Documents []map[string]any
	}
	must(t, json.Unmarshal(body, &m))
	if m.Answers["applicant.birth_date"] != "1984-02-29" || m.Answers["applicant.last_name"] != "Garnier" || len(m.Documents) == 0 {
		t.Errorf("%d answers, %d documents", len(m.Answers), len(m.Documents))
	}
	children, _ := m.Answers["children"].([]any)
	if len(children) != 3 || children[1].(map[string]any)["first_name"] != "Lou" {
		t.Error("the children are not there")
	}
}

// valid holds a message to the JSON Schema that is served.
func (w *world) valid(body []byte) {
	w.t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.call("GET", base+"/schema.json", "", "").is(w.t, 200).body))
	must(w.t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	must(w.t, c.AddResource("mem:message", doc))
	schema, err := c.Compile("mem:message")
	must(w.t, err)
	message, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	must(w.t, err)
	if err := schema.Validate(message); err != nil {
		w.t.Errorf("the message is not what its schema says: %v", err)
	}
	message.(map[string]any)["answers"].(map[string]any)["studies.text"] = "kept back"
	if schema.Validate(message) == nil {
		w.t.Error("the schema allows what is not marked")
	}
}

func (w *world) refusedForGood(agent access.Actor, id string) {
	t := w.t
	t.Helper()
	w.core.will(http.StatusBadRequest)
	w.move(agent, id, dossier.Act{Move: "admit"})
	w.Drain()
	w.Clock.Advance(48 * time.Hour)
	w.due()
	if n := len(w.core.got); n != 4 {
		t.Fatalf("%d messages: what is refused for good is sent again", n)
	}
	if n := w.text("select count(*)::text from journal_entry where act = 'handover_refused'"); n != "1" {
		t.Fatalf("%s lines in the journal", n)
	}
}

// fetched is the way of the other system: list, message, document, acknowledgement.
func (w *world) fetched(admin *stage.Browser, agent access.Actor, id string) {
	t := w.t
	t.Helper()
	admin.Get("/admin").Shows("Un dossier n’a pas pu être transmis")
	page := admin.Get("/exchange").Shows("réponse 400")
	if bytes.Contains(page.Body, []byte("Bianchi")) || bytes.Contains(page.Body, []byte("Garnier")) {
		t.Error("the administrator reads names")
	}
	reader, token := w.token(admin, "lecteur", "read", "120"), w.token(admin, "métier", "ack", "120")
	list := base + "/dossiers"
	if h := w.call("GET", list, "", "").is(t, 401).Header.Get("WWW-Authenticate"); !strings.HasPrefix(h, "Bearer") {
		t.Errorf("WWW-Authenticate: %q", h)
	}
	w.call("GET", list, token+"x", "").is(t, 401)
	w.call("GET", list+"?after=zz", token, "").is(t, 422)
	w.call("GET", exchange.Root+"/residence-permit/mail/dossiers", token, "").is(t, 404)

	var p exchange.Page
	must(t, json.Unmarshal(w.call("GET", list, token, "").is(t, 200).body, &p))
	if len(p.Items) != 1 || p.Items[0].State != exchange.Refused {
		t.Fatalf("%+v", p)
	}
	one := list + "/" + p.Items[0].ID
	got := w.call("GET", one, token, "").is(t, 200)
	w.verified(got.Header.Get(exchange.SignatureHeader), got.body)
	if !bytes.Equal(got.body, w.core.got[3].body) {
		t.Error("what is fetched is not what was sent")
	}
	if n := w.text("select count(*)::text from journal_read where role like 'token métier (%)' and actor_id is null"); n != "1" {
		t.Errorf("%s readings noted", n)
	}
	w.paper(one, token, got.body)
	w.otherProcedure(one, token)

	w.call("POST", one+"/acknowledge", reader, `{"reference":"A-1"}`).is(t, 403)
	w.call("POST", one+"/acknowledge", token, `{"reference":"A-1","more":1}`).is(t, 422)
	w.call("POST", one+"/acknowledge", token, `{"reference":"A-1"}`).is(t, 200)
	w.call("POST", one+"/acknowledge", token, `{"reference":"A-1"}`).is(t, 200)
	w.call("POST", one+"/acknowledge", token, `{"reference":"A-2"}`).is(t, 409)
	var left, all exchange.Page
	must(t, json.Unmarshal(w.call("GET", list, token, "").is(t, 200).body, &left))
	must(t, json.Unmarshal(w.call("GET", list+"?all=1&limit=1", token, "").is(t, 200).body, &all))
	if len(left.Items) != 0 || len(all.Items) != 1 || all.Next == "" {
		t.Errorf("%d left, %d of all, next %q", len(left.Items), len(all.Items), all.Next)
	}
	must(t, json.Unmarshal(w.call("GET", list+"?all=1&limit=1&after="+all.Next, token, "").is(t, 200).body, &all))
	if len(all.Items) != 1 || all.Items[0].ID != p.Items[0].ID {
		t.Error("the second page is not what follows the first")
	}
	w.move(agent, id, dossier.Act{Move: "cancel_by_agent", Reason: "asked_by_person", Fields: map[string][]string{"decision.comment": {"Déposée deux fois."}}})
	w.call("GET", one, token, "").is(t, 409)
}

func (w *world) paper(one, token string, body []byte) {
	w.t.Helper()
	var m struct {
		Documents []struct{ ID, SHA256 string }
	}
	must(w.t, json.Unmarshal(body, &m))
	if len(m.Documents) == 0 {
		w.t.Fatal("no document")
	}
	sum := sha256.Sum256(w.call("GET", one+"/documents/"+m.Documents[0].ID, token, "").is(w.t, 200).body)
	if hex.EncodeToString(sum[:]) != m.Documents[0].SHA256 {
		w.t.Error("the document is not the one that the message names")
	}
	other := w.text("select x.public_id from document x join handover h on h.dossier_id = x.dossier_id where h.state = 'sent' limit 1")
	w.call("GET", one+"/documents/"+other, token, "").is(w.t, 404)
}

// otherProcedure sees that a token of another procedure finds nothing here.
func (w *world) otherProcedure(one, token string) {
	w.t.Helper()
	id, _, _ := strings.Cut(strings.TrimPrefix(token, exchange.TokenPrefix), ".")
	change := func(to string) {
		_, err := w.Store.Pool().Exec(w.t.Context(), "update exchange_token set procedure = $2 where public_id = $1", id, to)
		must(w.t, err)
	}
	change("another")
	w.call("GET", one, token, "").is(w.t, 404)
	w.call("GET", base+"/dossiers", token, "").is(w.t, 404)
	change("residence-permit")
}

var secret = regexp.MustCompile(`gxt_[a-z0-9]+\.[\w-]+`)

// token makes one on the administrator's page.
func (w *world) token(admin *stage.Browser, name, verbs, pace string) string {
	w.t.Helper()
	f := admin.Get("/exchange").Form("/exchange/tokens").Set("name", name).Set("verbs", verbs).Set("pace", pace).Set("life", "1")
	made := secret.FindString(string(f.Submit("").Want(201).Body))
	if made == "" {
		w.t.Fatal("the token is not shown")
	}
	if secret.Match(admin.Get("/exchange").Body) {
		w.t.Fatal("the token is shown twice")
	}
	w.call("GET", base+"/dossiers", made, "").is(w.t, 401)
	admin.Post(stage.Agents+"/exchange/token/"+idOf(made)+"/confirm", nil).Want(403)
	w.call("GET", base+"/dossiers", made, "").is(w.t, 401)
	w.confirm(made)
	return made
}

// idOf is the part of a token that is no secret.
func idOf(token string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(token, exchange.TokenPrefix), ".")
	return id
}

// confirm is the second administrator's act.
func (w *world) confirm(token string) {
	w.t.Helper()
	second := w.SignIn(stage.Agents, "second@example.org", "fr")
	w.Acknowledge(second)
	second.Get("/exchange").Form(idOf(token) + "/confirm").Submit("").Want(200).Shows("Le jeton est confirmé")
}

// neitherKnownNorOpen: a message of a way that this server does not know waits untried; one that does not open is told after the last try.
func (w *world) neitherKnownNorOpen(agent access.Actor) {
	t := w.t
	t.Helper()
	hits := len(w.core.got)
	w.move(agent, w.filed("zoe@example.org", "tenant"), dossier.Act{Move: "admit"})
	change := func(sql string) {
		_, err := w.Store.Pool().Exec(t.Context(), sql+" where id = (select max(id) from handover)")
		must(t, err)
	}
	change("update handover set connector = 'newer'")
	w.Exchange.Routes[w.Definition().ID+"/newer"] = w.Exchange.Routes[way]
	w.Drain()
	if s := w.text("select state || attempts || (next_at is not null)::text from handover order by id desc limit 1"); s != "waiting0true" {
		t.Errorf("a way that is not known: %s", s)
	}
	change("update handover set connector = 'core_system', sealed = 'x', attempts = 7")
	for _, want := range []string{"waiting", "refused"} {
		w.Clock.Advance(25 * time.Hour)
		w.due()
		if s := w.text("select state || ' ' || fault from handover order by id desc limit 1"); s != want+" exchange.fault.sealed" {
			t.Errorf("it does not open: %s, want %s", s, want)
		}
	}
	if len(w.core.got) != hits {
		t.Error("what cannot be judged or opened was sent")
	}
}

// tokensEnd: replaced with an overlap, withdrawn, paced, refused with the field that is wrong.
func (w *world) tokensEnd(admin *stage.Browser) {
	t := w.t
	t.Helper()
	list := base + "/dossiers"
	old := w.token(admin, "ancien", "read", "120")
	again := admin.Get("/exchange").Form(idOf(old)+"/rotate").Set("overlap", "1")
	made := secret.FindString(string(again.Submit("").Want(201).Body))
	again.Submit("").Want(409) // another takes its place already
	w.call("GET", list, old, "").is(t, 200)
	w.call("GET", list, made, "").is(t, 401)
	w.confirm(made)
	w.call("GET", list, old, "").is(t, 200)
	w.call("GET", list, made, "").is(t, 200)
	w.Clock.Advance(25 * time.Hour)
	w.call("GET", list, old, "").is(t, 401)
	w.call("GET", list, made, "").is(t, 200)
	admin = w.SignIn(stage.Agents, "head@example.org", "fr")
	w.Acknowledge(admin)
	admin.Get("/exchange").Shows("Utilisé pour la dernière fois").Form(idOf(made) + "/withdraw").Submit("").Want(200).Shows("ne vaut plus rien")
	w.call("GET", list, made, "").is(t, 401)
	if n := w.text("select count(*)::text from exchange_token where public_id = $1 and ended_by = created_by and confirmed_by <> created_by", idOf(made)); n != "1" {
		t.Error("nobody knows who made, confirmed and ended it")
	}

	slow := w.token(admin, "lent", "read", "2")
	w.call("GET", list, slow, "").is(t, 200)
	w.call("GET", list, slow, "").is(t, 200)
	if h := w.call("GET", list, slow, "").is(t, 429).Header.Get("Retry-After"); h == "" {
		t.Error("nobody says when to come back")
	}
	admin.Get("/exchange").Form("/exchange/tokens").Set("name", "LENT").Submit("").Want(422).Shows("porte déjà ce nom")
	admin.Get("/exchange").Form("/exchange/tokens").Set("name", "").Set("pace", "0").Submit("").Want(422).Shows("Donnez un nom")
	if n := w.text("select count(*)::text from exchange_token where length(hash) <> 32 or position('gxt'::bytea in hash) > 0"); n != "0" {
		t.Error("a secret is kept")
	}
}
