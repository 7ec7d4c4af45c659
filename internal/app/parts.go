package app

import (
	"bytes"
	"context"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/internal/backoffice"
	"guichet/internal/document"
	"guichet/internal/fault"
)

// partAnswer is how long a part of the deployment may take to answer.
const partAnswer = 5 * time.Second

// parts looks at what the deployment is made of, now. What is said of a part holds no secret and no address.
func (a *App) parts(ctx context.Context) []backoffice.Part {
	ctx, cancel := context.WithTimeout(ctx, partAnswer)
	defer cancel()
	out := []backoffice.Part{{Name: backoffice.Database}, {Name: backoffice.Keys}, {Name: backoffice.Files}, {Name: backoffice.Mail}, {Name: backoffice.SMS}, {Name: backoffice.Scanner}, {Name: backoffice.Events}, {Name: backoffice.Journal}}
	var g errgroup.Group
	for i, look := range []func(context.Context, *backoffice.Part) error{a.database, a.keyring, a.files, a.mail, a.sms, a.scanner, a.collector, a.journal} {
		g.Go(func() error {
			part := &out[i]
			if err := look(ctx, part); err != nil {
				part.Away = true
				a.Log.WarnContext(ctx, "part of the deployment does not answer", "kind", part.Name, "error", err.Error())
			}
			return nil
		})
	}
	_ = g.Wait() // each part bears its own failure
	return out
}

func (a *App) database(ctx context.Context, p *backoffice.Part) error {
	p.There = true
	return a.Store.Ping(ctx)
}

// keyring makes a key and opens it again.
func (a *App) keyring(_ context.Context, p *backoffice.Part) error {
	p.There = true
	_, wrapped, by, err := a.Keys.NewKey()
	if err != nil {
		return err
	}
	_, err = a.Keys.Unwrap(wrapped, by)
	return err
}

// files keeps a few bytes, reads them and deletes them.
func (a *App) files(ctx context.Context, p *backoffice.Part) (err error) {
	p.There = true
	name, probe := document.NewName(), []byte("probe")
	defer func() { // whatever went wrong, and also when nobody waits for the answer any more
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partAnswer)
		defer cancel()
		if gone := a.Blobs.Delete(ctx, name); err == nil {
			err = gone
		}
	}()
	if _, err := a.Blobs.Put(ctx, name, bytes.NewReader(probe)); err != nil {
		return err
	}
	r, err := a.Blobs.Get(ctx, name)
	if err != nil {
		return err
	}
	back, err := io.ReadAll(r)
	_ = r.Close()
	if err == nil && !bytes.Equal(back, probe) {
		err = fault.New(fault.Internal, "document.store_away")
	}
	return err
}

func (a *App) mail(ctx context.Context, p *backoffice.Part) error {
	if p.There = a.sender != nil; !p.There {
		return nil
	}
	return a.sender.Reach(ctx)
}

func (a *App) collector(ctx context.Context, p *backoffice.Part) error {
	if p.There = a.Config.Events != nil; !p.There {
		return nil
	}
	return a.Config.Events.Reach(ctx)
}

func (a *App) sms(ctx context.Context, p *backoffice.Part) error {
	if p.There = a.Carrier != nil; !p.There {
		return nil
	}
	return a.Carrier.Reach(ctx)
}

func (a *App) scanner(ctx context.Context, p *backoffice.Part) (err error) {
	if p.There = a.Scanner != nil; !p.There {
		return nil
	}
	if p.Waiting, err = a.Office.WaitingForScan(ctx); err != nil {
		return err
	}
	p.Version, err = a.Scanner.Version(ctx)
	return err
}
