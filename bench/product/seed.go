package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/store"
	"guichet/internal/text"
)

//go:embed answers.txt
var answered string

// page of answers of one step.
type page struct {
	step   string
	answer url.Values
}

// answers reads answers.txt: blocks between blank lines, the step first.
func answers() (pages []page) {
	for block := range strings.SplitSeq(answered, "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if strings.HasPrefix(lines[0], "#") {
			continue
		}
		p := page{lines[0], url.Values{}}
		for _, l := range lines[1:] {
			name, value, _ := strings.Cut(l, "=")
			p.answer.Add(name, value)
		}
		pages = append(pages, p)
	}
	return pages
}

// draft is a person signed in, with a dossier that is half done.
type draft struct {
	path    string // of the dossier
	cookie  string
	version int // of the step that is saved
}

// people makes accounts with sessions and drafts, by the same rooms that the program uses.
func people(ctx context.Context, desk *account.Desk, office *dossier.Office, n int) ([]*draft, error) {
	hash, err := desk.Hash(ctx, "quatre chevaux verts agrafe")
	if err != nil {
		return nil, err
	}
	out := make([]*draft, n)
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(6)
	for i := range n {
		all.Go(func() (err error) {
			out[i], err = someone(ctx, desk, office, i, hash)
			return err
		})
	}
	return out, all.Wait()
}

func someone(ctx context.Context, desk *account.Desk, office *dossier.Office, i int, hash string) (*draft, error) {
	actor := access.Actor{Kind: access.Person, At: office.Store.Now()}
	err := office.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		actor.AccountID, err = desk.CreateActive(ctx, tx, account.New{
			Kind: string(access.Person), PasswordHash: hash, Lang: text.FR,
			Profile: account.Profile{Email: fmt.Sprintf("person%d@example.org", i), LastName: "Bianchi", FirstNames: "Chiara"},
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	d := &draft{}
	if d.cookie, err = session(ctx, desk, actor); err != nil {
		return nil, err
	}
	id, err := begin(ctx, office, actor)
	d.path = "/dossier/" + id
	return d, err
}

// session gives the actor a session as a sign-in would, without the second of hashing.
func session(ctx context.Context, desk *account.Desk, actor access.Actor) (string, error) {
	token := fmt.Sprintf("bench-session-%032d", actor.AccountID)
	return "guichet-applicants=" + token, desk.SaveSession(ctx, account.Session{
		Hash: sha256.Sum256([]byte(token)), Data: []byte{1}, Actor: actor,
		Created: actor.At, Seen: actor.At, Expires: actor.At.Add(12 * time.Hour),
	})
}

// begin starts a draft and fills the steps of answers.txt but the last, which the clients save.
func begin(ctx context.Context, office *dossier.Office, actor access.Actor) (string, error) {
	p := office.Catalogue.All()[0]
	var accepted []string
	for _, n := range dossier.EntryNotices(p) {
		accepted = append(accepted, n.ID)
	}
	id, err := office.Start(ctx, actor, p.ID, accepted, text.FR)
	if err != nil {
		return "", err
	}
	pages := answers()
	for _, a := range pages[:len(pages)-1] {
		posted := url.Values{form.ShownName: nil}
		for name, v := range a.answer {
			posted[name] = v
		}
		if _, err := office.Answer(ctx, actor, id, dossier.Save{Step: a.step, Posted: posted}); err != nil {
			return "", err
		}
	}
	return id, nil
}
