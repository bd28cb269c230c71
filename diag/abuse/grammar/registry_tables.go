package grammar

func tables() []Grammar { return nil }
