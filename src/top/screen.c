/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top/screen.h"

#include "nsview/num.h"

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

static struct {
	SCREEN *curses;
	struct termios before; /* the terminal as it was found */
	char leave[256];       /* what brings it back: made while malloc() may be used */
	size_t leave_len;
	bool color;
	volatile sig_atomic_t state; /* SCREEN_*, for signal handlers as well */
} screen;

enum { SCREEN_CLOSED, SCREEN_OURS, SCREEN_LENT };
enum { NO_COLOR = -1 };

/* No terminal is larger. What one claims to be, or COLUMNS and LINES, must not be what takes all memory. */
enum { WIDTH_MAX = 2048, HEIGHT_MAX = 1024 };

/* Attributes tell all styles apart on a terminal without colours. */
static const struct {
	short color;
	attr_t attr;
} looks[TOP_STYLE_COUNT] = {
	[TOP_PLAIN] = {NO_COLOR, 0},
	[TOP_TITLE] = {COLOR_CYAN, A_BOLD},
	[TOP_DIM] = {NO_COLOR, A_DIM},
	[TOP_HEADING] = {COLOR_GREEN, A_REVERSE},
	[TOP_SORTED] = {COLOR_CYAN, A_REVERSE | A_BOLD},
	[TOP_SELECTED] = {COLOR_CYAN, A_REVERSE},
	[TOP_FRESH] = {COLOR_GREEN, A_BOLD},
	[TOP_GONE] = {COLOR_RED, A_DIM},
	[TOP_UNHELD] = {COLOR_YELLOW, 0},
	[TOP_OWN] = {COLOR_GREEN, 0},
	[TOP_SHARED] = {COLOR_RED, A_BOLD},
	[TOP_BAR] = {COLOR_GREEN, 0},
	[TOP_BAR_HIGH] = {COLOR_RED, A_BOLD},
	[TOP_KEY] = {COLOR_YELLOW, A_BOLD},
	[TOP_BANNER] = {COLOR_YELLOW, A_REVERSE},
	[TOP_ALARM] = {COLOR_RED, A_BOLD},
};

static void append(const char *s)
{
	size_t len = s && s != (char *)-1 ? strlen(s) : 0;

	if (screen.leave_len + len < sizeof(screen.leave)) {
		memcpy(screen.leave + screen.leave_len, s ? s : "", len);
		screen.leave_len += len;
	}
}

/* Padding in terminfo strings ("$<5>") would be shown as it stands: those are left out. */
static void append_capability(const char *name)
{
	const char *s = tigetstr((char *)name);

	if (s && s != (char *)-1 && !strstr(s, "$<"))
		append(s);
}

static void prepare_leaving(void)
{
	screen.leave_len = 0;
	append("\033[?1000l\033[?1006l");
	append_capability("sgr0");
	append_capability("cnorm");
	append_capability("rmkx");
	append_capability("rmcup");
}

/* Whether the settings of the terminal are ours to change. While it is lent and we are in the background, they are another's. */
static bool may_settle(void)
{
	return screen.state == SCREEN_OURS || tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* A terminal that is full makes room by forgetting what it has not shown yet; one that is gone needs nothing. */
static void write_leaving(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
	for (int tries = 0; tries < 10; tries++) {
		ssize_t n = write(STDOUT_FILENO, screen.leave, screen.leave_len);

		if (n == (ssize_t)screen.leave_len || (n < 0 && errno != EAGAIN && errno != EINTR))
			break;
		tcflush(STDOUT_FILENO, TCOFLUSH);
		poll(NULL, 0, 10); /* another thread may be about to write */
	}
	fcntl(STDOUT_FILENO, F_SETFL, flags);
}

void screen_abandon(void)
{
	struct termios flowing = screen.before;
	sigset_t ttou, mask;

	if (screen.state == SCREEN_CLOSED)
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &ttou, &mask);
	if (screen.state == SCREEN_OURS) {
		flowing.c_iflag &= ~(tcflag_t)IXON; /* output that Ctrl-S has stopped goes on */
		tcsetattr(STDIN_FILENO, TCSANOW, &flowing);
		write_leaving();
	}
	if (may_settle())
		tcsetattr(STDIN_FILENO, TCSANOW, &screen.before);
	screen.state = SCREEN_CLOSED;
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

static void begin_colors(bool color)
{
	screen.color = color && has_colors() && start_color() == OK;
	if (!screen.color)
		return;
	use_default_colors();
	for (short c = 0; c < 8; c++)
		init_pair((short)(c + 1), c, -1);
}

int screen_open(bool color)
{
	if (tcgetattr(STDIN_FILENO, &screen.before) < 0)
		return -ENOTTY;
	set_escdelay(25);
	use_env(FALSE); /* screen_size() knows better */
	screen.state = SCREEN_OURS;
	screen.curses = newterm(NULL, stdout, stdin);
	if (!screen.curses) {
		screen.state = SCREEN_CLOSED;
		return -ENOTTY;
	}
	prepare_leaving();
	begin_colors(color);
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	mouseinterval(0);
	mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	return 0;
}

static void leave(void)
{
	mousemask(0, NULL);
	endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &screen.before);
}

void screen_close(void)
{
	if (screen.state == SCREEN_OURS)
		leave();
	else if (screen.state == SCREEN_LENT && may_settle())
		tcsetattr(STDIN_FILENO, TCSADRAIN, &screen.before);
	if (screen.state != SCREEN_CLOSED)
		delscreen(screen.curses);
	screen.state = SCREEN_CLOSED;
}

void screen_lend(void)
{
	leave();
	screen.state = SCREEN_LENT;
}

void screen_take_back(void)
{
	screen.state = SCREEN_OURS;
	refresh();
	mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	clearok(stdscr, TRUE);
}

/* One side of the screen: what the terminal says, else what the environment says, else what it is already. */
static int side(int told, const char *variable, int present, int max)
{
	const char *text = getenv(variable);
	uint32_t n;

	if (told <= 0 && text && num_u32_parse(text, strlen(text), &n) == 0 && n > 0)
		told = n < (uint32_t)max ? (int)n : max;
	if (told <= 0)
		told = present;
	return told < max ? told : max;
}

void screen_size(int *width, int *height)
{
	struct winsize ws = {0};
	int w, h;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) < 0)
		ws = (struct winsize){0};
	w = side(ws.ws_col, "COLUMNS", COLS, WIDTH_MAX);
	h = side(ws.ws_row, "LINES", LINES, HEIGHT_MAX);
	if (w != COLS || h != LINES)
		resizeterm(h, w);
	*width = COLS;
	*height = LINES;
}

static void put_cell(int x, int y, const struct top_cell *c)
{
	wchar_t text[CCHARW_MAX + 1] = {0};
	cchar_t cc;
	attr_t attr = looks[c->style].attr;
	short pair = screen.color && looks[c->style].color != NO_COLOR ? (short)(looks[c->style].color + 1) : 0;

	if (mbstowcs(text, c->text, CCHARW_MAX) == (size_t)-1)
		wcscpy(text, L"?");
	if (setcchar(&cc, text, attr, pair, NULL) == OK)
		mvadd_wch(y, x, &cc);
}

/* ncurses fills the last place of a screen by inserting before it, for which a screen of one place has no room. */
static void show_only_cell(const struct top_cell *c)
{
	char out[TOP_CELL_TEXT + 2];
	int len = snprintf(out, sizeof(out), "\r%s", c->text);
	ssize_t ignored = write(STDOUT_FILENO, out, (size_t)len);

	(void)ignored;
}

void screen_show(const struct top_grid *g, bool anew)
{
	erase();
	for (int y = 0; y < g->height && y < LINES; y++)
		for (int x = 0; x < g->width && x < COLS; x++)
			if (g->cells[y * g->width + x].width)
				put_cell(x, y, &g->cells[y * g->width + x]);
	curs_set(g->cursor_x >= 0);
	if (g->cursor_x >= 0)
		move(g->cursor_y, g->cursor_x);
	if (anew)
		clearok(stdscr, TRUE);
	refresh();
	if (LINES == 1 && COLS == 1 && g->cells->width == 1)
		show_only_cell(g->cells);
}

static int special(wint_t code)
{
	static const struct {
		int curses, ours;
	} keys[] = {
		{KEY_UP, TOP_UP},         {KEY_DOWN, TOP_DOWN},   {KEY_LEFT, TOP_LEFT},           {KEY_RIGHT, TOP_RIGHT},
		{KEY_PPAGE, TOP_PGUP},    {KEY_NPAGE, TOP_PGDN},  {KEY_HOME, TOP_HOME},           {KEY_END, TOP_END},
		{KEY_DC, TOP_DELETE},     {KEY_BTAB, TOP_BACKTAB}, {KEY_BACKSPACE, TOP_BACKSPACE}, {KEY_ENTER, TOP_ENTER},
	};

	if (code >= KEY_F(1) && code <= KEY_F(10))
		return TOP_F1 + (int)(code - KEY_F(1));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if ((wint_t)keys[i].curses == code)
			return keys[i].ours;
	return 0;
}

static struct screen_event mouse_event(void)
{
	struct screen_event e = {.kind = SCREEN_NONE};
	MEVENT m;

	if (getmouse(&m) != OK)
		return e;
	e = (struct screen_event){.kind = SCREEN_MOUSE, .mouse = TOP_CLICK, .x = m.x, .y = m.y};
	if (m.bstate & BUTTON4_PRESSED)
		e.mouse = TOP_WHEEL_UP;
	else if (m.bstate & BUTTON5_PRESSED)
		e.mouse = TOP_WHEEL_DOWN;
	return e;
}

struct screen_event screen_event(void)
{
	struct screen_event e = {.kind = SCREEN_NONE};
	wint_t code;
	int kind = wget_wch(stdscr, &code);

	if (kind == KEY_CODE_YES && code == KEY_RESIZE)
		e.kind = SCREEN_RESIZED;
	else if (kind == KEY_CODE_YES && code == KEY_MOUSE)
		return mouse_event();
	else if (kind == KEY_CODE_YES)
		e = (struct screen_event){.kind = special(code) ? SCREEN_KEY : SCREEN_NONE, .key = special(code)};
	else if (kind == OK)
		e = (struct screen_event){.kind = SCREEN_KEY, .key = code == '\r' ? TOP_ENTER : (int)code};
	return e;
}
