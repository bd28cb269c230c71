package grammar

func packets() []Grammar { return nil }
