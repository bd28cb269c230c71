package grammar

// columnOf knows English and German names, as readColumnName writes them: lower
// case, without blanks and dashes.
func columnOf(name string) column {
	switch name {
	case "time", "timestamp", "datetime", "dateandtime", "datefirstseen", "firstseen", "seen", "sourcetime", "eventtime",
		"starttime", "start", "began", "timestart", "devicereceptiontime", "receptiontime", "when", "observed",
		"observationtime", "observedat", "detectiontime", "detected", "detectedat", "logtime", "attacktime", "firstattack",
		"incidenttime", "reporttime", "timeofevent", "timeofattack", "ts", "epoch", "unixtime", "localtime", "logdate",
		"attackdate", "detectiondate", "eventdate", "firsttime", "firstevent", "eventtimestamp", "attacktimestamp",
		"sourcetimestamp", "firstattempt", "attackstart", "starttimestamp", "zeit", "zeitpunkt", "zeitstempel", "datumuhrzeit", "datumzeit", "datumundzeit", "beginn":
		return columnTime
	case "date", "day", "datum":
		return columnDate
	case "uhrzeit", "clock", "timeofday":
		return columnClock
	case "lastseen", "endtime", "end", "timeend", "lastattack", "lasttime", "lastevent", "datelastseen", "lastattempt", "attackend", "ende", "until":
		return columnEnd
	case "timezone", "tz", "zeitzone":
		return columnZone
	case "data":
		return columnData
	case "src", "source", "srcip", "sourceip", "ipsrc", "ipsource", "srcaddr", "srcaddress", "sourceaddress", "sourceaddr",
		"sip", "saddr", "clientip", "client", "clientaddress", "cip", "attacker", "attackerip", "attackersip", "attackingip",
		"attackeraddress", "attackinghost", "offender", "offenderip", "offendingip", "offendingaddress", "infectedserver",
		"infectedip", "infectedhost", "infectedsystem", "infectedmachine", "compromisedip", "compromisedhost", "botip",
		"remoteip", "remoteaddr", "remotehost", "remoteaddress", "rhost", "from", "fromip", "srchost", "sourcehost",
		"sourceipaddress", "srcipaddress", "sourceipv4", "sourceipv6", "srcipv4", "srcipv6", "abuserip", "abusiveip",
		"scannerip", "scanner", "origin", "originip", "sendingip", "senderip", "idorigh", "proxydriverip", "intruder",
		"intruderip", "maliciousip", "hostileip", "suspectip",
		"quelle", "quellip", "quelladresse", "quellipadresse", "angreifer", "angreiferip", "ipquelle":
		return columnSource
	case "dst", "dest", "destination", "dstip", "destip", "destips", "dstips", "destinationip", "destinationips", "dstaddr",
		"dstaddress", "destaddr", "destaddress", "destinationaddress", "destinationaddr", "dip", "daddr", "target", "targetip",
		"targetips", "targets", "targetaddress", "targethost", "victim", "victimip", "victimaddress", "victimhost", "serverip",
		"serveraddress", "to", "toip", "localip", "localaddress", "localaddr", "ccip", "c2", "c2ip", "cncip", "dsthost",
		"desthost", "destinationhost", "destinationipaddress", "dstipaddress", "targetipaddress", "destinationipv4",
		"destinationipv6", "dstipv4", "dstipv6", "attackedip", "attackedhost", "attackedserver", "honeypot", "honeypotip",
		"sensorip", "idresph", "attacktarget", "attackedaddress",
		"ziel", "zielip", "zieladresse", "zielipadresse", "opfer", "opferip", "ipziel":
		return columnTarget
	case "ip", "ipaddress", "ipaddr", "address", "addr", "hostip", "ipv4", "ipv6", "ip4", "ip6", "ipv4address", "ipv6address",
		"ips", "ipaddresses", "ipadresse", "adresse", "adressen":
		return columnHost
	case "host", "server", "system", "machine", "rechner":
		return columnWeak
	case "startaddress", "endaddress", "startip", "endip", "rangestart", "rangeend", "firstip", "lastip", "netstart",
		"netend", "firstaddress", "lastaddress", "ipstart", "ipend", "ipfrom", "ipto":
		return columnRange
	}
	if c := portColumn(name); c != columnUnknown {
		return c
	}
	return detailColumn(name)
}

func portColumn(name string) column {
	switch name {
	case "port", "ports":
		return columnPort
	case "srcport", "sourceport", "sport", "spt", "sourceports", "srcports", "clientport", "attackerport", "remoteport",
		"botport", "srcpt", "fromport", "portsrc", "portsource", "idorigp", "proxydriverport", "quellport", "portquelle":
		return columnSourcePort
	case "dstport", "destport", "destinationport", "dport", "dpt", "destinationports", "dstports", "destports", "targetport",
		"targetports", "serverport", "victimport", "localport", "attackedport", "scannedport", "portscanned", "ccport",
		"c2port", "dstpt", "toport", "portdst", "portdestination", "portdest", "idrespp", "honeypotport", "zielport",
		"portziel":
		return columnTargetPort
	}
	return columnUnknown
}

// detailColumn knows the names of what is neither time, side nor port.
func detailColumn(name string) column {
	switch name {
	case "protocol", "proto", "prot", "protokoll", "ipprotocol", "transport", "transportprotocol", "l4proto", "ipproto":
		return columnProtocol
	case "packets", "pkts", "packet", "packetcount", "numpackets", "pakete", "origpkts", "totalpackets":
		return columnPackets
	case "bytes", "octets", "bytecount", "totalbytes", "numbytes", "origbytes":
		return columnBytes
	case "size", "length", "len", "packetsize", "packetlength", "iplen", "größe", "länge":
		return columnSize
	case "count", "hits", "attempts", "events", "eventcount", "anzahl", "treffer", "versuche", "connections", "requests",
		"tries", "queries", "sessions", "attacks", "occurrences", "numattempts", "hitcount", "totalattempts", "failures",
		"numberofattempts", "anfragen", "verbindungen":
		return columnCount
	case "tag", "tags", "type", "category", "class", "classification", "reason", "attack", "attacktype", "threattype",
		"threat", "incident", "incidenttype", "abusetype", "eventtype", "signature", "alert", "rule", "method", "taxonomy",
		"attackname", "attackcategory", "eventname", "event", "activity", "art", "kategorie", "grund", "typ", "angriff", "report":
		return columnTag
	case "malware", "botname", "bot", "botnet", "infection", "malwarefamily", "family", "malwarename", "virus",
		"infectiontype", "schadsoftware", "schadprogramm":
		return columnMalware
	case "message", "msg", "description", "info", "details", "detail", "comment", "text", "logline", "log", "raw", "payload",
		"logentry", "logmessage", "additionalinfo", "beschreibung", "nachricht", "meldung", "bemerkung":
		return columnMessage
	case "user", "username", "login", "account", "url", "uri", "request", "path", "useragent", "agent", "query", "service",
		"status", "flags", "tcpflags", "requestpacket", "domain", "domainname", "action", "state", "connstate", "benutzer",
		"dienst", "httprequest", "httpmethod", "application", "statuscode", "flag":
		return columnNote
	case "asn", "as", "asnumber", "srcasn", "sourceasn", "asnr":
		return columnASN
	case "country", "countryname", "countrycode", "cc", "geo", "region", "city", "isp", "org", "organization", "asname",
		"dnsname", "dnshostname", "hostname", "fqdn", "rdns", "ptr", "netname", "network", "naics", "sic", "severity", "score",
		"rating", "id", "no", "nr", "uid", "password", "sector", "sensor", "sensorname", "interface", "ttl", "land",
		"provider", "priority", "certsubjectcommonname", "duration", "dauer", "destcountry", "srccountry", "abusecontact":
		return columnSide
	}
	return columnUnknown
}

// romanceColumn knows Spanish, Portuguese, Italian and French names.
func romanceColumn(name string) column {
	switch name {
	case "fecha", "fechadelataque":
		return columnDate
	case "hora", "heure", "ora":
		return columnClock
	case "fechahora", "fechayhora", "datahora", "dataehora", "dataora", "horodatage", "dateheure", "dateetheure", "momento":
		return columnTime
	case "iporigen", "ipdeorigen", "origen", "direccionorigen", "direcciónorigen", "direcciondeorigen", "direccióndeorigen",
		"atacante", "ipatacante", "iporigem", "ipdeorigem", "origem", "enderecoorigem", "endereçoorigem", "enderecodeorigem",
		"endereçodeorigem", "adressesource", "adresseipsource", "attaquant", "ipattaquant", "ipsorgente", "sorgente",
		"indirizzosorgente", "attaccante":
		return columnSource
	case "ipdestino", "ipdedestino", "destino", "direcciondestino", "direccióndestino", "direcciondedestino",
		"direccióndedestino", "enderecodestino", "endereçodestino", "enderecodedestino", "endereçodedestino", "alvo", "ipalvo",
		"victima", "víctima", "vitima", "vítima", "ipdestination", "adressedestination", "adresseipdestination", "ipcible",
		"cible", "victime", "ipdestinazione", "destinazione", "indirizzodestinazione":
		return columnTarget
	case "direccionip", "direcciónip", "enderecoip", "endereçoip", "adresseip", "indirizzoip":
		return columnHost
	case "protocolo", "protocole", "protocollo":
		return columnProtocol
	case "paquetes", "pacotes", "paquets", "pacchetti":
		return columnPackets
	case "intentos", "tentativas", "tentatives", "tentativi", "cantidad", "quantidade", "nombre", "conexiones", "ataques":
		return columnCount
	case "tipo", "categoria", "categoría", "motivo", "motif", "raison", "catégorie", "ataque", "attaque":
		return columnTag
	case "mensaje", "mensagem", "descripcion", "descripción", "descricao", "descrição", "messaggio":
		return columnMessage
	case "usuario", "usuário", "utilisateur":
		return columnNote
	}
	return romancePortColumn(name)
}

func romancePortColumn(name string) column {
	switch name {
	case "puerto", "porta", "puertos", "portas":
		return columnPort
	case "puertoorigen", "puertodeorigen", "portaorigem", "portadeorigem", "portasorgente":
		return columnSourcePort
	case "puertodestino", "puertodedestino", "portadestino", "portadedestino", "portcible", "portadestinazione":
		return columnTargetPort
	}
	return columnUnknown
}
