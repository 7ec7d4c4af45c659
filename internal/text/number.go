package text

import (
	"math"
	"strconv"
	"strings"
)

const (
	nbsp = "\u00a0" // before a unit
	thin = "\u202f" // between thousands, in French
)

// Int writes a whole number: « 1 234 567 », "1,234,567".
func (p Printer) Int(n int64) string {
	if n < 0 {
		return "-" + p.group(strings.TrimPrefix(strconv.FormatInt(n, 10), "-"))
	}
	return p.group(strconv.FormatInt(n, 10))
}

// Decimal writes a number with at most the given digits after the mark, without trailing zeros.
func (p Printer) Decimal(x float64, digits int) string {
	whole, frac, found := strings.Cut(strconv.FormatFloat(math.Abs(x), 'f', digits, 64), ".")
	out := p.group(whole)
	if frac = strings.TrimRight(frac, "0"); found && frac != "" {
		out += p.mark() + frac
	}
	if x < 0 && strings.Trim(out, "0.,") != "" {
		out = "-" + out
	}
	return out
}

// Percent writes a share, 0.125 as « 12,5 % », "12.5%".
func (p Printer) Percent(share float64, digits int) string {
	if p.Lang == EN {
		return p.Decimal(share*100, digits) + "%"
	}
	return p.Decimal(share*100, digits) + nbsp + "%"
}

// Money writes an amount given in euro cents: « 1 234,50 € », "€1,234.50".
func (p Printer) Money(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	amount := p.Int(cents/100) + p.mark() + strconv.FormatInt(100+cents%100, 10)[1:]
	if p.Lang == EN {
		return sign + "€" + amount
	}
	return sign + amount + nbsp + "€"
}

// Size writes a number of bytes in decimal units: « 2,4 Mo », "2.4 MB".
func (p Printer) Size(bytes int64) string {
	unit, units := "B", []string{"kB", "MB", "GB"}
	if p.Lang == FR {
		unit, units = "o", []string{"ko", "Mo", "Go"}
	}
	x := float64(bytes)
	for _, u := range units {
		if x < 999.5 {
			break
		}
		x, unit = x/1000, u
	}
	digits := 0
	if x < 10 && bytes >= 1000 {
		digits = 1
	}
	return p.Decimal(x, digits) + nbsp + unit
}

// List joins items as a sentence does: « a, b et c », "a, b and c".
func (p Printer) List(items []string) string {
	last := len(items) - 1
	if last < 1 {
		return strings.Join(items, "")
	}
	and := " et "
	if p.Lang == EN {
		and = " and "
	}
	return strings.Join(items[:last], ", ") + and + items[last]
}

func (p Printer) mark() string {
	if p.Lang == EN {
		return "."
	}
	return ","
}

func (p Printer) group(digits string) string {
	sep := thin
	if p.Lang == EN {
		sep = ","
	}
	if len(digits) <= 3 {
		return digits
	}
	var b strings.Builder
	lead := (len(digits)-1)%3 + 1
	b.WriteString(digits[:lead])
	for i := lead; i < len(digits); i += 3 {
		b.WriteString(sep)
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}
