/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/map.h"
#include "nsview/scan.h"
#include "nsview/vec.h"
#include "scan/door.h"
#include "scan/inside.h"
#include "scan/netnsid.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LINKS_MAX = 4096, TCP_LISTEN_STATE = 10, UDP_BOUND_STATE = 7 };

/* An interface while its addresses are gathered. */
struct iface {
	char name[IFNAMSIZ], peer_name[IFNAMSIZ];
	char *addresses; /* by commas; NULL: none yet */
	size_t addresses_len, addresses_cap;
	const char *state;
	int index;
	uint32_t mtu;
	uint32_t peer; /* index of the other end of a veth, of what a vlan lies on, and so on; 0: none */
	int32_t nsid;  /* of the peer's namespace, as this one knows it; SNAP_NETNSID_UNKNOWN: this one */
	uint32_t peer_ino; /* of that namespace; 0: none that we know */
};

struct net_reader {
	struct inside *in;
	struct iface *links;
	size_t n;
	struct map by_index; /* into links */
	int err;
};

static const char *const states[] = {"unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"};

static int take_attrs(const struct nlattr *attr, void *ctx)
{
	const struct nlattr **attrs = ctx;
	uint16_t type = mnl_attr_get_type(attr);

	if (type < 64)
		attrs[type] = attr;
	return MNL_CB_OK;
}

static int take_link(const struct nlmsghdr *nlh, void *ctx)
{
	struct net_reader *r = ctx;
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attrs[64] = {0};
	struct iface *i = &r->links[r->n];

	if (nlh->nlmsg_type != RTM_NEWLINK || r->n == LINKS_MAX)
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(*ifi), take_attrs, attrs);
	if (!attrs[IFLA_IFNAME])
		return MNL_CB_OK;
	*i = (struct iface){
		.index = ifi->ifi_index,
		.state = ifi->ifi_flags & IFF_UP ? "up" : "down",
		.nsid = SNAP_NETNSID_UNKNOWN,
	};
	snprintf(i->name, sizeof(i->name), "%s", mnl_attr_get_str(attrs[IFLA_IFNAME]));
	if (attrs[IFLA_OPERSTATE] && mnl_attr_get_u8(attrs[IFLA_OPERSTATE]) < sizeof(states) / sizeof(states[0]) &&
	    mnl_attr_get_u8(attrs[IFLA_OPERSTATE]) > 0)
		i->state = states[mnl_attr_get_u8(attrs[IFLA_OPERSTATE])];
	if (attrs[IFLA_MTU])
		i->mtu = mnl_attr_get_u32(attrs[IFLA_MTU]);
	/* Of a veth the other end, of a vlan what it lies on, in this namespace or in the one that IFLA_LINK_NETNSID names. */
	if (attrs[IFLA_LINK])
		i->peer = mnl_attr_get_u32(attrs[IFLA_LINK]);
	if (attrs[IFLA_LINK_NETNSID])
		i->nsid = (int32_t)mnl_attr_get_u32(attrs[IFLA_LINK_NETNSID]);
	r->err = map_put(&r->by_index, (uint64_t)i->index, (uint32_t)r->n++);
	return r->err < 0 ? MNL_CB_ERROR : MNL_CB_OK;
}

static struct iface *find_link(const struct net_reader *r, uint32_t index)
{
	uint32_t k = map_get(&r->by_index, index);

	return k == MAP_NONE ? NULL : &r->links[k];
}

static int add_address(struct net_reader *r, uint32_t index, const char *text)
{
	struct iface *i = find_link(r, index);
	int err = i ? vec_reserve(&i->addresses, &i->addresses_cap, i->addresses_len + strlen(text) + 2) : 0;

	if (i && err == 0)
		i->addresses_len += (size_t)sprintf(i->addresses + i->addresses_len, "%s%s", i->addresses_len ? "," : "", text);
	return err;
}

static int take_address(const struct nlmsghdr *nlh, void *ctx)
{
	struct net_reader *r = ctx;
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attrs[64] = {0}, *address;
	char text[INET6_ADDRSTRLEN], full[INET6_ADDRSTRLEN + 4];

	mnl_attr_parse(nlh, sizeof(*ifa), take_attrs, attrs);
	address = attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS];
	if (nlh->nlmsg_type != RTM_NEWADDR || !address ||
	    !inet_ntop(ifa->ifa_family, mnl_attr_get_payload(address), text, sizeof(text)))
		return MNL_CB_OK;
	snprintf(full, sizeof(full), "%s/%u", text, ifa->ifa_prefixlen);
	r->err = add_address(r, ifa->ifa_index, full);
	return r->err < 0 ? MNL_CB_ERROR : MNL_CB_OK;
}

static const char *name_of(const struct net_reader *r, uint32_t index)
{
	const struct iface *i = find_link(r, index);

	return i ? i->name : "";
}

/* What people are told; NULL for what the kernel makes for its own addresses and broadcasts. */
static const char *route_type(uint8_t type)
{
	static const char *const names[] = {
		[RTN_UNICAST] = "unicast",         [RTN_BLACKHOLE] = "blackhole",
		[RTN_UNREACHABLE] = "unreachable", [RTN_PROHIBIT] = "prohibit",
		[RTN_THROW] = "throw",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

/* The gateway of a route or of one of its next hops, which may be of the other family. */
static void gateway_text(int family, const struct nlattr *const *attrs, char text[INET6_ADDRSTRLEN])
{
	const struct rtvia *via = attrs[RTA_VIA] ? mnl_attr_get_payload(attrs[RTA_VIA]) : NULL;

	*text = '\0';
	if (attrs[RTA_GATEWAY])
		inet_ntop(family, mnl_attr_get_payload(attrs[RTA_GATEWAY]), text, INET6_ADDRSTRLEN);
	else if (via)
		inet_ntop(via->rtvia_family, via->rtvia_addr, text, INET6_ADDRSTRLEN);
}

struct next_hop {
	const struct nlattr *attrs[64];
};

static int take_hop_attr(const struct nlattr *attr, void *ctx)
{
	struct next_hop *hop = ctx;

	if (mnl_attr_get_type(attr) < 64)
		hop->attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

/* A route of several ways is a row each. */
static int put_next_hops(struct net_reader *r, int family, const struct nlattr *multipath, const char *destination)
{
	const char *at = mnl_attr_get_payload(multipath);
	size_t left = mnl_attr_get_payload_len(multipath);
	char gateway[INET6_ADDRSTRLEN];
	int err = 0;

	while (err == 0 && left >= sizeof(struct rtnexthop)) {
		const struct rtnexthop *nh = (const void *)at;
		size_t len = MNL_ALIGN(nh->rtnh_len);
		struct next_hop hop = {0};

		if (nh->rtnh_len < sizeof(*nh) || nh->rtnh_len > left)
			break;
		mnl_attr_parse_payload(nh + 1, nh->rtnh_len - sizeof(*nh), take_hop_attr, &hop);
		gateway_text(family, hop.attrs, gateway);
		err = inside_put(r->in, INSIDE_ROUTE, destination, gateway, name_of(r, (uint32_t)nh->rtnh_ifindex), "unicast");
		at += len;
		left -= len < left ? len : left;
	}
	return err;
}

static int take_route(const struct nlmsghdr *nlh, void *ctx)
{
	struct net_reader *r = ctx;
	const struct rtmsg *rt = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attrs[64] = {0};
	const char *type = route_type(rt->rtm_type);
	char dst[INET6_ADDRSTRLEN], full[INET6_ADDRSTRLEN + 4] = "default", gateway[INET6_ADDRSTRLEN];

	/* The main table in brief. */
	if (nlh->nlmsg_type != RTM_NEWROUTE || rt->rtm_table != RT_TABLE_MAIN || !type || rt->rtm_flags & RTM_F_CLONED)
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(*rt), take_attrs, attrs);
	if (attrs[RTA_DST] && inet_ntop(rt->rtm_family, mnl_attr_get_payload(attrs[RTA_DST]), dst, sizeof(dst)))
		snprintf(full, sizeof(full), "%s/%u", dst, rt->rtm_dst_len);
	gateway_text(rt->rtm_family, attrs, gateway);
	if (attrs[RTA_MULTIPATH])
		r->err = put_next_hops(r, rt->rtm_family, attrs[RTA_MULTIPATH], full);
	else
		r->err = inside_put(r->in, INSIDE_ROUTE, full, gateway,
				    attrs[RTA_OIF] ? name_of(r, mnl_attr_get_u32(attrs[RTA_OIF])) : "", type);
	return r->err < 0 ? MNL_CB_ERROR : MNL_CB_OK;
}

/* Send a request for a dump and feed the answers to take. 0 or a negative errno. */
static int dump(struct mnl_socket *nl, struct nlmsghdr *nlh, mnl_cb_t take, struct net_reader *r)
{
	static char buf[32768];
	int more = MNL_CB_OK;

	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = 1;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (more > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(nl, buf, sizeof(buf));

		if (n < 0)
			return -errno;
		more = mnl_cb_run(buf, (size_t)n, 1, mnl_socket_get_portid(nl), take, r);
		if (more < 0)
			return r->err ? r->err : -errno;
	}
	return 0;
}

static int dump_route(struct mnl_socket *nl, uint16_t type, unsigned char family, mnl_cb_t take, struct net_reader *r)
{
	char buf[64] = {0};
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtgenmsg *rt;

	nlh->nlmsg_type = type;
	rt = mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	rt->rtgen_family = family;
	return dump(nl, nlh, take, r);
}

static int put_links(struct net_reader *r)
{
	for (size_t k = 0; k < r->n; k++) {
		const struct iface *i = &r->links[k];
		char index[12], mtu[12], peer[12] = "", ino[12] = "";
		int err;

		snprintf(index, sizeof(index), "%d", i->index);
		snprintf(mtu, sizeof(mtu), "%u", i->mtu);
		if (i->peer)
			snprintf(peer, sizeof(peer), "%u", i->peer);
		if (i->nsid >= 0)
			snprintf(ino, sizeof(ino), "%u", i->peer_ino);
		err = inside_put(r->in, INSIDE_INTERFACE, index, i->name, i->state, mtu, i->addresses, i->peer_name, peer,
				 ino);
		if (err < 0)
			return err;
	}
	return 0;
}

/*
 * An nsid means something in one namespace only, and the kernel does not say which namespace has
 * it: each that we know is asked for the id that it has here.
 */
static int index_nsids(struct map *inos, struct mnl_socket *nl, const struct snapshot *snap, int procfd, int home)
{
	AUTO_FREE struct door *doors = doors_find(snap, NULL);
	int err = doors ? 0 : -ENOMEM;

	for (uint32_t ns = 0; ns < snap->nnss && err == 0; ns++) {
		int32_t nsid = SNAP_NETNSID_UNKNOWN;

		if (snap->nss[ns].type != NS_NET)
			continue;

		bool own = home >= 0 && ns == snap->host.own[NS_NET];
		AUTO_CLOSE int fd = own ? -1 : door_open(procfd, snap, ns, &doors[ns]);
		int at = own ? home : fd;

		if (at >= 0 && netnsid_read(nl, at, &nsid) == 0 && nsid >= 0)
			err = map_put(inos, (uint64_t)nsid, snap->nss[ns].ino);
	}
	return err;
}

static int find_peer_namespaces(struct net_reader *r, struct mnl_socket *nl, const struct snapshot *snap, int procfd,
				int home)
{
	struct map inos = {0};
	size_t wanted = 0;
	int err;

	for (size_t k = 0; k < r->n; k++)
		wanted += r->links[k].nsid >= 0;
	err = wanted ? index_nsids(&inos, nl, snap, procfd, home) : 0;
	for (size_t k = 0; wanted && k < r->n; k++) {
		uint32_t ino = r->links[k].nsid >= 0 ? map_get(&inos, (uint64_t)r->links[k].nsid) : MAP_NONE;

		if (ino != MAP_NONE)
			r->links[k].peer_ino = ino;
	}
	map_done(&inos);
	return err;
}

static int take_name(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *attrs[64] = {0};

	if (nlh->nlmsg_type != RTM_NEWLINK)
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(struct ifinfomsg), take_attrs, attrs);
	if (attrs[IFLA_IFNAME])
		snprintf(ctx, IFNAMSIZ, "%s", mnl_attr_get_str(attrs[IFLA_IFNAME]));
	return MNL_CB_STOP;
}

/*
 * The kernel tells of an interface of another namespace without our entering it, to whom has
 * CAP_NET_ADMIN there (Linux 4.15). Who has not keeps the index.
 */
static void ask_peer_name(struct mnl_socket *nl, struct iface *i, unsigned seq)
{
	static char buf[32768];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;
	ssize_t n;

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = seq;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = (int)i->peer;
	mnl_attr_put_u32(nlh, IFLA_TARGET_NETNSID, (uint32_t)i->nsid);
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return;
	n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (n > 0)
		mnl_cb_run(buf, (size_t)n, seq, mnl_socket_get_portid(nl), take_name, i->peer_name);
}

static void find_peer_names(struct net_reader *r, struct mnl_socket *nl)
{
	for (size_t k = 0; k < r->n; k++) {
		struct iface *i = &r->links[k];

		if (i->peer && i->nsid >= 0)
			ask_peer_name(nl, i, (unsigned)k + 2); /* 1 is that of dumps */
		else if (i->peer)
			snprintf(i->peer_name, sizeof(i->peer_name), "%s", name_of(r, i->peer));
	}
}

static int read_route(struct net_reader *r, const struct snapshot *snap, int procfd, int home)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err;

	if (!nl)
		return -errno;
	err = mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
	if (err == 0)
		err = dump_route(nl, RTM_GETLINK, AF_UNSPEC, take_link, r);
	if (err == 0)
		err = dump_route(nl, RTM_GETADDR, AF_UNSPEC, take_address, r);
	if (err == 0)
		err = find_peer_namespaces(r, nl, snap, procfd, home);
	if (err == 0)
		find_peer_names(r, nl);
	if (err == 0)
		err = put_links(r);
	for (int family = 0; family < 2 && err == 0; family++)
		err = dump_route(nl, RTM_GETROUTE, family ? AF_INET6 : AF_INET, take_route, r);
	mnl_socket_close(nl);
	return err;
}

static int take_listener(const struct nlmsghdr *nlh, void *ctx)
{
	struct net_reader *r = ctx;
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(nlh);
	char address[INET6_ADDRSTRLEN], port[8];

	if (nlh->nlmsg_type != SOCK_DIAG_BY_FAMILY || !m->id.idiag_sport)
		return MNL_CB_OK;
	if (!inet_ntop(m->idiag_family, m->id.idiag_src, address, sizeof(address)))
		return MNL_CB_OK;
	snprintf(port, sizeof(port), "%u", ntohs(m->id.idiag_sport));
	r->err = inside_put(r->in, INSIDE_LISTENER, m->idiag_state == TCP_LISTEN_STATE ? "TCP" : "UDP", address, port);
	return r->err < 0 ? MNL_CB_ERROR : MNL_CB_OK;
}

/* Listening TCP and bound UDP sockets of both families (sock_diag(7)). */
static int read_listeners(struct net_reader *r)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	int err = 0;

	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		err = -errno;
	for (int i = 0; i < 4 && err == 0; i++) {
		char buf[128] = {0};
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
		struct inet_diag_req_v2 *req;

		nlh->nlmsg_type = SOCK_DIAG_BY_FAMILY;
		req = mnl_nlmsg_put_extra_header(nlh, sizeof(*req));
		req->sdiag_family = i & 1 ? AF_INET6 : AF_INET;
		req->sdiag_protocol = i & 2 ? IPPROTO_UDP : IPPROTO_TCP;
		req->idiag_states = 1u << (i & 2 ? UDP_BOUND_STATE : TCP_LISTEN_STATE);
		err = dump(nl, nlh, take_listener, r);
		if (err == -ENOENT) /* a kernel without that protocol's module */
			err = 0;
	}
	mnl_socket_close(nl);
	return err;
}

int inside_net_read(struct inside *in, const struct snapshot *snap, int procfd, int home)
{
	AUTO_FREE struct iface *links = calloc(LINKS_MAX, sizeof(*links));
	struct net_reader r = {.in = in, .links = links};
	int err = links ? read_route(&r, snap, procfd, home) : -ENOMEM;

	if (err < 0 && err != -ENOMEM)
		err = inside_put(in, INSIDE_TROUBLE, "interfaces and routes", scan_reason(err));
	if (err == 0)
		err = read_listeners(&r);
	if (err < 0 && err != -ENOMEM)
		err = inside_put(in, INSIDE_TROUBLE, "listening sockets", scan_reason(err));
	for (size_t k = 0; k < r.n; k++)
		free(r.links[k].addresses);
	map_done(&r.by_index);
	return err;
}
