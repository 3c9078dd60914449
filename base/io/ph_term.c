/* ph_term - what a terminal gets and a pipe does not: colour and width.   Layer: base/io */
#include "ph_term.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ph_file.h"

static ph_colour_when when = PH_COLOUR_AUTO;

static const char *const codes[] = {
    [PH_COLOUR_PLAIN] = "",        [PH_COLOUR_BOLD] = "\x1b[1m",   [PH_COLOUR_DIM] = "\x1b[2m",
    [PH_COLOUR_RED] = "\x1b[31m",  [PH_COLOUR_GREEN] = "\x1b[32m", [PH_COLOUR_YELLOW] = "\x1b[33m",
    [PH_COLOUR_BLUE] = "\x1b[34m",
};

void ph_term_set_colour(ph_colour_when w)
{
    when = w;
}

bool ph_term_is_terminal(FILE *f)
{
    return isatty(fileno(f)) == 1;
}

bool ph_term_has_colour(FILE *f)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (when != PH_COLOUR_AUTO)
        return when == PH_COLOUR_ALWAYS;
    return ph_term_is_terminal(f) && (no == NULL || no[0] == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

unsigned ph_term_columns(FILE *f)
{
    struct winsize size;

    if (ioctl(fileno(f), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

const char *ph_term_on(FILE *f, ph_colour colour)
{
    return ph_term_has_colour(f) ? codes[colour] : "";
}

const char *ph_term_off(FILE *f, ph_colour colour)
{
    return colour != PH_COLOUR_PLAIN && ph_term_has_colour(f) ? "\x1b[0m" : "";
}

ph_rc ph_term_write(FILE *f, ph_span bytes)
{
    if (bytes.len > 0 && fwrite(bytes.ptr, 1, bytes.len, f) != bytes.len)
        return ph_errno_rc(errno);
    return fflush(f) != 0 ? ph_errno_rc(errno) : PH_OK;
}

ph_rc ph_term_write_buf(FILE *f, const ph_buf *b)
{
    return b->rc != PH_OK ? b->rc : ph_term_write(f, ph_buf_span(b));
}
