/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "scan/door.h"
#include "scan/harvest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* Names as ss(8) and packet(7), netlink(7) have them; type 0 and protocol 0 stand for any. */
static const struct {
	int family, type, protocol;
	const char *name;
} protocols[] = {
	{AF_INET, SOCK_STREAM, IPPROTO_TCP, "TCP"},
	{AF_INET6, SOCK_STREAM, IPPROTO_TCP, "TCP"},
	{AF_INET, SOCK_DGRAM, IPPROTO_UDP, "UDP"},
	{AF_INET6, SOCK_DGRAM, IPPROTO_UDP, "UDP"},
	{AF_INET, SOCK_DGRAM, IPPROTO_ICMP, "PING"},
	{AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, "PING"},
	{AF_INET, SOCK_RAW, 0, "RAW"},
	{AF_INET6, SOCK_RAW, 0, "RAW"},
	{AF_INET, 0, IPPROTO_SCTP, "SCTP"},
	{AF_INET6, 0, IPPROTO_SCTP, "SCTP"},
	{AF_UNIX, SOCK_STREAM, 0, "UNIX-STREAM"},
	{AF_UNIX, SOCK_DGRAM, 0, "UNIX-DGRAM"},
	{AF_UNIX, SOCK_SEQPACKET, 0, "UNIX-SEQPACKET"},
	{AF_NETLINK, 0, 0, "NETLINK"},
	{AF_PACKET, 0, 0, "PACKET"},
	{AF_VSOCK, 0, 0, "VSOCK"},
};

static int option(int fd, int name)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 ? value : -1;
}

static const char *protocol_name(int family, int type, int protocol)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].family == family && (!protocols[i].type || protocols[i].type == type) &&
		    (!protocols[i].protocol || protocols[i].protocol == protocol))
			return protocols[i].name;
	return NULL;
}

/* An abstract address begins with a NUL and may hold more: it is shown with an @ up to the next one. */
static const char *unix_address(const struct sockaddr_un *un, socklen_t len, struct arena *strings)
{
	size_t n = len > offsetof(struct sockaddr_un, sun_path) ? len - offsetof(struct sockaddr_un, sun_path) : 0;

	if (n == 0)
		return NULL;
	if (un->sun_path[0])
		return arena_strndup(strings, un->sun_path, strnlen(un->sun_path, n));
	return arena_printf(strings, "@%.*s", (int)strnlen(un->sun_path + 1, n - 1), un->sun_path + 1);
}

static const char *local_address(int fd, struct arena *strings)
{
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
		struct sockaddr_storage storage;
	} a = {0};
	socklen_t len = sizeof(a);
	char text[INET6_ADDRSTRLEN];

	if (getsockname(fd, &a.sa, &len) < 0)
		return NULL;
	switch (a.sa.sa_family) {
	case AF_INET:
		inet_ntop(AF_INET, &a.in.sin_addr, text, sizeof(text));
		return arena_printf(strings, "%s:%u", text, ntohs(a.in.sin_port));
	case AF_INET6:
		inet_ntop(AF_INET6, &a.in6.sin6_addr, text, sizeof(text));
		return arena_printf(strings, "[%s]:%u", text, ntohs(a.in6.sin6_port));
	case AF_UNIX:
		return unix_address(&a.un, len, strings);
	default:
		return NULL;
	}
}

int socket_net(int fd, uint32_t *ino)
{
	AUTO_CLOSE int net = ioctl(fd, SIOCGSKNS);

	return net < 0 ? -errno : door_ino(net, ino);
}

bool socket_is_tun(int fd)
{
	enum { MISC = 10, TUN_MINOR = 200 }; /* Documentation/admin-guide/devices.txt of the kernel */
	struct statx st;

	/* A file by that name may be on a server that does not answer: what is known of it will do. */
	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &st) == 0 && S_ISCHR(st.stx_mode) &&
	       st.stx_rdev_major == MISC && st.stx_rdev_minor == TUN_MINOR;
}

static void describe_tun(int fd, struct arena *strings, struct snap_sock *ret)
{
	struct ifreq ifr = {0};

	ret->protocol = "TUN";
	if (ioctl(fd, TUNGETIFF, &ifr) < 0) /* no interface yet */
		return;
	ret->protocol = ifr.ifr_flags & IFF_TAP ? "TAP" : "TUN";
	ret->local = arena_strndup(strings, ifr.ifr_name, strnlen(ifr.ifr_name, sizeof(ifr.ifr_name)));
}

void socket_describe(int fd, struct arena *strings, struct snap_sock *ret)
{
	if (socket_is_tun(fd)) {
		describe_tun(fd, strings, ret);
		return;
	}
	ret->protocol = protocol_name(option(fd, SO_DOMAIN), option(fd, SO_TYPE), option(fd, SO_PROTOCOL));
	ret->local = local_address(fd, strings);
}
