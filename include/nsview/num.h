/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_NUM_H
#define NSVIEW_NUM_H

#include <stddef.h>
#include <stdint.h>

/**
 * Parse all len bytes at s as a decimal number: digits only, no sign, no space.
 * 0; -EINVAL for anything else; -ERANGE when it does not fit. *ret is set on success only.
 */
int num_u64_parse(const char *s, size_t len, uint64_t *ret);

/** The same for 32 bits. */
int num_u32_parse(const char *s, size_t len, uint32_t *ret);

/** The same with an optional leading minus. */
int num_i64_parse(const char *s, size_t len, int64_t *ret);

/** A sum that stays at the largest number there is rather than begin again from 0: a dump may say what it likes. */
uint64_t num_u64_add(uint64_t a, uint64_t b);

#endif
