/* The words around the facts of a postmortem (dict/meta-keys.tsv): keys of
 * metadata, headers of tables, states and kinds of action items. */
#ifndef PM_WORDS_H
#define PM_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/namemap.h"
#include "lib/dict.h"

enum pm_word_group {
    PM_WORD_KEY,      /* enum pm_fact */
    PM_WORD_COLUMN,   /* enum pm_column */
    PM_WORD_STATE,    /* enum pm_action_state */
    PM_WORD_KIND,     /* enum pm_action_kind, as a label */
    PM_WORD_KINDWORD, /* enum pm_action_kind, as a word of the item */
    PM_WORD_OWNER,    /* enum pm_column, as a label inside an item */
    PM_WORD_FILE,     /* enum pm_file_word */
    PM_WORD_BLANK,    /* placeholders; the value means nothing */
    PM_WORD_LEAD,     /* what announces that a list follows; the same */
    PM_WORD_GROUPS
};

enum pm_fact {
    PM_FACT_NONE,
    PM_FACT_ID,
    PM_FACT_TITLE,
    PM_FACT_DATE,
    PM_FACT_START,
    PM_FACT_END,
    PM_FACT_PUBLISHED,
    PM_FACT_DURATION,
    PM_FACT_PERIOD, /* start, end and perhaps the duration in one value */
    PM_FACT_SEVERITY,
    PM_FACT_STATUS,
    PM_FACT_COMPANY,
    PM_FACT_PRODUCT,
    PM_FACT_SERVICES,
    PM_FACT_TAGS,
    PM_FACT_AUTHORS,
    PM_FACT_URL,
    PM_FACT_LANG,
    PM_FACT_SUMMARY,
    PM_FACT_IGNORE, /* known metadata that no field is for */
};

enum pm_column {
    PM_COLUMN_NONE,
    PM_COLUMN_WHAT,
    PM_COLUMN_OWNER,
    PM_COLUMN_DUE,
    PM_COLUMN_STATE,
    PM_COLUMN_KIND,
    PM_COLUMN_TIME,
    PM_COLUMN_EVENT,
    PM_COLUMN_IGNORE,
};

enum pm_action_state { PM_STATE_NONE, PM_STATE_OPEN, PM_STATE_DONE, PM_STATE_DROPPED };

enum pm_action_kind {
    PM_KIND_NONE,
    PM_KIND_PREVENT,
    PM_KIND_DETECT,
    PM_KIND_MITIGATE,
    PM_KIND_CORRECT,
    PM_KIND_PROCESS,
};

enum pm_file_word { PM_FILE_NONE, PM_FILE_NAME, PM_FILE_WORD };

struct pm_words {
    struct pm_namemap names;
};

/* Read the table "meta-keys": group, value, name. */
enum pm_status pm_words_load(struct pm_words *w, struct pm_dict *dict, struct pm_error *err);

/* Add one row of the table; line is for messages. A name may stand for two columns
 * (description: what of an action, event of a timeline); both are kept. */
enum pm_status pm_words_add(struct pm_words *w, const char *group, const char *value,
                            const char *name, int line, struct pm_error *err);

/* What the whole of s (any spelling; '_' and '-' as spaces too) stands for in a
 * group, or 0. For columns see pm_words_column. */
int pm_words_value(const struct pm_words *w, enum pm_word_group group, const char *s, size_t len);

/* What the longest name of the group contained in s stands for, or 0. */
int pm_words_within(const struct pm_words *w, enum pm_word_group group, const char *s, size_t len);

/* Can the header cell s stand for column c? Glosses in parentheses do not matter. */
bool pm_words_column(const struct pm_words *w, enum pm_column c, const char *s, size_t len);

/* The state or kind as stored ("open", "prevent"), NULL for 0; static. */
const char *pm_action_state_name(int state);
const char *pm_action_kind_name(int kind);

void pm_words_free(struct pm_words *w);

#endif
