package form_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/form"
)

var today = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// family is a full application: a married third-country couple with three children, hosted.
func family() form.Raw {
	raw := form.Raw{}
	for line := range strings.Lines(familyAnswers) {
		path, value, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if !ok {
			continue
		}
		raw[path] = strings.Split(value, "|")
	}
	for _, doc := range []string{
		"holder_identity", "birth_certificate", "french_card", "family_proof", "income_proofs",
		"residence_proof", "electricity", "good_character", "visa_d", "minor_child_papers.k1", "minor_child_papers.k2",
	} {
		raw["documents."+doc] = []string{"0198a3c2-7d11-7000-8000-000000000001"}
	}
	return raw
}

const familyAnswers = `
applicant.is_applicant = yes
declarant.mail = lina.haddad@exemple.mc
applicant.title = ms
applicant.last_name = Haddad
applicant.usual_name =
applicant.first_names = Lina Élise
applicant.sex = female
applicant.family_status = married
applicant.birth_date = 27|3|1985
applicant.birth_time = 9h05
applicant.birth_city = Beyrouth
applicant.birth_country = LB
stay.nationality = LB
stay.other_nationality = k1
stay.other_nationality.k1.country = CA
stay.eea_or_third = third
stay.id_type = passport
stay.id_country = LB
stay.id_number = LR1234567
stay.id_issued_on = 2|5|2022
stay.id_expires_on = 1|5|2032
partner = k1
partner.k1.link = spouse
partner.k1.title = mr
partner.k1.last_name = Haddad
partner.k1.first_name = Karim
partner.k1.birth_date = 4|11|1981
partner.k1.nationality = LB
partner.k1.lives_together = yes
parents.father_last_name = Khoury
parents.father_first_name = Georges
parents.mother_birth_name = Saad
parents.mother_first_name = Mona
parents.siblings =
children = k1|k2|k3
children.k1.last_name = Haddad
children.k1.first_name = Nour
children.k1.birth_date = 3|2|2014
children.k1.sex = female
children.k1.parental_authority = both
children.k1.lives_with_applicant = yes
children.k1.school_or_work = École des Révoires
children.k2.last_name = Haddad
children.k2.first_name = Sami
children.k2.birth_date = 9|8|2017
children.k2.sex = male
children.k2.parental_authority = both
children.k2.lives_with_applicant = yes
children.k3.last_name = Haddad
children.k3.first_name = Yara
children.k3.birth_date = 12|12|2005
children.k3.sex = female
children.k3.lives_with_applicant = no
children.k3.address = 12 rue Hamra
children.k3.postcode_city = 1103 Beyrouth
children.k3.country = LB
previous.country = FR
previous.address = 3 avenue de Verdun
previous.postcode = 06000
previous.city = Nice
housing.address = 7 rue Grimaldi
housing.block = B
housing.floor = 4
housing.flat_no = 12
housing.dwelling = flat
housing.tenure = hosted
housing.surface_m2 = 82,5
housing.rooms = 3
housing.occupants = 5
housing.parking = 1
contact.email = lina.haddad@exemple.mc
contact.phone = +33 6 12 34 56 78
contact.channel = both
contact.language = fr
studies.text = Licence de lettres
career = k1|k2
career.k1.occupation = Traductrice
career.k1.from = 1|9|2008
career.k1.to = 31|8|2016
career.k1.employer = Éditions du Cèdre
career.k2.occupation = Interprète
career.k2.from = 1|10|2016
career.k2.employer = À son compte
work.status = self_employed
finance.means = salary|bank_references
finance.bank_refs = k1
finance.bank_refs.k1.reference = FR76 3000 6000 0112 3456 7890 189
finance.resources =
finance.owner_here = no
finance.owner_abroad =
`

func TestFamilyCanSubmit(t *testing.T) {
	j := residence(t).Walk(family(), nil, today)
	for _, p := range j.Problems() {
		if !p.Warn {
			t.Errorf("%s %s: %s", p.Path, p.Code, p.Message.FR)
		}
	}
	for _, s := range j.Steps() {
		t.Log(s.Step.ID, j.Status(s.Step.ID))
		if st := j.Status(s.Step.ID); st != form.Done && st != form.Skipped {
			t.Errorf("step %s is %v", s.Step.ID, st)
		}
	}
	if err := j.Err(); err != nil {
		t.Error(err)
	}
	if missing := j.MissingDocuments(); len(missing) > 0 {
		t.Errorf("missing %s and %d more", missing[0].Path, len(missing)-1)
	}
	if got := j.Value("children.at_home"); got != 2 {
		t.Errorf("children.at_home = %v, want 2", got)
	}
}

func BenchmarkCompile(b *testing.B) {
	d := definition(b)
	for b.Loop() {
		form.Compile(d)
	}
}

func BenchmarkWalk(b *testing.B) {
	c, raw := residence(b), family()
	b.ReportAllocs()
	for b.Loop() {
		c.Walk(raw, nil, today)
	}
}

func BenchmarkCheckStep(b *testing.B) {
	c, raw := residence(b), family()
	j := c.Walk(raw, nil, today)
	for _, step := range []string{"applicant", "birth", "children", "housing", "contact"} {
		b.Run(step, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				j.Check(step)
			}
		})
	}
}

// One compiled form serves every request.
func TestCompiledIsShared(t *testing.T) {
	c := residence(t)
	want := len(c.Walk(family(), nil, today).Relevant())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				j := c.Walk(family(), form.Facts{"account.email": "x@exemple.mc"}, today)
				if form.Blocking(j.Problems()) || len(j.Relevant()) != want || j.Values()["children.count"] != 3 {
					t.Error("another journey interfered")
				}
			}
		})
	}
	wg.Wait()
}
