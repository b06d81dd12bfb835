/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_NARROW_H
#define NSVIEW_NARROW_H

#include "nsview/snapshot.h"

/**
 * A dump holds all there is to see; a question to this machine looks at less. Make a snapshot tell what
 * a scan for want (WANT_*) would have: kinds of holders that it would not have looked for count as not
 * asked for, and *ret gets a byte for each namespace, not 0 for those that it would have met. Both are
 * the same where want has all of WANT_HOLDERS. The caller frees *ret. 0 or -ENOMEM.
 */
int snapshot_narrow(struct snapshot *snap, uint32_t want, uint8_t **ret);

#endif
