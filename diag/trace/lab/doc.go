// Package lab answers «does it hold on a real network stack?»: it builds a
// small internet out of Linux network namespaces (client, home router, three
// transit routers, the provider's border and core, the server), breaks it as a
// Scenario says, and runs programs in its client as an unprivileged user. No
// packet leaves the machine.
//
// It is test support alone: nothing of the product imports it, it knows no
// tracer and no verdict. It needs root, iproute2, nftables and /dev/net/tun;
// Need says what is missing. Paths for tests without any of that are package
// tracetest's.
package lab
