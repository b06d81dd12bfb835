/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A main for fuzzers that need no fuzzing engine: it gives the fuzzer every file of a corpus, then
 * cut-off and damaged versions of it that are the same in every run. Each input has a block of its
 * own size, so that the address sanitizer sees a read behind its end.
 */
#include "nsview/fd.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INPUT_MAX = 1 << 20,
	CUTS = 128,    /* beginnings of an input that are tried */
	DAMAGES = 256, /* damaged versions of an input that are tried */
};

static void try(const uint8_t *data, size_t size)
{
	AUTO_FREE uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
}

/* xorshift: any sequence will do, as long as it is always the same. */
static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void try_cut(const uint8_t *data, size_t size)
{
	size_t step = size / CUTS + 1;

	for (size_t n = 0; n < size; n += step)
		try(data, n);
}

static void try_damaged(const uint8_t *data, size_t size)
{
	static const uint8_t nasty[] = {0, 1, ' ', '\n', '"', '(', ')', '-', '0', '9', '\\', 0x7f, 0x80, 0xc0, 0xed, 0xff};
	AUTO_FREE uint8_t *copy = malloc(size ? size : 1);
	uint32_t state = 2463534242;

	if (!copy)
		abort();
	for (int i = 0; i < DAMAGES && size; i++) {
		memcpy(copy, data, size);
		for (uint32_t hits = next(&state) % 4 + 1; hits; hits--) {
			uint32_t r = next(&state);

			copy[next(&state) % size] = r & 1 ? nasty[r / 2 % sizeof(nasty)] : (uint8_t)(r >> 8);
		}
		try(copy, size);
	}
}

static bool replay(const char *dir, const char *name)
{
	static uint8_t data[INPUT_MAX];
	AUTO_FREE char *path = NULL;
	size_t size;
	FILE *f;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		abort();
	f = fopen(path, "re");
	if (!f)
		return false;
	size = fread(data, 1, sizeof(data), f);
	fclose(f);

	/* A crash ends the program: the line above it names the input. */
	printf("# %s\n", path);
	fflush(stdout);
	try(data, size);
	try_cut(data, size);
	try_damaged(data, size);
	return true;
}

int main(int argc, char **argv)
{
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	const struct dirent *e;
	size_t inputs = 0;
	bool good = true;

	if (!dir) {
		fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
		return 2;
	}
	while (good && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		good = replay(argv[1], e->d_name);
		inputs++;
	}
	closedir(dir);
	good = good && inputs;
	printf("%s 1 - replays %zu inputs of %s\n1..1\n", good ? "ok" : "not ok", inputs, argv[1]);
	return good ? 0 : 1;
}
