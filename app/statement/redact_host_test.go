package statement

import "testing"

// TestRedactHosts: names of two labels whose ending is a file's as well, and
// domains inside names of files.
func TestRedactHosts(t *testing.T) {
	for text, want := range map[string]string{
		// Poland's names, alone and where a name of a host stands.
		"strona firma.pl nie działa":              "strona HOST-1 nie działa",
		"firma.pl":                                "HOST-1",
		"firma.pl:443":                            "HOST-1:443",
		"ServerName firma.pl":                     "ServerName HOST-1",
		"root kim 4096 Nov 17 04:05 firma.pl":     "root kim 4096 Nov 17 04:05 HOST-1",
		"/var/www/firma.pl/index.php":             "/var/www/HOST-1/index.php",
		"/var/www/firma.pl":                       "/var/www/HOST-1",
		"/etc/letsencrypt/live/firma.pl/cert.pem": "/etc/letsencrypt/live/HOST-1/cert.pem",
		"/home/ftp/domains/firma.pl/public_html":  "/home/ftp/domains/HOST-1/public_html",
		"firma-nowa.com.pl":                       "HOST-1",
		// The rest of the shared endings, where only a host can stand.
		"server_name klinika.md;":    "server_name HOST-1;",
		"/var/www/negocio.py/x.php":  "/var/www/HOST-1/x.php",
		"mail from helo=<firma.so>":  "mail from helo=<HOST-1>",
		"ping start.up.sh":           "ping HOST-1",
		"/srv/vhosts/agency.zip/log": "/srv/vhosts/HOST-1/log",
		// Domains in names of files.
		"/etc/nginx/sites-enabled/firma.de.conf":        "/etc/nginx/sites-enabled/HOST-1.conf",
		"/var/log/nginx/firma.pl.access.log":            "/var/log/nginx/HOST-1.access.log",
		"/var/log/apache2/www.firma.de-access.log.2.gz": "/var/log/apache2/HOST-1-access.log.2.gz",
		"shop.example_ssl.conf firma.com_443.log":       "shop.example_ssl.conf HOST-1_443.log",
		"backup-firma.fr.tar.gz":                        "HOST-1.tar.gz",
		"db_firma.eu.sql.gz":                            "HOST-1.sql.gz",
		// Files, units, libraries, settings.
		"sshd.service, update.php, libc.so, collect.sh": "sshd.service, update.php, libc.so, collect.sh",
		"perl bot.pl -w x":                                "perl bot.pl -w x",
		"/tmp/.x/mail.pl ./firma.pl -d":                   "/tmp/.x/mail.pl ./firma.pl -d",
		"/usr/bin/perl -w /root/firma.pl":                 "/usr/bin/perl -w /root/firma.pl",
		"perl -w firma.pl":                                "perl -w firma.pl",
		"python3 worker.py, README.md, id_rsa.pub":        "python3 worker.py, README.md, id_rsa.pub",
		"update.py:22: error, backup.zip, data.bz":        "update.py:22: error, backup.zip, data.bz",
		"/etc/ld.so.conf /etc/ld.so.cache my.cnf":         "/etc/ld.so.conf /etc/ld.so.cache my.cnf",
		"kern.log.gz auth.log nginx.conf error.log.old":   "kern.log.gz auth.log nginx.conf error.log.old",
		"dpkg.status.old 10-foo.conf 5.10.log":            "dpkg.status.old 10-foo.conf 5.10.log",
		"/lib/x86_64-linux-gnu/libnss_files.so.2":         "/lib/x86_64-linux-gnu/libnss_files.so.2",
		"systemd-networkd.service.conf multi-user.target": "systemd-networkd.service.conf multi-user.target",
		"jquery.min.js style.css net.ipv4.conf.all":       "jquery.min.js style.css net.ipv4.conf.all",
	} {
		if got := newRedactor(nil).text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
