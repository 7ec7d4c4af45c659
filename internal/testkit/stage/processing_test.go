package stage_test

import (
	"encoding/json"
	"strings"
	"testing"

	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

// The register, the impact assessment and the public page are read from each definition, in both languages: what they say of
// purposes, periods and recipients is what the definition says, and what a human has to judge is left blank.
func TestRegisterOfProcessings(t *testing.T) {
	a := stage.Open(t)
	admin := a.Administrator("admin@example.org")
	anybody := a.Visit(stage.Applicants, "fr")
	for _, def := range a.Catalogue.All() {
		at := "/processing/" + def.ID
		for _, l := range text.Langs {
			list := admin.Get("/processing?lang=" + string(l)).Shows(def.Title.In(l))
			if list.Status != 200 {
				t.Fatal(list.Status)
			}
			entry, assessment, public := admin.Get(at), admin.Get(at+"/assessment"), anybody.Get("/data/"+def.ID+"?lang="+string(l))
			var want []string
			want = append(want, def.Flow.Processing.Texts...)
			for _, w := range def.Flow.Processing.Persons {
				want = append(want, w.In(l))
			}
			for _, k := range def.Flow.KeepRules {
				want = append(want, strings.Trim(k.Quote, "«» \u00a0"))
			}
			for _, c := range def.Form.Categories {
				want = append(want, c.Label.In(l))
			}
			for _, w := range want {
				entry.Shows(w)
				assessment.Shows(w)
				public.Shows(w)
			}
			blank := map[text.Lang]string{text.FR: "À compléter", text.EN: "To be completed"}[l]
			if n := strings.Count(string(assessment.Body), blank); n < 17 {
				t.Errorf("%s in %s leaves %d blanks", def.ID, l, n)
			}
			for _, s := range def.Form.Steps {
				assessment.Shows(s.Title.In(l))
			}
		}
		var file map[string]any
		if err := json.Unmarshal(admin.Try(at+"/register.json").Want(200).Body, &file); err != nil || file["procedure"] != def.ID {
			t.Fatalf("%v", err)
		}
		for _, l := range text.Langs {
			entry, _ := file[string(l)].(map[string]any)
			for _, part := range []string{"record", "rights", "recipients", "categories", "periods", "data", "security"} {
				if s, _ := json.Marshal(entry[part]); len(s) < 20 {
					t.Errorf("%s in %s: %s is %s", def.ID, l, part, s)
				}
			}
		}
	}
	admin.Try("/processing/none").Want(404)
	a.Hire("agent@example.org", "fr", "authority").Try("/processing").Want(403)
}
