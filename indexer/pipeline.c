#include "indexer/pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indexer/source.h"

enum {
    SLOTS_PER_THREAD = 128, /* enough to go on with while the tables of terms are made */
    BYTES_IN_FLIGHT = 16 * 1024 * 1024, /* of files; an analysis takes several times that */
    WAIT_NS = 100 * 1000 * 1000,
};

struct shared {
    const struct pm_pipeline *p;
    const struct pm_job *jobs;
    size_t n;
    pthread_mutex_t lock;
    pthread_cond_t ready; /* a result came */
    pthread_cond_t room;  /* a result went */
    struct slot {
        struct pm_result result;
        bool full;
    } * slots;
    size_t n_slots;
    size_t taken;    /* jobs given to workers */
    size_t consumed; /* results handed on */
    int64_t bytes;   /* of the files taken and not consumed */
    size_t waiting;  /* workers that wait for room */
    bool stopping;
};

static bool is_fatal(enum pm_status st)
{
    return st == PM_ENOMEM || st == PM_EDICT || st == PM_EDB;
}

static void work(const struct shared *s, struct pm_analyzer *z, const struct pm_job *job,
                 struct pm_result *r)
{
    struct pm_source source = {0};
    struct pm_incident *incident = NULL;
    *r = (struct pm_result){.kind = PM_RESULT_SKIPPED};
    r->status = pm_source_read(job->real, s->p->max_bytes, &source, &r->error);
    if (r->status == PM_OK) {
        memcpy(r->hash, source.hash, sizeof r->hash);
        if (job->known && memcmp(r->hash, job->hash, sizeof r->hash) == 0) {
            r->kind = PM_RESULT_SAME;
            pm_source_free(&source);
            return;
        }
        r->status = pm_document_parse(s->p->reader, job->path, pm_buf_text(&source.text),
                                      source.text.len, &incident, &r->error);
    }
    if (r->status == PM_OK && source.replaced > 0)
        pm_incident_warn(incident, 0, "%zu bytes were in no known encoding", source.replaced);
    pm_source_free(&source);
    if (r->status == PM_OK)
        r->status = pm_analyze(z, incident, &r->analysis, &r->error);
    if (r->status == PM_OK)
        r->kind = PM_RESULT_ANALYSED;
}

/* May a worker start the next job? The one that the consumer waits for always may. */
static bool may_start(const struct shared *s)
{
    size_t ahead = s->taken - s->consumed;
    return ahead == 0 || (ahead < s->n_slots && s->bytes < BYTES_IN_FLIGHT);
}

static bool take_job(struct shared *s, size_t *job)
{
    (void)pthread_mutex_lock(&s->lock);
    while (!s->stopping && s->taken < s->n && !may_start(s)) {
        s->waiting++;
        (void)pthread_cond_wait(&s->room, &s->lock);
        s->waiting--;
    }
    bool go = !s->stopping && s->taken < s->n;
    if (go) {
        *job = s->taken++;
        s->bytes += s->jobs[*job].size;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return go;
}

static void hand_in(struct shared *s, size_t job, const struct pm_result *r)
{
    struct slot *slot = &s->slots[job % s->n_slots];
    (void)pthread_mutex_lock(&s->lock);
    slot->result = *r;
    slot->full = true;
    if (job == s->consumed)
        (void)pthread_cond_signal(&s->ready);
    (void)pthread_mutex_unlock(&s->lock);
}

static void *worker(void *arg)
{
    struct shared *s = arg;
    struct pm_analyzer *z = NULL;
    struct pm_error err = {0};
    enum pm_status st = pm_analyzer_new(s->p->lexer, &z, &err);
    size_t job;
    while (take_job(s, &job)) {
        struct pm_result r;
        if (st == PM_OK)
            work(s, z, &s->jobs[job], &r);
        else
            r = (struct pm_result){.kind = PM_RESULT_SKIPPED, .status = st, .error = err};
        hand_in(s, job, &r);
    }
    pm_analyzer_free(z);
    return NULL;
}

/* Wait for the next result in order; false when the run is to stop. */
static bool next_result(struct shared *s, struct pm_result *r)
{
    struct slot *slot = &s->slots[s->consumed % s->n_slots];
    bool stop = s->p->stop(s->p->ctx);
    (void)pthread_mutex_lock(&s->lock);
    while (!stop && !slot->full) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WAIT_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        (void)pthread_cond_timedwait(&s->ready, &s->lock, &until);
        stop = s->p->stop(s->p->ctx);
    }
    if (!stop) {
        *r = slot->result;
        slot->full = false;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return !stop;
}

static void let_go(struct shared *s)
{
    (void)pthread_mutex_lock(&s->lock);
    s->bytes -= s->jobs[s->consumed].size;
    s->consumed++;
    if (s->waiting > 0)
        (void)pthread_cond_broadcast(&s->room);
    (void)pthread_mutex_unlock(&s->lock);
}

static enum pm_status consume_all(struct shared *s, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    while (st == PM_OK && s->consumed < s->n) {
        struct pm_result r;
        if (!next_result(s, &r))
            return pm_fail(err, PM_EINTERRUPTED, "interrupted");
        if (r.kind == PM_RESULT_SKIPPED && is_fatal(r.status))
            st = pm_fail(err, r.status, "%s", r.error.text);
        else
            st = s->p->consume(s->p->ctx, s->consumed, &r, err);
        pm_analysis_free(r.analysis);
        let_go(s);
    }
    return st;
}

static void finish(struct shared *s, pthread_t *threads, unsigned n)
{
    (void)pthread_mutex_lock(&s->lock);
    s->stopping = true;
    (void)pthread_cond_broadcast(&s->room);
    (void)pthread_mutex_unlock(&s->lock);
    for (unsigned i = 0; i < n; i++)
        (void)pthread_join(threads[i], NULL);
    for (size_t i = 0; i < s->n_slots; i++)
        if (s->slots[i].full)
            pm_analysis_free(s->slots[i].result.analysis);
    (void)pthread_cond_destroy(&s->ready);
    (void)pthread_cond_destroy(&s->room);
    (void)pthread_mutex_destroy(&s->lock);
    free(s->slots);
    free(threads);
}

enum pm_status pm_pipeline_run(const struct pm_pipeline *p, const struct pm_job *jobs, size_t n,
                               struct pm_error *err)
{
    unsigned wanted = p->threads < n ? p->threads : (unsigned)n, started = 0;
    struct shared s = {.p = p, .jobs = jobs, .n = n};
    s.n_slots = (size_t)(wanted + 1) * SLOTS_PER_THREAD;
    s.slots = calloc(s.n_slots, sizeof *s.slots);
    pthread_t *threads = calloc((size_t)wanted + 1, sizeof *threads);
    if (s.slots == NULL || threads == NULL) {
        free(s.slots);
        free(threads);
        return pm_fail(err, PM_ENOMEM, "out of memory");
    }
    (void)pthread_mutex_init(&s.lock, NULL);
    (void)pthread_cond_init(&s.ready, NULL);
    (void)pthread_cond_init(&s.room, NULL);
    while (started < wanted && pthread_create(&threads[started], NULL, worker, &s) == 0)
        started++;
    enum pm_status st = started == 0 && n > 0 ? pm_fail(err, PM_ENOMEM, "unable to start a thread")
                                              : consume_all(&s, err);
    finish(&s, threads, started);
    return st;
}
