package dossier

import "guichet/internal/form"

// compare opens the older filings that agents see beside the newest: the one before it, and the one that stood when the items
// were asked for that came back last.
func (f *File) compare() (err error) {
	f.Previous = map[string][]string{}
	if f.Round < 2 {
		return nil
	}
	before, err := f.asFiled(f.Round - 1)
	if err != nil {
		return err
	}
	for _, c := range form.Diff(before, f.Filed) {
		f.Previous[c.Path] = c.Old
	}
	if back := CameBack(f.Asked); len(back) > 0 {
		f.AskedWith, err = f.asFiled(back[0].Round)
	}
	return err
}

// asFiled is what had been filed up to a round.
func (d *Dossier) asFiled(round int) (form.Raw, error) {
	newest := map[string]filing{}
	for _, x := range d.filings {
		if x.round <= round && x.round >= newest[x.step].round {
			newest[x.step] = x
		}
	}
	raw := form.Raw{}
	for step, x := range newest {
		if err := openInto(raw, d.key, x.sealed, d.ad(stageFiled, step, x.round, x.version)); err != nil {
			return nil, err
		}
	}
	return raw, nil
}
