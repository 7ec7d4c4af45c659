package localdb

import "testing"

// BenchmarkWarmStart measures the start of an existing cluster: some 40 ms of the second
// that a second start of the service may take.
func BenchmarkWarmStart(b *testing.B) {
	o := Options{Dir: folder(b), Durable: true}
	for first := true; b.Loop(); first = false {
		s, err := Start(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := s.Stop(); err != nil {
			b.Fatal(err)
		}
		if first {
			b.ResetTimer() // it made the cluster
		}
		b.StartTimer()
	}
}
