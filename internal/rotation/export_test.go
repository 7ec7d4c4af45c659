package rotation

import (
	"context"
	"maps"
	"slices"
	"time"
)

// Tables are those that the rotation knows.
func Tables() []string { return slices.Sorted(maps.Keys(shelves)) }

// FollowFast is Follow with a beat that a test can wait for.
func FollowFast(ctx context.Context, h *House) {
	for ctx.Err() == nil {
		_ = h.Beat(ctx)
		wait := time.NewTimer(20 * time.Millisecond)
		select {
		case <-ctx.Done():
		case <-wait.C:
		}
		wait.Stop()
	}
}
