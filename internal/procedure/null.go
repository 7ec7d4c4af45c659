package procedure

import (
	"fmt"
	"reflect"
	"strings"
)

// nulls refuses list items with nothing in them, such as a dash alone: everything after trusts its pointers.
func (r *refusals) nulls(src *source, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			r.nulls(src, v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			item, at := v.Index(i), fmt.Sprintf("%s[%d]", path, i)
			if item.Kind() == reflect.Pointer && item.IsNil() {
				r.add(src, at, "write the item after its dash, or remove the dash", "an item with nothing in it")
			}
			r.nulls(src, item, at)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ","); key != "" && key != "-" {
				r.nulls(src, v.Field(i), strings.TrimPrefix(path+"."+key, "."))
			}
		}
	}
}
