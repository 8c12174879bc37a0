#include "indexer/block.h"

#include <string.h>
#include <strings.h>
#include <xxhash.h>

#include "indexer/lines.h"
#include "lib/buf.h"

enum { MIN_SLOTS = 64, MAX_FILL = 64 };

struct pm_block *pm_blocks_add(struct pm_arena *a, struct pm_blocks *b, enum pm_block_kind kind,
                               int line)
{
    struct pm_block *grown =
        pm_arena_grow(a, b->items, b->count, b->count + 1, sizeof *grown, &b->cap);
    if (grown == NULL)
        return NULL;
    b->items = grown;
    struct pm_block *added = &grown[b->count++];
    *added = (struct pm_block){.kind = kind, .line = line, .checked = -1, .text = ""};
    return added;
}

enum pm_status pm_block_text(struct pm_arena *a, struct pm_block *b, const char *text, size_t len)
{
    char *copy = pm_arena_strndup(a, text, len);
    if (copy == NULL)
        return PM_ENOMEM;
    b->text = copy;
    b->len = len;
    return PM_OK;
}

/* The slot that holds the link, or the free one where it belongs. */
static size_t *find_slot(const struct pm_blocks *b, const char *url, size_t len)
{
    size_t i = XXH3_64bits(url, len) & (b->n_link_slots - 1);
    while (b->link_slots[i] != 0) {
        const char *known = b->links[b->link_slots[i] - 1];
        if (strncmp(known, url, len) == 0 && known[len] == '\0')
            break;
        i = (i + 1) & (b->n_link_slots - 1);
    }
    return &b->link_slots[i];
}

static enum pm_status grow_slots(struct pm_arena *a, struct pm_blocks *b)
{
    size_t want = b->n_link_slots == 0 ? MIN_SLOTS : b->n_link_slots * 2;
    size_t *slots = pm_arena_calloc(a, want, sizeof *slots);
    if (slots == NULL)
        return PM_ENOMEM;
    b->link_slots = slots;
    b->n_link_slots = want;
    for (size_t i = 0; i < b->n_links; i++)
        *find_slot(b, b->links[i], strlen(b->links[i])) = i + 1;
    return PM_OK;
}

static size_t scheme(const char *url, size_t len)
{
    if (len > 7 && strncasecmp(url, "http://", 7) == 0)
        return 7;
    return len > 8 && strncasecmp(url, "https://", 8) == 0 ? 8 : 0;
}

enum pm_status pm_blocks_link(struct pm_arena *a, struct pm_blocks *b, const char *url, size_t len)
{
    url = pm_trim(url, &len);
    if (scheme(url, len) == 0 || memchr(url, '\0', len) != NULL)
        return PM_OK;
    if (b->n_links * 2 >= b->n_link_slots && grow_slots(a, b) != PM_OK)
        return PM_ENOMEM;
    size_t *slot = find_slot(b, url, len);
    if (*slot != 0)
        return PM_OK;
    const char **grown =
        pm_arena_grow(a, b->links, b->n_links, b->n_links + 1, sizeof *grown, &b->links_cap);
    if (grown == NULL)
        return PM_ENOMEM;
    b->links = grown;
    grown[b->n_links] = pm_arena_strndup(a, url, len);
    if (grown[b->n_links] == NULL)
        return PM_ENOMEM;
    *slot = ++b->n_links;
    return PM_OK;
}

/* Where the URL that starts at s ends: its characters, less what closes a sentence
 * or a parenthesis that it does not open. */
static size_t url_end(const char *s, size_t len)
{
    size_t n = 0;
    long open = 0;
    while (n < len && s[n] > ' ' && s[n] < 0x7f && strchr("<>\"`{}|\\^", s[n]) == NULL) {
        open += (s[n] == '(' || s[n] == '[') - (s[n] == ')' || s[n] == ']');
        n++;
    }
    for (; n > 0; n--) {
        bool close = s[n - 1] == ')' || s[n - 1] == ']';
        if (close ? open >= 0 : strchr(".,:;!?'*_~([", s[n - 1]) == NULL)
            break;
        open += close;
        open -= s[n - 1] == '(' || s[n - 1] == '[';
    }
    return n;
}

/* The next "://" by its colon: most texts have few. */
static const char *find_mark(const char *s, size_t len)
{
    const char *end = s + len;
    while ((s = memchr(s, ':', (size_t)(end - s))) != NULL) {
        if (end - s >= 3 && s[1] == '/' && s[2] == '/')
            return s;
        s++;
    }
    return NULL;
}

enum pm_status pm_blocks_scan(struct pm_arena *a, struct pm_blocks *b, const char *text, size_t len)
{
    for (size_t pos = 0; pos < len;) {
        const char *mark = find_mark(text + pos, len - pos);
        if (mark == NULL)
            return PM_OK;
        size_t at = (size_t)(mark - text);
        size_t back = at - pos >= 5 && strncasecmp(mark - 5, "https", 5) == 0  ? 5
                      : at - pos >= 4 && strncasecmp(mark - 4, "http", 4) == 0 ? 4
                                                                               : 0;
        size_t n = back == 0 ? 0 : url_end(text + at - back, len - at + back);
        if (n > 0 && pm_blocks_link(a, b, text + at - back, n) != PM_OK)
            return PM_ENOMEM;
        pos = n > back + 3 ? at - back + n : at + 3;
    }
    return PM_OK;
}

static char *copy_cell(struct pm_arena *a, const char *cell)
{
    size_t len = strlen(cell);
    cell = pm_trim(cell, &len);
    char *copy = pm_arena_strndup(a, cell, len);
    for (char *p = copy; p != NULL && *p != '\0'; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    return copy;
}

/* The cells joined; empty ones at the end are left out. */
static enum pm_status join_cells(struct pm_arena *a, struct pm_block *row)
{
    size_t last = row->n_cells;
    while (last > 0 && row->cells[last - 1][0] == '\0')
        last--;
    struct pm_buf text = {0};
    for (size_t i = 0; i < last; i++) {
        if (i > 0)
            pm_buf_adds(&text, " | ");
        pm_buf_adds(&text, row->cells[i]);
    }
    enum pm_status st =
        text.failed ? PM_ENOMEM : pm_block_text(a, row, pm_buf_text(&text), text.len);
    pm_buf_free(&text);
    return st;
}

enum pm_status pm_blocks_row(struct pm_arena *a, struct pm_blocks *b, int line, int table,
                             bool header, const char *const *cells, size_t n, size_t columns)
{
    bool empty = true;
    size_t room = columns > n && columns <= MAX_FILL ? columns : n;
    const char **copy = pm_arena_calloc(a, room + 1, sizeof *copy);
    if (copy == NULL)
        return PM_ENOMEM;
    for (size_t i = 0; i < room; i++) {
        copy[i] = i < n ? copy_cell(a, cells[i]) : "";
        if (copy[i] == NULL)
            return PM_ENOMEM;
        empty = empty && copy[i][0] == '\0';
    }
    if (empty)
        return PM_OK;
    struct pm_block *row = pm_blocks_add(a, b, PM_BLOCK_ROW, line);
    if (row == NULL)
        return PM_ENOMEM;
    row->cells = copy;
    row->n_cells = room;
    row->table = table;
    row->header = header;
    return join_cells(a, row);
}
