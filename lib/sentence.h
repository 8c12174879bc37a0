/* Sentences: the unit of analysis, of evidence and of snippets. Text is cut here
 * before MeCab sees it, so that a sentence analysed alone gives the same tokens
 * as in its document. */
#ifndef PM_SENTENCE_H
#define PM_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

/* The next sentence of the len bytes of UTF-8 at text, from *pos on. Cuts behind
 * 。！？ and their closing brackets, behind . ! ? followed by white space and the start
 * of a new sentence (not behind "e.g.", "v1.2", "Inc.", "a.m." and the like),
 * and at every newline. A sentence longer than 2,000 bytes is cut at a comma,
 * a space, or in need between characters. White space around it is left out;
 * empty ones are skipped. Returns false at the end; otherwise text[*start ..
 * *start + *n) is the sentence and *pos stands behind it. */
bool pm_sentence_next(const char *text, size_t len, size_t *pos, size_t *start, size_t *n);

#endif
