package grammar

func firewalls() []Grammar { return nil }
