package checklist

func processReaders() []reader {
	return []reader{psReader(), topReader(), procExeReader()}
}

func processRules() []rule { return nil }
