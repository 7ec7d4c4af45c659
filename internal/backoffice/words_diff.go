package backoffice

import "strings"

// piece is a run of words, and whether the other side lacks them.
type piece struct {
	words   string
	changed bool
}

// mostWords bounds what is compared word by word; longer texts are shown whole.
const mostWords = 2000

// changedWords marks, in an answer before and after, the words that the other lacks: those outside a longest common run.
func changedWords(before, after string) (old, now []piece) {
	a, b := strings.Fields(before), strings.Fields(after)
	if len(a)*len(b) > mostWords*mostWords {
		return []piece{{before, true}}, []piece{{after, true}}
	}
	common := longest(a, b)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			old, now = add(old, a[i], false), add(now, b[j], false)
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			old = add(old, a[i], true)
			i++
		default:
			now = add(now, b[j], true)
			j++
		}
	}
	return old, now
}

// longest tells how many words the rests of both have in common, in order, from each pair of places.
func longest(a, b []string) [][]int32 {
	table := make([][]int32, len(a)+1)
	for i := range table {
		table[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// add puts a word behind those of its kind.
func add(pieces []piece, word string, changed bool) []piece {
	if n := len(pieces); n > 0 && pieces[n-1].changed == changed {
		pieces[n-1].words += " " + word
		return pieces
	}
	return append(pieces, piece{word, changed})
}
