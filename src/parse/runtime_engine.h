/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_PARSE_RUNTIME_ENGINE_H
#define NSVIEW_PARSE_RUNTIME_ENGINE_H

#include "nsview/runtime.h"

/** Put the name into a record that podman or CRI-O gave a container: CRI-O's tells the pod, too. 0 or -ENOMEM. */
int runtime_engine_name(const char *name, struct arena *a, struct runtime_record *ret);

#endif
