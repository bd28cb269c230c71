package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// hopTime is how long a probe's dot travels from one hop to the next.
const hopTime = 700 * time.Millisecond

// move lets three dots travel to the hop that is being asked.
func (h *hopChain) move(way [2]float32) {
	dots := make([]*canvas.Circle, 3)
	for i := range dots {
		dots[i] = canvas.NewCircle(h.look.colour(tokPrimary))
		dots[i].Resize(fyne.NewSize(8, 8))
		h.object.Objects = append(h.object.Objects, dots[i])
	}
	circle := h.grown(circleSize)
	from, length := way[0]+circle/2, way[1]-way[0]-circle
	h.motion = fyne.NewAnimation(hopTime, func(done float32) {
		for i, d := range dots {
			at := done - 0.15*float32(i)
			if at < 0 {
				at++
			}
			d.Move(fyne.NewPos(from+length*at-4, h.grown(circleMiddle)-4))
		}
	})
	h.motion.RepeatCount = fyne.AnimationRepeatForever
	h.motion.Curve = fyne.AnimationLinear
	h.motion.Start()
}
