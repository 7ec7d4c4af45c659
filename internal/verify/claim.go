package verify

// claims are the words of every check, by its id.
var claims = map[string]string{
	"certificate": "the certificate is in its form",
	"signature":   "the certificate was signed and not changed since",
	"digest":      "the file is the one that was certified, to the byte",
	"schema":      "the schema is the one the release was made by",
	"bounds":      "the schema keeps to the method: k at least 5, m at least k, 3 values at least, share at most 0.8, 10 columns at most",

	"P10.parts":    "the archive holds the parts of a plain workbook, each byte of it accounted for, and no instant, comment or extra field",
	"P10.content":  "the parts hold cells and nothing else: nothing hidden, named, linked, commented, protected or marked",
	"P10.strings":  "the strings in the file are exactly those of the cells of its three sheets",
	"P10.formulas": "there is no formula, and no cell that a program would read as one",
	"dictionary":   "the dictionary names each column and each of its values, and no other column",

	"P1": "the columns are the schema's, in its order, and every value is one its frozen level can write",
	"P2": "every group of rows that are equal on any set of columns counts at least k rows",
	"P3": "whatever the other columns say, every sensitive column keeps its different values, none above the share",
	"P4": "no row stands in the file for a record that was held back: no cell is empty or *, and the cohorts add up to the rows",
	"P5": "no value of any column is rare: each one that stands in the file counts at least k rows",
	"P6": "the levels are those frozen in the schema, whatever the data",

	"cohorts": "each cohort is the one that was frozen, sorted by its cells",
	"P7":      "each cohort, and all that can be had by taking one state of the file from a later one, is nothing or keeps k and the diversity",

	"P2h":     "every cell counts at least k households and k filers",
	"figures": "the certificate's figures are those of the file and its schema, and it says against whom it holds and what it does not promise",
	"tests":   "the tests in the certificate end as they do here",
}
