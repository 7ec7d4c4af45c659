package text

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is an entry of ISO 3166-1 with its usual name in a language.
type Country struct {
	Code string // two capital letters
	Name string
}

// isoCodes are the officially assigned codes of ISO 3166-1 and XK, the code in use for Kosovo.
const isoCodes = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW`

// Stateless is the code of a person without a nationality, after XXA of ICAO 9303 part 3.
const Stateless = "XA"

// renamed corrects names that changed after the edition of CLDR in use, or that are too long for a list.
var renamed = map[string]Words{
	"CZ":      {FR: "Tchéquie", EN: "Czechia"},
	"HK":      {FR: "Hong Kong", EN: "Hong Kong"},
	"MK":      {FR: "Macédoine du Nord", EN: "North Macedonia"},
	"MO":      {FR: "Macao", EN: "Macao"},
	"PS":      {FR: "Palestine", EN: "Palestine"},
	"SZ":      {FR: "Eswatini", EN: "Eswatini"},
	"TR":      {FR: "Turquie", EN: "Türkiye"},
	Stateless: {FR: "Apatride", EN: "Stateless"},
}

type atlas struct {
	countries     []Country
	nationalities []Country
	names         map[string]string
}

var atlases = map[Lang]func() *atlas{
	FR: sync.OnceValue(func() *atlas { return draw(FR) }),
	EN: sync.OnceValue(func() *atlas { return draw(EN) }),
}

func draw(l Lang) *atlas {
	a := &atlas{names: map[string]string{}}
	namer := display.Regions(l.tag())
	for _, code := range strings.Fields(isoCodes) {
		name := renamed[code].In(l)
		if name == "" {
			name = strings.ReplaceAll(namer.Name(language.MustParseRegion(code)), "'", "’")
		}
		a.names[code] = name
		a.countries = append(a.countries, Country{code, name})
	}
	Sort(l, a.countries, func(c Country) string { return c.Name })
	a.names[Stateless] = renamed[Stateless].In(l)
	a.nationalities = append(slices.Clone(a.countries), Country{Stateless, a.names[Stateless]})
	return a
}

func atlasOf(l Lang) *atlas {
	if l == EN {
		return atlases[EN]()
	}
	return atlases[FR]()
}

// Countries lists the countries in the order a reader of the language expects. Do not change the slice.
func Countries(l Lang) []Country { return atlasOf(l).countries }

// Nationalities lists the countries, named as countries are, and Stateless at the end.
func Nationalities(l Lang) []Country { return atlasOf(l).nationalities }

// CountryName names a country, or gives the code back when it is none.
func CountryName(l Lang, code string) string {
	if name, ok := atlasOf(l).names[code]; ok {
		return name
	}
	return code
}

// IsCountry reports whether code is one that Countries lists.
func IsCountry(code string) bool {
	_, ok := atlasOf(FR).names[code]
	return ok && code != Stateless
}

// Sort orders items by the language's alphabet (é beside e, case ignored first).
func Sort[T any](l Lang, items []T, name func(T) string) {
	c := collate.New(l.tag(), collate.IgnoreCase)
	slices.SortStableFunc(items, func(a, b T) int { return c.CompareString(name(a), name(b)) })
}
