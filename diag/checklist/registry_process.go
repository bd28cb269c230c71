package checklist

import "slices"

func processReaders() []reader {
	return slices.Concat([]reader{psReader(), topReader(), lsofReader(), procExeReader(), pstreeReader(), procMountsReader(), unhideReader(), dockerReader()}, guestReaders())
}
