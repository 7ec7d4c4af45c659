package e2e

import "testing"

// The edge of sixteen years: a day too young is told so where the scripts never run, sixteen to the day goes on.
func TestSixteenToTheDay(t *testing.T) {
	tab, _ := atStep(t, "birth", mouse{})
	for id, words := range map[string]string{
		"applicant.birth_date.month": "11", "applicant.birth_date.year": "2010", "applicant.birth_city": "Namur",
	} {
		tab.type_(id, words)
	}
	tab.type_("applicant.birth_date", "21")
	tab.send(`main button[value=continue]`)
	tab.says("16 ans")
	tab.holds("applicant.birth_date", "21")
	tab.type_("applicant.birth_date", "20")
	tab.send(`main button[value=continue]`)
	if look[bool](tab, `!!document.querySelector("a[href='#applicant.birth_date']")`) {
		t.Errorf("sixteen to the day is refused:\n%s", tab.words())
	}
}
