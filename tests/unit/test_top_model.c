/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top_support.h"
#include "unit.h"

static struct top *t;

START_TEST(every_size_has_a_sound_grid)
{
	static const int sizes[][2] = {{120, 30}, {80, 24}, {40, 8}, {39, 8}, {40, 7}, {20, 3}, {19, 3}, {10, 3}, {2, 1}, {1, 1}};
	static const char *const fixtures[] = {"containers", "holders", "host", "hostile"};

	for (size_t f = 0; f < 4; f++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			for (int utf8 = 0; utf8 < 2; utf8++) {
				t = top_at(fixtures[f], sizes[s][0], sizes[s][1], utf8);
				for (const char *view = "12345"; *view; view++) {
					top_key(t, *view);
					grid_is_sound(top_draw(t));
					ck_assert_int_eq(top_draw(t)->width, sizes[s][0]);
					ck_assert_int_eq(top_draw(t)->height, sizes[s][1]);
					if (f > 1)
						continue; /* pages and menus are the same on all */
					keys(t, "t?");
					grid_is_sound(top_draw(t));
					keys(t, "\033ts");
					grid_is_sound(top_draw(t));
					keys(t, "\033\t");
					grid_is_sound(top_draw(t));
					keys(t, "\t\t");
				}
				top_free(t);
			}
}
END_TEST

START_TEST(ascii_is_all_there_is_without_utf8)
{
	t = top_at("containers", 120, 30, false);
	for (const char *k = "12345t3ts\033c\033?\033"; *k; k++) {
		top_key(t, *k);
		const struct top_grid *g = top_draw(t);

		for (int i = 0; i < g->width * g->height; i++)
			for (const char *s = g->cells[i].text; *s; s++)
				ck_assert_int_gt(*s, 0);
	}
	top_free(t);
}
END_TEST

START_TEST(before_a_frame_it_says_that_it_scans)
{
	t = top_at(NULL, 80, 24, true);
	ck_assert(screen_has(t, "scanning"));
	keys(t, "12345ns\033\t\tpek=mU\033");
	grid_is_sound(top_draw(t));
	top_free(t);
}
END_TEST

START_TEST(groups_show_what_they_have_for_themselves)
{
	t = top_at("containers", 120, 30, true);
	ck_assert_int_eq(screen_find(t, "NAME"), 4);
	ck_assert(strstr(screen_line(t, screen_find(t, "nginx")), "mnupiC--"));
	ck_assert(strstr(screen_line(t, screen_find(t, "nginx")), "docker"));
	ck_assert(screen_has(t, "7 groups"));
	ck_assert(screen_has(t, "36 namespaces"));
	top_free(t);
}
END_TEST

START_TEST(namespaces_without_processes_are_marked)
{
	t = top_at("containers", 100, 50, true);
	keys(t, "2");
	ck_assert_int_eq(strncmp(screen_line(t, screen_find(t, "4026532700")), "! ", 2), 0);
	ck_assert_int_eq(strncmp(screen_line(t, screen_find(t, "4026532406")), "  ", 2), 0);
	top_free(t);
}
END_TEST

START_TEST(enter_goes_down_to_members_and_backspace_back)
{
	t = top_at("containers", 100, 30, true);
	keys(t, "j\n");
	ck_assert(screen_has(t, "[Processes]"));
	ck_assert(screen_has(t, "of web"));
	ck_assert(screen_has(t, "nginx: worker"));
	ck_assert(!screen_has(t, "postgres"));
	keys(t, "n");
	ck_assert(screen_has(t, "[Namespaces]"));
	ck_assert(screen_has(t, "4026532406"));
	ck_assert(!screen_has(t, "4026532510"));
	top_key(t, TOP_BACKSPACE);
	ck_assert(screen_has(t, "[Processes]"));
	top_key(t, TOP_CTRL_O);
	ck_assert(screen_has(t, "[Groups]"));
	top_free(t);
}
END_TEST

static void frame_without(int32_t pid, int32_t moved)
{
	struct top_frame *f = fixture_frame("containers");

	for (size_t i = 0; i < f->snap->nprocs; i++) {
		if (f->snap->procs[i].pid == pid)
			f->snap->procs[i].start++; /* another process with that PID */
		if (f->snap->procs[i].pid == moved)
			f->snap->procs[i].cpu += 100;
	}
	top_take(t, f);
}

START_TEST(what_is_new_and_what_is_gone_is_marked_for_one_refresh)
{
	t = top_at("containers", 120, 40, true);
	keys(t, "3");
	frame_without(1251, 0);
	ck_assert(screen_has(t, "20 processes +1 -1"));
	ck_assert(screen_has(t, "* 1251") || screen_has(t, "*  1251"));
	ck_assert(screen_has(t, "x 1251") || screen_has(t, "x  1251"));
	frame_without(1251, 0);
	ck_assert(!screen_has(t, "+1"));
	ck_assert(!screen_has(t, "x  1251"));
	top_free(t);
}
END_TEST

/* The first process of a container once PIDs have begun again: its child has the lower one. */
static void wrap_pids(struct snapshot *s)
{
	for (size_t i = 0; i < s->nprocs; i++) {
		if (s->procs[i].pid == 1220)
			s->procs[i].pid = 32000;
		if (s->procs[i].ppid == 1220)
			s->procs[i].ppid = 32000;
	}
	qsort(s->procs, s->nprocs, sizeof(*s->procs), snap_proc_compare);
}

START_TEST(a_group_stands_for_its_first_process)
{
	struct snapshot *s = fixture_snapshot("containers");
	struct top_ask ask;

	wrap_pids(s);
	t = top_at(NULL, 120, 40, true);
	top_take(t, frame_of(s));
	ck_assert(strstr(screen_line(t, screen_find(t, "nginx: master")), "32000 root"));
	keys(t, "/master\n");
	ask = top_key(t, 'e');
	ck_assert_int_eq(ask.doors[0].pid, 32000);
	ck_assert_int_eq(ask.doors[1].pid, 1251);
	keys(t, "2");
	ck_assert(strstr(screen_line(t, screen_find(t, "4026532406")), "32000 root"));
	top_free(t);
}
END_TEST

static int selected_line(void)
{
	const struct top_grid *g = top_draw(t);

	for (int y = 0; y < g->height; y++)
		if (g->cells[y * g->width].style == TOP_SELECTED)
			return y;
	return -1;
}

START_TEST(the_selection_follows_the_thing)
{
	t = top_at("containers", 120, 40, true);
	keys(t, "3jjjjj");
	char *before = strdup(screen_line(t, selected_line()));

	keys(t, "I");
	ck_assert_str_eq(screen_line(t, selected_line()), before);
	keys(t, "t");
	ck_assert(strstr(screen_line(t, selected_line()), strtok(before, " ")));
	free(before);
	top_free(t);
}
END_TEST

START_TEST(until_it_is_moved_the_selection_is_the_first_line)
{
	struct top_frame *f;

	t = top_at("containers", 120, 40, true);
	keys(t, "3");
	top_set_sort(t, COL_RSS, true);
	f = fixture_frame("containers");
	f->snap->procs[graph_find_pid(f->graph, 9001)].rss = UINT64_C(1) << 50;
	top_take(t, f);
	ck_assert_int_eq(selected_line(), 5);
	ck_assert(strstr(screen_line(t, 5), " 9001 "));
	keys(t, "I");
	ck_assert_int_eq(selected_line(), 5);
	keys(t, "Ij"); /* now it stays with what it is on */
	char *before = strdup(screen_line(t, selected_line()));
	keys(t, "I");
	ck_assert_int_ne(selected_line(), 6);
	ck_assert_str_eq(screen_line(t, selected_line()), before);
	free(before);
	keys(t, "2");
	ck_assert_int_eq(selected_line(), 5);
	top_free(t);
}
END_TEST

static void filter(const char *text)
{
	char why[160];

	ck_assert_msg(top_set_filter(t, text, why, sizeof(why)) == 0, "%s", why);
	keys(t, "I"); /* any key that makes the lines anew */
}

START_TEST(going_down_leaves_the_filter_behind)
{
	t = top_at("containers", 110, 40, true);
	keys(t, "2");
	filter("TYPE == 'net' && NS == 4026532406");
	keys(t, "\n");
	ck_assert(screen_has(t, "[Processes]"));
	ck_assert(screen_has(t, "nginx: worker"));
	ck_assert(!screen_has(t, "filter:"));
	filter("1251");
	ck_assert(screen_has(t, "filter: 1251"));
	ck_assert(!screen_has(t, "nginx: master"));
	keys(t, "n");
	ck_assert(screen_has(t, "4026532401"));
	top_key(t, TOP_BACKSPACE);
	ck_assert(screen_has(t, "filter: 1251"));
	top_key(t, TOP_BACKSPACE);
	ck_assert(screen_has(t, "filter: TYPE"));
	ck_assert(!screen_has(t, "4026532401"));
	/* Types are a filter as well. */
	filter("");
	top_set_types(t, 1u << NS_NET);
	ck_assert(screen_has(t, "types: net"));
	keys(t, "/4026532406\n\033\n");
	ck_assert(screen_has(t, "nginx: master"));
	ck_assert(!screen_has(t, "types:"));
	/* Another view is filtered as the one before. */
	keys(t, "1");
	ck_assert(screen_has(t, "types: net"));
	top_free(t);
}
END_TEST

/* The line of a menu that is at hand. */
static int selected_menu_line(void)
{
	int height = top_draw(t)->height;

	for (int y = 0; y < height; y++)
		if (strstr(screen_line(t, y), "> "))
			return y;
	return -1;
}

/* Below the headings and above the last line. */
static bool list_has(const char *text)
{
	int height = top_draw(t)->height;

	for (int y = 5; y < height - 1; y++)
		if (strstr(screen_line(t, y), text))
			return true;
	return false;
}

START_TEST(words_and_numbers_alone_are_text_to_be_found)
{
	static const struct {
		const char *view, *text, *has, *lacks;
	} cases[] = {
		{"3", "1251", "nginx: worker", "postgres"},
		{"3", "ppid", "Nothing passes", "nginx"}, /* a column, which is not meant */
		{"3", "USER == 'root'", "nginx: master", "postgres"},
		{"2", "4026532406", "4026532406", "4026532401"},
		{"1", "docker", "web", "postgres"},  /* the kind */
		{"1", "nginx: worker", "web", "postgres"}, /* not of the first process */
		{"1", "1252", "web", "postgres"},
		{"1", "kworker", "millpond", "web"},
		{"2", "NGINX: worker", "4026532406", "4026532510"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t = top_at("containers", 120, 50, true);
		keys(t, cases[i].view);
		filter(cases[i].text);
		ck_assert_msg(list_has(cases[i].has), "%s", cases[i].text);
		ck_assert_msg(!list_has(cases[i].lacks), "%s", cases[i].text);
		/* A search finds what the filter keeps. */
		filter("");
		keys(t, "G/");
		keys(t, cases[i].text);
		if (!strpbrk(cases[i].text, "=") && !strstr(cases[i].has, "Nothing"))
			ck_assert_msg(!screen_has(t, "is not there"), "%s", cases[i].text);
		top_free(t);
	}
}
END_TEST

START_TEST(a_search_finds_the_next_and_the_one_before)
{
	t = top_at("containers", 120, 40, true);
	keys(t, "3/NGINX\n");
	int first = selected_line();

	ck_assert(strstr(screen_line(t, first), "nginx"));
	keys(t, "n");
	ck_assert_int_ne(selected_line(), first);
	ck_assert(strstr(screen_line(t, selected_line()), "nginx"));
	keys(t, "N");
	ck_assert_int_eq(selected_line(), first);
	keys(t, "/zzz\n");
	ck_assert(screen_has(t, "'zzz' is not there"));
	top_free(t);
}
END_TEST

START_TEST(folding_hides_what_is_below)
{
	t = top_at("containers", 120, 50, true);
	keys(t, "4");
	ck_assert(screen_has(t, "4026532401"));
	keys(t, "-");
	ck_assert(!screen_has(t, "4026532401"));
	ck_assert(screen_has(t, "[+] user"));
	keys(t, "+");
	ck_assert(screen_has(t, "4026532401"));
	keys(t, "-*");
	ck_assert(screen_has(t, "4026532401"));
	top_free(t);
}
END_TEST

START_TEST(escape_never_quits_and_q_does)
{
	t = top_at("containers", 80, 24, true);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(top_key(t, TOP_ESC).act, TOP_NOTHING);
	ck_assert_int_eq(top_key(t, 'q').act, TOP_QUIT);
	ck_assert_int_eq(top_key(t, TOP_F10).act, TOP_QUIT);
	top_free(t);
}
END_TEST

START_TEST(entering_asks_for_the_target)
{
	t = top_at("containers", 80, 24, true);
	ck_assert_int_eq(top_key(t, 'e').act, TOP_NOTHING); /* the machine itself */
	ck_assert(screen_has(t, "nothing to enter"));
	keys(t, "j");
	struct top_ask ask = top_key(t, 'e');

	ck_assert_int_eq(ask.act, TOP_ENTER_TARGET);
	ck_assert_str_eq(ask.target, "");
	ck_assert_uint_eq(ask.ndoors, 3); /* the first process, and who may stand in for it */
	ck_assert_int_eq(ask.doors[0].pid, 1220);
	ck_assert_uint_eq(ask.doors[0].start, 60010);
	ck_assert_int_eq(ask.doors[1].pid, 1251);
	ck_assert_int_eq(ask.doors[2].pid, 1252);
	keys(t, "2G");
	ck_assert_str_eq(top_key(t, TOP_F8).target, "net:4026532700");
	top_free(t);
}
END_TEST

START_TEST(a_signal_is_sent_after_two_questions_only)
{
	struct top_ask ask;

	t = top_at("containers", 80, 24, true);
	keys(t, "j");
	ck_assert_int_eq(top_key(t, TOP_F9).act, TOP_NOTHING);
	ck_assert(screen_has(t, "Signal to process 1220 (nginx), 1 of 3 in web"));
	ck_assert_int_eq(top_key(t, TOP_ENTER).act, TOP_NOTHING);
	ck_assert(screen_has(t, "Send SIGTERM to process 1220 (nginx), 1 of 3 in web?"));
	ck_assert_int_eq(top_key(t, TOP_ENTER).act, TOP_NOTHING); /* No comes first */
	keys(t, "K\n");
	ask = top_key(t, 'y');
	ck_assert_int_eq(ask.act, TOP_SIGNAL);
	ck_assert_int_eq(ask.pid, 1220);
	ck_assert_int_eq(ask.signal, 15);
	ck_assert_str_eq(ask.who, "nginx");
	keys(t, "1");
	/* Nobody means the machine's first process by the row of all of them. */
	keys(t, "gK");
	ck_assert(screen_has(t, "Enter goes down to its processes"));
	keys(t, "2gK");
	ck_assert(screen_has(t, "Enter goes down to its processes"));
	keys(t, "3gK");
	ck_assert(screen_has(t, "Signal to process 1 (systemd)"));
	top_free(t);
}
END_TEST

START_TEST(read_only_and_saved_forbid_both)
{
	for (int saved = 0; saved < 2; saved++) {
		ck_assert_int_eq(top_new(&(struct top_opts){.utf8 = true, .readonly = !saved, .saved = saved}, &t), 0);
		top_resize(t, 80, 24);
		top_take(t, fixture_frame("containers"));
		keys(t, "j");
		ck_assert_int_eq(top_key(t, 'e').act, TOP_NOTHING);
		ck_assert(screen_has(t, "cannot enter"));
		keys(t, "K\n");
		ck_assert_int_eq(top_key(t, 'y').act, TOP_NOTHING);
		top_free(t);
	}
}
END_TEST

START_TEST(the_last_line_offers_only_what_may_be_done)
{
	for (int saved = 0; saved < 2; saved++) {
		ck_assert_int_eq(top_new(&(struct top_opts){.utf8 = true, .readonly = !saved, .saved = saved}, &t), 0);
		top_resize(t, 100, 24);
		ck_assert(strstr(screen_line(t, 23), "F7Types F10Quit"));
		top_free(t);
	}
	t = top_at("containers", 100, 24, true);
	ck_assert(strstr(screen_line(t, 23), "F7Types F8Enter F9Signal F10Quit"));
	top_free(t);
}
END_TEST

/* Whether the screen has a line with a text that a frame's sides enclose, above and below its edges. */
static bool framed(const char *text, const char *side, const char *above, const char *below)
{
	char inside[64];
	int y = screen_find(t, text);

	snprintf(inside, sizeof(inside), "%s%s", side, text);
	return y > 0 && strstr(screen_line(t, y), inside) && screen_has(t, above) && screen_has(t, below);
}

START_TEST(boxes_have_a_frame)
{
	t = top_at("containers", 100, 30, true);
	keys(t, "T");
	ck_assert(framed("> [x] cgroup ", "│", "┌─Types: Space chooses, a all─┐", "└─────────────────────────────┘"));
	top_free(t);

	t = top_at("containers", 100, 30, false);
	keys(t, "T");
	ck_assert(framed("> [x] cgroup ", "|", "+-Types: Space chooses, a all-+", "+-----------------------------+"));
	top_free(t);
}
END_TEST

START_TEST(the_chosen_item_shows_in_a_box_of_any_size)
{
	for (int height = 3; height < 40; height++) {
		t = top_at("containers", 60, height, true);
		keys(t, "T");
		top_key(t, TOP_END);
		ck_assert_msg(framed("> [x] uts", "│", "┌─", height > 4 ? "└─" : ""), "%d lines", height);
		top_key(t, TOP_HOME);
		ck_assert_msg(framed("> [x] cgroup", "│", "┌─", height > 4 ? "└─" : ""), "%d lines", height);
		top_free(t);
	}
}
END_TEST

START_TEST(freezing_keeps_the_frame_and_says_so)
{
	t = top_at("containers", 100, 24, true);
	keys(t, " ");
	ck_assert(screen_has(t, "FROZEN"));
	top_take(t, fixture_frame("holders"));
	ck_assert(screen_has(t, "36 namespaces"));
	ck_assert_int_eq(top_key(t, 'Z').act, TOP_RESCAN);
	top_take(t, fixture_frame("holders"));
	ck_assert(screen_has(t, "21 namespaces"));
	top_free(t);
}
END_TEST

START_TEST(two_marked_rows_are_compared)
{
	t = top_at("containers", 100, 40, true);
	keys(t, "3/:8080\nm/pause\nm");
	keys(t, "=");
	ck_assert(strstr(screen_line(t, screen_find(t, "net     ")), "shared"));
	ck_assert(strstr(screen_line(t, screen_find(t, "mnt     ")), "DIFFERENT"));
	keys(t, "\033U=");
	ck_assert(screen_has(t, "mark two rows"));
	top_free(t);
}
END_TEST

START_TEST(types_choose_rows)
{
	t = top_at("containers", 100, 60, true);
	keys(t, "2");
	top_set_types(t, 1u << NS_NET);
	ck_assert(screen_has(t, "4026532406"));
	ck_assert(!screen_has(t, "4026532401"));
	top_free(t);
}
END_TEST

START_TEST(columns_can_be_chosen_and_moved)
{
	t = top_at("containers", 100, 24, true);
	keys(t, "c ");
	top_key(t, TOP_ENTER);
	ck_assert(!strstr(screen_line(t, 4), "NAME"));
	keys(t, "c>");
	top_key(t, TOP_ENTER);
	ck_assert(strstr(screen_line(t, 4), "UNIQUE-NS KIND"));
	top_free(t);
}
END_TEST

START_TEST(a_menu_leaves_the_last_line_alone)
{
	static const int sizes[][2] = {{120, 30}, {80, 24}, {40, 8}};

	for (size_t s = 0; s < 3; s++) {
		t = top_at("containers", sizes[s][0], sizes[s][1], true);
		keys(t, "4s");
		char *last = strdup(screen_line(t, sizes[s][1] - 1));

		ck_assert_int_eq(strncmp(last, "F1Help", 6), 0);
		for (int i = 0; i < 60; i++) {
			top_key(t, TOP_DOWN);
			ck_assert_int_ge(selected_menu_line(), 0);
			ck_assert_str_eq(screen_line(t, sizes[s][1] - 1), last);
		}
		free(last);
		top_free(t);
	}
	t = top_at("containers", 80, 24, true);
	ck_assert(strstr(screen_line(t, 23), "F10Quit"));
	top_free(t);
}
END_TEST

START_TEST(a_group_is_called_as_ip_netns_calls_its_network)
{
	struct snapshot *s = fixture_snapshot("containers");
	uint32_t lab = SNAP_NONE;

	for (uint32_t i = 0; i < s->nnss; i++)
		if (s->nss[i].ino == 4026532700)
			lab = i;
	for (size_t i = 0; i < s->nprocs; i++)
		if (s->procs[i].pid == 8990)
			s->procs[i].ns[NS_NET] = lab; /* it belongs to a service, too */
	t = top_at(NULL, 120, 60, true);
	top_take(t, frame_of(s));
	ck_assert_int_eq(strncmp(screen_line(t, screen_find(t, "-n------")), "  lab ", 6), 0);
	keys(t, "/lab\n");
	ck_assert(strstr(screen_line(t, selected_line()), "-n------"));
	keys(t, "2");
	ck_assert(strstr(screen_line(t, screen_find(t, "4026532700")), " lab "));
	ck_assert(strstr(screen_line(t, screen_find(t, "4026532406")), " web "));
	keys(t, "3");
	ck_assert(strstr(screen_line(t, screen_find(t, "-n------")), " lab "));
	top_free(t);
}
END_TEST

START_TEST(the_mouse_selects_sorts_and_scrolls)
{
	t = top_at("containers", 100, 30, true);
	top_draw(t);
	top_mouse(t, TOP_CLICK, 5, 7);
	ck_assert_int_eq(selected_line(), 7);
	top_mouse(t, TOP_WHEEL_DOWN, 5, 7);
	ck_assert_int_eq(selected_line(), 10);
	int x = (int)(strstr(screen_line(t, 4), "NPROCS") - screen_line(t, 4));

	top_mouse(t, TOP_CLICK, x, 4);
	ck_assert(strstr(screen_line(t, 4), "NPROCS▾"));
	top_free(t);
}
END_TEST

START_TEST(settings_come_back_as_they_were_saved)
{
	char *a = NULL, *b = NULL, which[64];
	size_t n;
	FILE *f = open_memstream(&a, &n);

	t = top_at("containers", 80, 24, true);
	keys(t, "3ts");
	top_key(t, TOP_DOWN);
	keys(t, "\n\t");
	top_set_types(t, 1u << NS_NET | 1u << NS_MNT);
	top_set_delay(t, 5);
	top_rc_write(t, f);
	fclose(f);
	top_free(t);

	t = top_at(NULL, 80, 24, true);
	ck_assert_uint_eq(top_rc_read(t, a, which, sizeof(which)), 0);
	f = open_memstream(&b, &n);
	top_rc_write(t, f);
	fclose(f);
	ck_assert_str_eq(a, b);
	ck_assert_uint_eq(top_rc_read(t, "# c\n\nnonsense\nview here\nsort.groups X\ncolumns.moon NS\ndelay nan\n", which, sizeof(which)), 5);
	ck_assert_str_eq(which, "3, 4, 5, 6, 7");
	/* A column that is not known takes none of the others away. */
	ck_assert_uint_eq(top_rc_read(t, "view groups\ncolumns.groups NPROCS,MOON,PID\n", which, sizeof(which)), 1);
	ck_assert_str_eq(which, "2");
	ck_assert_uint_eq(top_columns(t)->n, 2);
	free(a);
	free(b);
	top_free(t);
}
END_TEST

START_TEST(what_costs_is_asked_for_while_it_shows)
{
	struct top_want w;

	t = top_at("containers", 60, 24, true);
	top_draw(t);
	ck_assert_int_eq(top_want(t, &w), 0);
	ck_assert_uint_eq(w.usage & USAGE_IO, 0);
	free(w.pids);
	top_set_sort(t, COL_READ_RATE, true);
	ck_assert_int_eq(top_want(t, &w), 0);
	ck_assert_uint_ne(w.usage & USAGE_IO, 0);
	ck_assert_ptr_null(w.pids); /* everybody's: it sorts */
	top_free(t);

	t = top_at("containers", 200, 9, true);
	keys(t, "3");
	top_draw(t);
	ck_assert_int_eq(top_want(t, &w), 0);
	ck_assert_uint_ne(w.usage & USAGE_IO, 0);
	ck_assert_uint_eq(w.npids, 3); /* lines on the screen */
	free(w.pids);
	top_free(t);
}
END_TEST

START_TEST(a_long_command_can_be_read_to_its_end)
{
	struct snapshot *s = fixture_snapshot("containers");
	char command[400] = "begin ";

	for (int i = 0; i < 40; i++)
		sprintf(command + strlen(command), "word%d ", i);
	strcat(command, "end");
	for (size_t i = 0; i < s->nprocs; i++)
		if (s->procs[i].pid == 1220)
			s->procs[i].cmdline = command;
	t = top_at(NULL, 80, 24, true);
	top_take(t, frame_of(s));
	keys(t, "3/begin\n\033");
	top_draw(t);
	for (int i = 0; i < 14 + 40; i++)
		top_key(t, TOP_RIGHT);
	ck_assert(screen_has(t, "word39 end"));
	ck_assert(!screen_has(t, "begin"));
	for (int i = 0; i < 14 + 40; i++)
		top_key(t, TOP_LEFT);
	ck_assert(strstr(screen_line(t, 4), " PID "));
	keys(t, "\t\tG"); /* the details have it in several lines */
	top_detail_set(t, "1220", command);
	keys(t, "gjjjjjjj");
	ck_assert(screen_has(t, "word39 end"));
	top_free(t);
}
END_TEST

START_TEST(the_details_begin_with_the_verdict_and_say_nothing_twice)
{
	t = top_at("containers", 100, 40, true);
	keys(t, "2/4026532406\n\033\t");
	ck_assert(screen_has(t, "Enter it: nsview enter net:4026532406"));
	ck_assert(screen_has(t, "Members: 3"));
	top_detail_set(t, "net:4026532406", "Type:    net\nVerdict: alive because of it\nHeld by: it\n");
	int title = screen_find(t, "Details:");

	ck_assert_int_eq(screen_find(t, "Verdict: alive because of it"), title + 2);
	ck_assert(!screen_has(t, "Members:"));
	ck_assert(screen_has(t, "Held by: it"));
	top_free(t);

	setenv("TZ", "UTC", 1);
	ck_assert_int_eq(top_new(&(struct top_opts){.utf8 = true, .saved = true, .from = "a b.json"}, &t), 0);
	top_resize(t, 100, 40);
	top_take(t, fixture_frame("containers"));
	keys(t, "j\t");
	ck_assert(screen_has(t, "nsview show --from 'a b.json' 1220"));
	ck_assert(!screen_has(t, "nsview enter"));
	ck_assert(screen_has(t, "SAVED 2025-11-13 02:13 a b.json"));
	top_free(t);
}
END_TEST

START_TEST(a_descriptor_is_told_with_the_thread_whose_table_it_is_in)
{
	t = top_at("holders", 100, 40, true);
	keys(t, "2/4026532112\n\033\t");
	ck_assert(screen_has(t, "descriptor 8 of thread 2022 of process 2020 keeper"));
	keys(t, "\t\t/4026532102\n\033\t");
	ck_assert(screen_has(t, "descriptor 7 of process 2020 keeper"));
	top_free(t);
}
END_TEST

START_TEST(the_same_mount_in_many_namespaces_is_one_line)
{
	struct snapshot *s = fixture_snapshot("containers");
	struct snap_mount *m = calloc(4001, sizeof(*m));
	size_t lab = 0;

	while (strcmp(s->mounts[lab].path, "/run/netns/lab") != 0)
		lab++;
	for (size_t i = 0; i < 4000; i++)
		m[i] = s->mounts[lab];
	m[4000] = s->mounts[lab];
	m[4000].path = "/elsewhere";
	free(s->mounts);
	s->mounts = m;
	s->nmounts = s->mounts_cap = 4001;
	t = top_at(NULL, 100, 40, true);
	top_take(t, frame_of(s));
	keys(t, "2/4026532700\n\033\t");
	ck_assert(screen_has(t, "mount /run/netns/lab in 4000 mount namespaces"));
	ck_assert(screen_has(t, "mount /elsewhere"));
	ck_assert(!screen_has(t, "more"));
	top_free(t);
}
END_TEST

START_TEST(pages_end_with_their_last_line_at_the_bottom)
{
	char *before;

	t = top_at("containers", 80, 24, true);
	keys(t, "?G");
	before = screen_text(t);
	ck_assert(strstr(before, "lo left out."));
	ck_assert_int_ge((int)strlen(screen_line(t, 4)), 1);
	keys(t, "jj");
	char *after = screen_text(t);

	ck_assert_str_eq(before, after);
	free(before);
	free(after);
	top_free(t);
}
END_TEST

START_TEST(two_namespaces_are_compared_by_themselves)
{
	t = top_at("containers", 100, 60, true);
	keys(t, "2/4026532406\nm/4026532700\nm\033=");
	ck_assert(strstr(screen_line(t, screen_find(t, "net   ")), "DIFFERENT"));
	ck_assert_int_eq(screen_find(t, "mnt    "), -1);
	ck_assert(strstr(screen_line(t, screen_find(t, "NPROCS ")), "A 3           B 0"));
	ck_assert(strstr(screen_line(t, screen_find(t, "ONS ")), "the same"));
	keys(t, "\033Um/4026532401\nm\033=");
	ck_assert(screen_has(t, "two types"));
	top_free(t);
}
END_TEST

START_TEST(a_prompt_can_be_edited)
{
	t = top_at("containers", 80, 24, true);
	keys(t, "\\bd");
	top_key(t, 0xe9);
	top_key(t, TOP_LEFT);
	ck_assert_int_eq(top_draw(t)->cursor_x, (int)strlen("Filter: bd"));
	top_key(t, TOP_BACKSPACE);
	top_key(t, TOP_HOME);
	keys(t, "a");
	top_key(t, TOP_RIGHT);
	keys(t, "c");
	top_key(t, TOP_END);
	keys(t, "f");
	ck_assert_str_eq(screen_line(t, 23), "Filter: abcéf");
	top_key(t, TOP_LEFT);
	top_key(t, TOP_LEFT);
	top_key(t, TOP_DELETE);
	ck_assert_str_eq(screen_line(t, 23), "Filter: abcf");
	for (int i = 0; i < 200; i++)
		keys(t, "x");
	ck_assert_int_eq(top_draw(t)->cursor_x, 79);
	keys(t, "\033d");
	ck_assert(screen_has(t, "(now 2)"));
	top_free(t);
}
END_TEST

START_TEST(where_lines_are_few_the_list_has_the_last_one)
{
	t = top_at("containers", 39, 7, true);
	ck_assert(!screen_has(t, "F1Help"));
	ck_assert_int_gt((int)strlen(screen_line(t, 6)), 5);
	keys(t, "/");
	ck_assert_str_eq(screen_line(t, 6), "Search:");
	top_free(t);
	t = top_at("containers", 1, 1, true);
	ck_assert_str_eq(screen_line(t, 0), "3"); /* of 36 namespaces */
	top_free(t);
}
END_TEST

START_TEST(what_is_cut_off_says_so_and_notices_are_whole)
{
	t = top_at("containers", 80, 24, true);
	keys(t, "\\");
	for (int i = 0; i < 12; i++)
		keys(t, "abcdefghi ");
	keys(t, "\n");
	ck_assert(strstr(screen_line(t, 3), "filter: abcdefghi"));
	ck_assert(strstr(screen_line(t, 3), "…"));
	top_say(t, "%s", "cannot save /a/very/long/path/that/is/longer/than/the/screen/is/wide/and/goes/on/below: no such directory");
	ck_assert(screen_has(t, "no such directory"));
	top_free(t);
}
END_TEST

START_TEST(menus_tell_of_columns_what_they_are_in_the_view)
{
	t = top_at("containers", 120, 30, true);
	keys(t, "3s");
	ck_assert(screen_has(t, "number of the process"));
	ck_assert(!screen_has(t, "summed over members"));
	keys(t, "\0331s");
	ck_assert(screen_has(t, "summed over members"));
	top_free(t);
}
END_TEST

/* A frame with rates: nobody's I/O may be read but that of 1251, which is known, and of 1252, which comes yet. */
static struct top_frame *frame_with_rates(void)
{
	struct top_frame *f = fixture_frame("containers");
	struct usage u = {.hz = 100, .when = 1000000000, .nprocs = f->snap->nprocs}, before = u;
	struct usage_net nets[] = {{.ino = 4026532406, .rx = 0, .tx = 0}, {.ino = 4026532700, .rx = USAGE_DENIED, .tx = USAGE_DENIED}};

	u.procs = calloc(u.nprocs, sizeof(*u.procs));
	for (size_t i = 0; i < u.nprocs; i++) {
		const struct snap_proc *p = &f->snap->procs[i];
		uint64_t io = p->pid == 1251 ? 4096 : p->pid == 1252 ? USAGE_UNKNOWN : USAGE_DENIED;

		u.procs[i] = (struct usage_proc){.pid = p->pid, .start = p->start, .read = io, .written = io, .pss = USAGE_ABSENT};
	}
	u.nets = nets;
	u.nnets = 2;
	before.procs = u.procs;
	before.nets = nets;
	before.nnets = 2;
	u.when += 1000000000;
	ck_assert_int_eq(rates_build(&before, &u, f->graph, f->groups, &f->rates), 0);
	free(u.procs);
	graph_set_live(f->graph, f->groups, f->rates);
	return f;
}

START_TEST(unknown_has_a_face_for_each_reason)
{
	char *end;

	t = top_at(NULL, 200, 60, true);
	top_take(t, frame_with_rates());
	keys(t, "3");
	ck_assert(strstr(screen_line(t, screen_find(t, " 1251 ")), "  0.0 7.0M     0B      0B"));
	ck_assert(strstr(screen_line(t, screen_find(t, " 1252 ")), "  0.0 7.0M                14d"));
	ck_assert(strstr(screen_line(t, screen_find(t, " 1220 ")), "  0.0 9.0M      ?       ?"));
	keys(t, "2");
	end = strdup(screen_line(t, screen_find(t, "4026532700")));
	ck_assert_msg(strstr(end, "    -   0B    ?    ? "), "%s", end); /* nobody is in it, and it has no door */
	free(end);
	end = strdup(screen_line(t, screen_find(t, "4026532401")));
	ck_assert_msg(strstr(end, "    -    - "), "%s", end); /* no network */
	free(end);
	top_free(t);
}
END_TEST

START_TEST(what_nobody_asked_for_is_blank_whatever_the_column)
{
	struct top_frame *f = fixture_frame("containers");
	char *line;

	f->want &= ~(WANT_USERS | WANT_NSPIDS | WANT_RSS);
	t = top_at(NULL, 100, 60, true);
	top_take(t, f);
	keys(t, "3");
	line = strdup(screen_line(t, screen_find(t, "nginx: master")));
	ck_assert_msg(!strstr(line, "root") && !strstr(line, "9.0M") && !strstr(line, "?"), "%s", line);
	ck_assert_msg(strstr(line, "1220            S "), "%s", line);
	free(line);
	top_free(t);
}
END_TEST

START_TEST(hostile_names_are_harmless)
{
	t = top_at("hostile", 120, 40, true);
	for (const char *view = "12345\t"; *view; view++) {
		top_key(t, *view);
		grid_is_sound(top_draw(t));
	}
	top_free(t);
}
END_TEST

/* Random keys, sizes and frames; the generator is fixed so that a failure can be had again. */
START_TEST(a_storm_of_20000_keys_is_survived)
{
	static const char *const fixtures[] = {"containers", "holders", "host", "hostile"};
	uint64_t x = 88172645463325252;

	t = top_at(NULL, 80, 24, true);
	for (int i = 0; i < 20000; i++) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		int r = (int)(x >> 33 & 0xffff);

		if (i % 500 == 7)
			top_take(t, fixture_frame(fixtures[r % 4]));
		if (i % 97 == 0)
			ck_assert_int_eq(top_resize(t, 1 + r % 130, 1 + r / 130 % 45), 0);
		if (r % 50 == 0)
			top_mouse(t, (enum top_mouse)(r % 3), r % 130, r % 45);
		else
			top_key(t, r & 1 ? TOP_CODE_FIRST + r / 2 % (TOP_CODE_END - TOP_CODE_FIRST) : r / 2 % 200);
		if (i % 37 == 0)
			grid_is_sound(top_draw(t));
		if (i % 101 == 0) {
			struct top_want w;

			ck_assert_int_eq(top_want(t, &w), 0);
			free(w.pids);
		}
	}
	top_free(t);
}
END_TEST

int main(void)
{
	return unit_run("top_model", every_size_has_a_sound_grid, ascii_is_all_there_is_without_utf8,
			before_a_frame_it_says_that_it_scans, groups_show_what_they_have_for_themselves,
			namespaces_without_processes_are_marked, enter_goes_down_to_members_and_backspace_back,
			what_is_new_and_what_is_gone_is_marked_for_one_refresh, a_group_stands_for_its_first_process, the_selection_follows_the_thing,
			until_it_is_moved_the_selection_is_the_first_line,
			going_down_leaves_the_filter_behind, words_and_numbers_alone_are_text_to_be_found,
			a_search_finds_the_next_and_the_one_before, folding_hides_what_is_below,
			escape_never_quits_and_q_does, entering_asks_for_the_target,
			a_signal_is_sent_after_two_questions_only, read_only_and_saved_forbid_both,
			the_last_line_offers_only_what_may_be_done, boxes_have_a_frame,
			the_chosen_item_shows_in_a_box_of_any_size,
			freezing_keeps_the_frame_and_says_so, two_marked_rows_are_compared, types_choose_rows,
			columns_can_be_chosen_and_moved,
			a_menu_leaves_the_last_line_alone, a_group_is_called_as_ip_netns_calls_its_network,
			the_mouse_selects_sorts_and_scrolls,
			settings_come_back_as_they_were_saved, what_costs_is_asked_for_while_it_shows,
			a_long_command_can_be_read_to_its_end, the_details_begin_with_the_verdict_and_say_nothing_twice,
			the_same_mount_in_many_namespaces_is_one_line,
			a_descriptor_is_told_with_the_thread_whose_table_it_is_in, pages_end_with_their_last_line_at_the_bottom,
			two_namespaces_are_compared_by_themselves, a_prompt_can_be_edited,
			where_lines_are_few_the_list_has_the_last_one, what_is_cut_off_says_so_and_notices_are_whole,
			menus_tell_of_columns_what_they_are_in_the_view, unknown_has_a_face_for_each_reason, what_nobody_asked_for_is_blank_whatever_the_column,
			hostile_names_are_harmless, a_storm_of_20000_keys_is_survived);
}
