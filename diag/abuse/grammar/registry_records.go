package grammar

func records() []Grammar { return nil }
