/* Large pages for memory that is looked up all over: the tables of words, cards and
 * postings take tens of megabytes, and with pages of 2 MB, where the system has them,
 * their addresses are found without a walk. Hints only: nothing fails without them. */
#ifndef PM_LARGE_PAGES_H
#define PM_LARGE_PAGES_H

/* For what the calling thread allocates from now on. Call it before threads are started,
 * and at the start of each. */
void pm_large_pages_main(void);
void pm_large_pages_thread(void);

#endif
