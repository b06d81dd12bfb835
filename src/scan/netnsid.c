/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/netnsid.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <stddef.h>

struct mnl_socket *netnsid_open(void)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);

	if (nl && mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(nl);
		nl = NULL;
	}
	return nl;
}

static int take_attr(const struct nlattr *attr, void *ctx)
{
	if (mnl_attr_get_type(attr) == NETNSA_NSID && mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
		*(int32_t *)ctx = (int32_t)mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int take_message(const struct nlmsghdr *nlh, void *ctx)
{
	if (nlh->nlmsg_type == RTM_NEWNSID)
		mnl_attr_parse(nlh, sizeof(struct rtgenmsg), take_attr, ctx);
	return MNL_CB_STOP;
}

int netnsid_read(struct mnl_socket *nl, int fd, int32_t *ret)
{
	char buf[512];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtgenmsg *rt;
	int32_t id = NETNSA_NSID_NOT_ASSIGNED;

	nlh->nlmsg_type = RTM_GETNSID;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	rt = mnl_nlmsg_put_extra_header(nlh, sizeof(*rt));
	rt->rtgen_family = AF_UNSPEC;
	mnl_attr_put_u32(nlh, NETNSA_FD, (uint32_t)fd);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;

	ssize_t n = mnl_socket_recvfrom(nl, buf, sizeof(buf));

	if (n < 0 || mnl_cb_run(buf, (size_t)n, 0, 0, take_message, &id) < 0)
		return -errno;
	*ret = id;
	return 0;
}

static int note_message(const struct nlmsghdr *nlh, void *ctx)
{
	*(int *)ctx |= nlh->nlmsg_type == RTM_NEWNSID;
	return MNL_CB_OK;
}

int netnsid_any(struct mnl_socket *nl)
{
	char buf[8192];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtgenmsg *rt;
	int any = 0, more = MNL_CB_OK;

	nlh->nlmsg_type = RTM_GETNSID;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	rt = mnl_nlmsg_put_extra_header(nlh, sizeof(*rt));
	rt->rtgen_family = AF_UNSPEC;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (more > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(nl, buf, sizeof(buf));

		more = n < 0 ? -1 : mnl_cb_run(buf, (size_t)n, 0, 0, note_message, &any);
		if (more < 0)
			return -errno;
	}
	return any;
}
