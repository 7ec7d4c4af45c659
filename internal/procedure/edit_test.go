package procedure_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guichet"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// What is set is laid on a definition without a new version of it, and passes the checks that a file passes.
func TestSettingsAreLaidOnADefinition(t *testing.T) {
	c, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	base := c.All()[0]
	list, word, limit := base.Editable.Lists[0], base.Editable.Words[0], base.Editable.Limits[0]
	entries := slices.Clone(list.Entries)
	slices.Reverse(entries)
	entries[0].Label, entries[1].Retired = text.Words{FR: "Autre chose", EN: "Something else"}, true
	p, refused := c.Edited(base.ID, procedure.Changes{
		Words:  map[string]text.Words{word.Path: {FR: "{reference} : reçu", EN: "{reference}: received"}},
		Lists:  map[string][]procedure.Entry{list.Path: entries},
		Limits: map[string]string{limit.Path: limit.Least},
	})
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	if p.Hash != base.Hash {
		t.Error("a setting makes a new version")
	}
	days, _ := workflow.ParseCalendar("01-01")
	c.Serve(map[string]*procedure.Procedure{p.ID: p}, days)
	now := c.Get(base.ID)
	if n := now.Flow.Notification(strings.Split(word.Path, ".")[1]); n.Subject.FR != "{reference} : reçu" {
		t.Errorf("the words are %q", n.Subject.FR)
	}
	offered := now.Flow.Offered()
	if len(offered) != len(entries)-1 || offered[0].Label.EN != "Something else" || now.Flow.Rejection(entries[1].ID) == nil {
		t.Errorf("offered: %+v", offered)
	}
	move := now.Flow.Move(strings.Split(limit.Path, ".")[1])
	if proposed, first, _, _ := now.Flow.Due(move, time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)); !proposed.Equal(first) {
		t.Errorf("proposed %s, the least is %s", proposed, first)
	}
	if proposed, _, _, _ := now.Flow.Due(move, time.Date(2026, 12, 25, 12, 0, 0, 0, time.UTC)); proposed.Format("01-02") != "01-02" {
		t.Errorf("a closed day is proposed: %s", proposed)
	}
	if other := c.Apart().Get(base.ID); other.Flow.Notification("registered") == now.Flow.Notification("registered") {
		t.Error("another catalogue of the same files says what was set here")
	}
	c.Serve(nil, days)
	if n := c.Get(base.ID).Flow.Notification(strings.Split(word.Path, ".")[1]); n.Subject != word.Words {
		t.Error("what was set stays after it was taken away")
	}
}

// What the loader would refuse in a file it refuses in a setting.
func TestSettingsThatDoNotFitAreRefused(t *testing.T) {
	c, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	base := c.All()[0]
	for want, x := range map[string]procedure.Changes{
		`no longer has it`:                        {Words: map[string]text.Words{"states.gone.label": {FR: "x", EN: "x"}}},
		`unknown value between braces "password"`: {Words: map[string]text.Words{base.Editable.Words[0].Path: {FR: "{password}", EN: "x"}}},
		`is outside`:                              {Limits: map[string]string{base.Editable.Limits[0].Path: "P9Y"}},
		`the English text is missing`:             {Lists: map[string][]procedure.Entry{"rejections": {{ID: base.Flow.Rejections[0].ID, Label: text.Words{FR: "x"}}}}},
	} {
		if _, refused := c.Edited(base.ID, x); len(refused) == 0 || !strings.Contains(refused[0].String(), want) {
			t.Errorf("want %q: %v", want, refused)
		}
	}
	for _, w := range base.Editable.Words {
		if strings.HasPrefix(w.Path, "notices.consent.") {
			t.Errorf("%s may be edited, and must be the opinion's words", w.Path)
		}
	}
}
