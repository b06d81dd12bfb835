/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_NSLINK_H
#define NSVIEW_NSLINK_H

#include "nsview/nstype.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Parse the target of a /proc/PID/ns link, or the root of an nsfs mount: "net:[4026531840]".
 * 0, or -EINVAL (form, unknown type, an inode of more than 32 bits); outputs are set on success only.
 */
int nslink_parse(const char *s, size_t len, enum ns_type *type, uint32_t *ino);

#endif
