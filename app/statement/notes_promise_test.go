package statement

import "testing"

// A promise needs a day; what is done, or holds already, needs none.
func TestPromised(t *testing.T) {
	for language, rows := range promiseRows() {
		for _, text := range rows.done {
			if got := promised(text); got != "" {
				t.Errorf("%s: %q is done, and taken for a promise", language, text)
			}
		}
		for _, text := range rows.promise {
			if promised(text) == "" {
				t.Errorf("%s: %q is a promise", language, text)
			}
		}
	}
}

type promiseRow struct{ done, promise []string }

func promiseRows() map[string]promiseRow {
	return map[string]promiseRow{
		"de": {
			done: []string{
				"Ausgehender Verkehr wird jetzt gefiltert.",
				"Ausgehender Verkehr wird seit 14:10 UTC gefiltert",
				"Updates werden automatisch eingespielt.",
				"Passwörter werden nicht mehr angenommen, nur noch Schlüssel.",
				"Die Logs werden täglich geprüft.",
				"Port 22 wird inzwischen auf 10 Verbindungen begrenzt.",
				"Es werden keine Skripte im Upload-Ordner mehr ausgeführt.",
				"Ab sofort werden Updates wöchentlich eingespielt.",
				"Die Lücke konnte geschlossen werden.",
				"Der Server musste neu gestartet werden.",
				"Der Bot wurde beendet, seine Datei ist gelöscht worden.",
				"Das Plugin wurde entfernt, sobald der Bot gefunden war.",
				"Firewall eingerichtet, damit das nicht wieder geschehen wird.",
				"SSH ist nur noch mit Schlüssel möglich.",
				"Der Dienst wird derzeit nicht betrieben.",
				"Am 17. November wird der Port gesperrt.",
				"Bis 2026-11-20 werden alle Passwörter gewechselt.",
				"Die Mail-Warteschlange wird nun überwacht.",
			},
			promise: []string{
				"Wir werden eine Firewall installieren.",
				"Ich werde jetzt die Passwörter ändern.",
				"Künftig werden Updates eingespielt.",
				"Der Port wird gesperrt.",
				"Passwörter werden geändert.",
				"Die Firewall wird bald eingerichtet.",
				"Demnächst folgt ein neuer Kernel.",
				"Wir wollen den Server neu aufsetzen.",
				"Ein Umzug ist geplant.",
				"Der Server wird neu installiert werden.",
				"Bot am 2026-11-17 entfernt. Wir werden die Updates einspielen.",
				"Wir planen eine Überwachung.",
				"In Zukunft achten wir auf Updates.",
				"Zukünftig ist SSH nur mit Schlüssel erlaubt.",
				"Bot entfernt; Updates werden eingespielt.",
				"Ausgehender Verkehr wird jetzt gefiltert, Passwörter werden noch geändert.",
			},
		},
		"en": {
			done: []string{
				"Outgoing traffic is now filtered.",
				"Outgoing traffic has been filtered since 14:10 UTC.",
				"Updates are installed automatically.",
				"Passwords are no longer accepted.",
				"The bot was removed as soon as it was seen.",
				"Packets going to 198.51.100.0/24 are dropped.",
				"The process was going to port 22 of many addresses.",
				"From now on only keys will be accepted.",
				"New connections are limited to 10 a minute.",
				"Logs are being sent to another machine.",
				"The plugin was removed and the password changed.",
				"Alerts are set so that it will be noticed at once.",
				"The service is closed to the outside.",
				"SSH by key only, effective immediately.",
				"By 2026-11-20 a firewall will be set up.",
				"The will of the owner was respected.",
				"The planned update was done.",
			},
			promise: []string{
				"We will install a firewall.",
				"I will change the passwords.",
				"A firewall will be set up.",
				"We’ll block port 22.",
				"We are going to reinstall the server.",
				"The server is going to be reinstalled.",
				"We plan to update the kernel.",
				"A reinstall is planned.",
				"Updates follow soon.",
				"In future all updates are automatic.",
				"In the near future we move to another system.",
				"Bot removed on 2026-11-17. We will install a firewall.",
				"The port will also be blocked.",
				"We intend to use keys only.",
				"Bot removed; passwords will be changed.",
				"Outgoing traffic is now filtered, passwords will be changed.",
			},
		},
		"fr": {
			done: []string{
				"Le trafic sortant est maintenant filtré.",
				"Le trafic sortant est filtré depuis 14:10 UTC.",
				"Les mises à jour sont installées automatiquement.",
				"Désormais, seules les clés seront acceptées.",
				"Le trafic sera désormais filtré.",
				"Le robot a été supprimé dès que nous l’avons vu.",
				"Nous filtrons le trafic sortant.",
				"Les mots de passe ont été changés.",
				"Le port est bloqué.",
				"Le service n’est plus accessible de l’extérieur.",
				"Le greffon a été retiré et la faille corrigée.",
				"Les journaux sont envoyés vers une autre machine.",
				"Dès maintenant, le port 22 est fermé.",
				"Le 20 novembre 2026, le serveur sera réinstallé.",
				"Nous administrons le serveur nous-mêmes.",
				"La connexion par clé est déjà en place.",
			},
			promise: []string{
				"Nous allons installer un pare-feu.",
				"Je vais changer les mots de passe.",
				"Nous installerons un pare-feu.",
				"Je changerai les mots de passe.",
				"Le port sera bloqué.",
				"Les mots de passe seront changés.",
				"Nous prévoyons une surveillance.",
				"Une réinstallation est prévue.",
				"Les mises à jour suivront prochainement.",
				"Un pare-feu est bientôt en place.",
				"À l’avenir, nous faisons les mises à jour.",
				"Nous allons maintenant fermer le port.",
				"Robot supprimé le 17 novembre 2026. Nous bloquerons le port.",
				"Robot supprimé ; les mots de passe seront changés.",
				"Nous mettrons à jour le noyau.",
				"Le trafic est filtré, le port sera bloqué.",
			},
		},
	}
}
