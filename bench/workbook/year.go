package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"guichet"
	"guichet/bench/figure"
	"guichet/internal/demo"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/verify"
)

// year measures what a year of 3,000 closed dossiers takes: judged month by month, written, and verified over all subsets of
// its columns by the room that shares no code with those that wrote it. Making the dossiers up is not counted.
func year(rounds int) error {
	if rounds == 0 {
		return nil
	}
	catalogue, refusals := procedure.Load(guichet.Files)
	if len(refusals) > 0 {
		return fmt.Errorf("%v", refusals[0])
	}
	words, err := fs.Sub(guichet.Files, "web/text")
	if err != nil {
		return err
	}
	texts, err := text.Load(words)
	if err != nil {
		return err
	}
	for _, p := range catalogue.All() {
		if p.Release == nil {
			continue
		}
		wish := demo.Usual(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
		wish.Months, wish.PerYear = 12, 3000
		past, err := demo.MakePast(p, wish)
		if err != nil {
			return err
		}
		var seconds []float64
		rows := 0
		for range rounds {
			began := time.Now()
			replay, err := past.Replay()
			if err != nil {
				return err
			}
			var book bytes.Buffer
			if err := replay.Write(&book, len(replay.Months)-1, texts, text.FR); err != nil {
				return err
			}
			report, err := verify.File(book.Bytes(), p.Release.Source, nil)
			if err != nil {
				return err
			}
			if !report.Passed() {
				return errors.New("the year's file does not pass the verifier")
			}
			seconds, rows = append(seconds, time.Since(began).Seconds()), replay.Rows(len(replay.Months)-1)
		}
		figure.AtMost("release_year", figure.Median(seconds), "s", 1)
		figure.Beside("release_year_rows", float64(rows), "rows")
		return nil
	}
	return errors.New("no procedure has a release schema")
}
