/* Reading and analysing files in worker threads, handing the results to one
 * consumer in the order of the jobs, with bounded memory. */
#ifndef PM_PIPELINE_H
#define PM_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/analysis.h"
#include "indexer/document.h"
#include "lib/status.h"
#include "lib/tokenizer.h"

struct pm_job {
    const char *real; /* the file to read */
    const char *path; /* its name for people; gives the format */
    int64_t size;     /* bytes, about: for the memory bound */
    bool known;       /* hash holds what was read last time: the same again needs no analysis */
    unsigned char hash[16];
};

enum pm_result_kind {
    PM_RESULT_ANALYSED,
    PM_RESULT_SAME,    /* the bytes are those of job.hash */
    PM_RESULT_SKIPPED, /* status and error tell why */
};

struct pm_result {
    enum pm_result_kind kind;
    unsigned char hash[16];
    struct pm_analysis *analysis; /* ANALYSED only; the pipeline frees it */
    enum pm_status status;
    struct pm_error error;
};

struct pm_pipeline {
    const struct pm_reader *reader;
    struct pm_lexer *lexer;
    uint64_t max_bytes; /* larger files are skipped */
    unsigned threads;   /* workers, at least 1 */
    void *ctx;
    /* Called in the caller's thread, in the order of the jobs. Another status than
     * PM_OK ends the run. */
    enum pm_status (*consume)(void *ctx, size_t job, const struct pm_result *r,
                              struct pm_error *err);
    /* Asked between documents and while waiting; true ends the run with
     * PM_EINTERRUPTED. */
    bool (*stop)(void *ctx);
};

/* Run all n jobs. Trouble with one file is a result; memory or dictionary trouble
 * ends the run. */
enum pm_status pm_pipeline_run(const struct pm_pipeline *p, const struct pm_job *jobs, size_t n,
                               struct pm_error *err);

#endif
