package stage

import (
	"fmt"
	"strconv"
	"time"

	"guichet/internal/form"
)

// Typed is an answer as a person types it, by the names of its controls.
func Typed(field *form.Field, path string, answer any) map[string][]string {
	switch field.Kind {
	case form.Date:
		at, err := time.Parse(time.DateOnly, fmt.Sprint(answer))
		if err != nil {
			panic(err) // a persona with a date that is none
		}
		return map[string][]string{
			path + ".day": {strconv.Itoa(at.Day())}, path + ".month": {strconv.Itoa(int(at.Month()))}, path + ".year": {strconv.Itoa(at.Year())},
		}
	case form.Choices:
		var out []string
		for _, x := range answer.([]any) {
			out = append(out, fmt.Sprint(x))
		}
		return map[string][]string{path: out}
	case form.Bool:
		return map[string][]string{path: {map[bool]string{true: "yes", false: "no"}[answer.(bool)]}}
	}
	return map[string][]string{path: {fmt.Sprint(answer)}}
}
