package checklist

func processReaders() []reader {
	return []reader{psReader(), topReader(), lsofReader(), procExeReader(), pstreeReader(), procMountsReader(), unhideReader(), dockerReader()}
}
