package release

import (
	"context"
	"errors"
)

// Between calls fn between two steps of a freeze or of a file, with the step's name; its error ends the run there.
func (h *House) Between(fn func(step string) error) { h.step = fn }

// RunFreeze does what the job of a night does.
func RunFreeze(ctx context.Context, h *House) error {
	return errors.Join(h.FreezeAll(ctx), h.TabulateAll(ctx))
}
