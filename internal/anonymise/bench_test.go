package anonymise

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"syscall"
	"testing"
)

// processor is the time this process has kept processors busy, in milliseconds.
func processor() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

// BenchmarkAdult solves the public cases; run it with -bench 'Adult/own' to see those of nine columns.
func BenchmarkAdult(b *testing.B) {
	d, hierarchies := adult(b)
	text, err := os.ReadFile("../../testdata/adult-cases.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var want expectation
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			b.Fatal(err)
		}
		if want.Kind != "optimum" {
			continue
		}
		c, err := ParseCase("adult-cases.jsonl", n, lines.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(want.ID, func(b *testing.B) {
			checked := 0
			least := math.Inf(1)
			for b.Loop() {
				before := processor()
				e, err := NewEngine(d, hierarchies, c)
				if err != nil {
					b.Fatal(err)
				}
				r, err := e.Optimum(context.Background(), 1)
				if err != nil || !r.Proven {
					b.Fatal(err)
				}
				checked = r.Checked
				least = min(least, processor()-before)
			}
			b.ReportMetric(float64(checked), "checked")
			b.ReportMetric(least, "least-cpu-ms") // what a busy machine blurs least
		})
	}
}
