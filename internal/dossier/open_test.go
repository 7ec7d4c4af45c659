package dossier_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
)

// formOf is the shipped catalogue with words of a form replaced, each of which must be there.
func formOf(t *testing.T, replace ...string) *procedure.Catalogue {
	t.Helper()
	return editedIn(t, "forms/"+permit+".yaml", replace...)
}

// editedFlow is it with words of a workflow replaced.
func editedFlow(t *testing.T, replace ...string) *procedure.Catalogue {
	t.Helper()
	return editedIn(t, "workflows/"+permit+".yaml", replace...)
}

func editedIn(t *testing.T, path string, replace ...string) *procedure.Catalogue {
	t.Helper()
	all := definitions(t)
	words := string(all[path].Data)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(words, replace[i]) {
			t.Fatalf("the definition has no %q", replace[i])
		}
		words = strings.Replace(words, replace[i], replace[i+1], 1)
	}
	all[path] = &fstest.MapFile{Data: []byte(words)}
	return loaded(t, all)
}

// without is the catalogue when a procedure is served no more.
func without(t *testing.T, id string) *procedure.Catalogue {
	t.Helper()
	all := definitions(t)
	for name := range all {
		if strings.HasPrefix(name, "forms/"+id+".") || strings.HasPrefix(name, "workflows/"+id+".") {
			delete(all, name)
		}
	}
	return loaded(t, all)
}

// definitions are the files of all, to be changed.
func definitions(t *testing.T) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	err := fs.WalkDir(guichet.Files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(guichet.Files, name)
		all[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func loaded(t *testing.T, all fs.FS) *procedure.Catalogue {
	t.Helper()
	c, refused := procedure.Load(all)
	for _, r := range refused {
		t.Fatal(r)
	}
	return c
}

func (w *world) papersAt(a access.Actor, id, path string) (out []string) {
	w.t.Helper()
	for _, x := range w.open(a, id).Documents {
		if x.Path == path {
			out = append(out, x.ID)
		}
	}
	return out
}

// What a person has attached since they were asked is theirs until they send it; what is being entered from paper is the agent's
// who enters it.
func TestAPaperIsOpenedOnceItWasSent(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	const bill = "documents.electricity"
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	token := access.Actor{Kind: access.Token, Grants: []access.Grant{{Procedure: permit, Role: "token", Verbs: []access.Verb{access.Read}}}}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: bill, Word: "Illisible."}}}))
	fresh, err := w.Attach(ctx, person, id, bill, "facture.png", bytes.NewReader(testkit.Picture(9)))
	w.must(err)
	w.must(w.opens(person, fresh))
	for _, a := range []access.Actor{agent, token} {
		if err := w.opens(a, fresh); fault.Of(err) != fault.NotFound {
			t.Errorf("%s opens what was not sent: %v", a.Kind, err)
		}
	}
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "complete"}))
	w.must(w.opens(agent, fresh))
	w.must(w.opens(token, fresh))

	paper, err := w.StartOnPaper(ctx, agent, permit, dossier.OnPaper{Channel: "post", SignedOn: day("2026-11-19"), Original: "Carton 3", Accepted: []string{"consent"}, Lang: "fr"})
	w.must(err)
	scan, err := w.Attach(ctx, agent, paper, "documents.birth_certificate", "acte.png", bytes.NewReader(picture()))
	w.must(err)
	w.must(w.opens(agent, scan))
	reader := access.Actor{AccountID: 99, Kind: access.Agent, Grants: []access.Grant{{Procedure: permit, Role: "authority", Verbs: []access.Verb{access.Read}}}}
	for _, a := range []access.Actor{person, reader} {
		if err := w.opens(a, scan); fault.Of(err) != fault.NotFound {
			t.Errorf("%s opens what is being entered: %v", a.Kind, err)
		}
	}
}

// A document that the form shows to some roles is opened by no other agent; its person has it, and what is too heavy for its
// field is refused before it travels and when it comes.
func TestADocumentHasReadersAndALimit(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	const heading = "      - id: documents.military\n        kind: file\n"
	w.Catalogue = formOf(t, heading, heading+"        see: [analyst]\n        max_mb: 0.002\n")
	person := w.account(access.Person, "a@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	paper, err := w.Attach(ctx, person, id, "documents.military", "livret.png", bytes.NewReader(picture()))
	w.must(err)

	const most = 2097 // bytes
	if _, err := w.BeginUpload(ctx, person, id, dossier.Coming{Path: "documents.military", Name: "b.png", Size: most}); err != nil {
		t.Errorf("what just fits: %v", err)
	}
	_, err = w.BeginUpload(ctx, person, id, dossier.Coming{Path: "documents.military", Name: "c.png", Size: most + 1})
	_, late := w.Attach(ctx, person, id, "documents.military", "d.pdf", bytes.NewReader(carrier(bytes.Repeat([]byte("x"), most))))
	for _, err := range []error{err, late} {
		if fault.Key(err) != "document.too_large" {
			t.Errorf("more than the field takes: %v", err)
		}
	}
	if n := len(w.papersAt(person, id, "documents.military")); n != 1 {
		t.Errorf("%d documents are kept", n)
	}

	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	agent := w.account(access.Agent, "b@example.org")
	among := agent
	among.Grants = []access.Grant{{Procedure: permit, Role: "analyst", Verbs: []access.Verb{access.Read}}}
	w.must(w.opens(person, paper))
	w.must(w.opens(among, paper))
	if err := w.opens(agent, paper); fault.Of(err) != fault.NotFound {
		t.Errorf("opened by a role that the form does not name: %v", err)
	}
	w.must(w.opens(agent, w.paperAt(agent, id, "documents.electricity")))
}

// What was attached and not sent goes when the agent goes on without it: the paper of before stands and the dossier is admitted
// on it. Sent, it takes the other's place.
func TestAReplacementThatWasNeverSent(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	const bill = "documents.electricity"
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	first, kept := w.paperAt(agent, id, bill), w.blobs()
	attached := func(shade uint8, picks ...dossier.Pick) string {
		t.Helper()
		w.now = w.now.AddDate(0, 0, 1)
		w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: append(picks, dossier.Pick{Path: bill, Word: fmt.Sprint("Illisible ", shade)})}))
		x, err := w.Attach(ctx, person, id, bill, "facture.png", bytes.NewReader(testkit.Picture(shade)))
		w.must(err)
		return x
	}
	never := attached(7, dossier.Pick{Path: "contact.phone", Word: "?"})
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "resume"}))
	if stand := w.papersAt(agent, id, bill); len(stand) != 1 || stand[0] != first || w.blobs() != kept {
		t.Fatalf("%q stand of %s and %s; %d files, %d before", stand, first, never, w.blobs(), kept)
	}
	w.must(w.opens(agent, first))
	if err := w.opens(person, never); fault.Of(err) != fault.NotFound {
		t.Errorf("what was taken back is opened: %v", err)
	}
	second := attached(8) // the telephone is asked for no more
	var said []string
	f := w.read(agent, id)
	for _, i := range f.Asked {
		if i.Path == bill {
			said = append(said, i.Word)
		}
		if want := i.Word == "Illisible 8"; f.Awaits(i) != want {
			t.Errorf("%s, %q: awaited %v", i.Path, i.Word, !want)
		}
	}
	if !slices.Equal(said, []string{"Illisible 7", "Illisible 8"}) {
		t.Errorf("asked twice, in the words %q", said)
	}
	list, _, err := w.Mine(ctx, person, dossier.MineFilter{})
	w.must(err)
	if list[0].Asked != 1 {
		t.Errorf("the person's list says that %d items are asked for", list[0].Asked)
	}
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "complete"}))
	if back := dossier.CameBack(w.read(agent, id).Asked); len(back) != 1 || back[0].Path != bill {
		t.Errorf("came back: %+v", back)
	}
	if x := w.paper(agent, id, first); !x.Superseded {
		t.Error("the paper of before still stands")
	}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "admit"}))
	if stand := w.papersAt(agent, id, bill); len(stand) != 1 || stand[0] != second {
		t.Errorf("admitted on %q, sent last was %s", stand, second)
	}
	w.must(w.opens(agent, first)) // what was replaced can be compared
}
