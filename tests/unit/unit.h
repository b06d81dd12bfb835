/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TESTS_UNIT_H
#define NSVIEW_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

/** Run one suite made of n tests: the exit status of main. */
static inline int unit_run_(const char *name, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/** unit_run("module", test_a, test_b…) */
#define unit_run(name, ...)                                         \
	unit_run_(name, (const TTest *const[]){__VA_ARGS__},        \
		  sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(const TTest *))

#endif
