/* What people read: one table of messages in two languages (dict/messages.tsv). */
#ifndef PM_UI_H
#define PM_UI_H

#include <stddef.h>

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/dict.h"
#include "lib/section.h"
#include "lib/status.h"

struct pm_ui;

/* lang: "ja", "en", or NULL for LC_ALL, LC_MESSAGES, LANG in that order (ja* is
 * Japanese, anything else English). Loads the table once. */
enum pm_status pm_ui_open(struct pm_dict *dict, const char *lang, struct pm_ui **out,
                          struct pm_error *err);
void pm_ui_close(struct pm_ui *ui);

/* "ja" or "en"; static. */
const char *pm_ui_lang(const struct pm_ui *ui);

/* The one of two names that is in the reader's language. */
const char *pm_ui_choose(const struct pm_ui *ui, const char *en, const char *ja);

/* The message of that key; the key itself where the table lacks it. ui may be NULL
 * (no dictionary yet): then always the key. Owned by ui. */
const char *pm_ui_text(const struct pm_ui *ui, const char *key);

/* The section's name for people ("Root cause", 「根本原因」). Owned by ui. */
const char *pm_ui_section(const struct pm_ui *ui, enum pm_section s);

/* Append the message of key with {0}, {1}... replaced by the n strings of args. */
void pm_ui_format(const struct pm_ui *ui, struct pm_buf *out, const char *key,
                  const char *const *args, size_t n);

#endif
