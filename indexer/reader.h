/* What the reader of documents knows, for the files that make it up; everybody
 * else uses document.h. */
#ifndef PM_READER_H
#define PM_READER_H

#include "indexer/cues.h"
#include "indexer/heading.h"
#include "indexer/words.h"

struct pm_reader {
    struct pm_headings headings;
    struct pm_words words;
    struct pm_cues *cues;
    char fingerprint[80];
};

#endif
