package grammar

func services() []Grammar { return nil }
