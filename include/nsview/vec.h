/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VEC_H
#define NSVIEW_VEC_H

#include <stddef.h>

/**
 * Make room in a malloc()ed array for need elements of size bytes, doubling as it grows.
 * What is in the new room is not set: memory that nobody fills is never touched. On failure the array is as it was. 0, or -ENOMEM.
 */
int vec_reserve_(void **p, size_t *cap, size_t need, size_t size);

/** vec_reserve(&array, &capacity, needed_count) */
#define vec_reserve(p, cap, need) vec_reserve_((void **)(p), (cap), (need), sizeof(**(p)))

#endif
