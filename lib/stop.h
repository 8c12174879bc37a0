/* Stop words (dict/stopwords.tsv): too common to find anything by. */
#ifndef PM_STOP_H
#define PM_STOP_H

enum pm_stop {
    PM_STOP_NO,  /* a word like any other */
    PM_STOP_YES, /* takes a position only */
    /* Nothing is found by it alone, but names hold it: "took down", "log in", 気づかない. */
    PM_STOP_HELD,
    PM_STOP_TIGHT, /* the same, and no word may stand between it and the rest of the name */
    PM_STOP_LOOSE, /* the same, and more may: 気づいていない */
};

#endif
