/* One postmortem as the reader understood it: what the writer stores, what
 * `like FILE` compares. All strings are UTF-8, NUL-terminated, and live in the
 * incident's own arena; absent strings are NULL. */
#ifndef PM_INCIDENT_H
#define PM_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/section.h"

/* A stretch of text under one heading, or of one kind where there are none. */
struct pm_section_text {
    enum pm_section section;
    const char *heading; /* as written, without markup; NULL where there is none */
    const char *text;    /* plain text: markup removed, characters as in the original;
                            paragraphs end in '\n', table cells are joined by " | " */
    size_t len;          /* bytes of text */
    int line;            /* 1-based line of the file where it starts */
};

struct pm_action_item {
    const char *what;
    const char *owner; /* as written */
    const char *due;   /* ISO date where it could be read, else as written */
    const char *state; /* "open", "done", "dropped", or NULL: not told */
    const char *kind;  /* "prevent", "detect", "mitigate", "correct", "process", or NULL */
    int line;
};

struct pm_timeline_event {
    const char *time; /* as written */
    const char *what;
    int line;
};

/* Something that could not be read as meant; the rest was indexed all the same. */
struct pm_warning {
    int line; /* 1-based, 0: the whole file */
    const char *text;
};

struct pm_incident {
    struct pm_arena arena;

    const char *id;        /* front matter id; NULL: the store derives one */
    const char *title;     /* never NULL: the file stem in need */
    bool titled;           /* the title is the document's own */
    const char *date;      /* "YYYY-MM-DD" of the incident, or NULL */
    const char *start;     /* ISO 8601 "YYYY-MM-DDTHH:MM:SSZ" or without Z, or NULL */
    const char *end;       /* as start */
    const char *published; /* "YYYY-MM-DD" or NULL */
    long duration_min;     /* minutes; -1: not told */
    const char *severity;  /* as written, trimmed ("SEV1", "重大度: 高" gives "高") */
    const char *status;
    const char *company;
    const char *product;
    const char *url;
    const char *lang; /* "ja" or "en", by the text's own letters (or front matter lang) */
    bool is_incident; /* false: README, template, licence, empty form */

    const char **services;
    size_t n_services;
    const char **tags;
    size_t n_tags; /* tags, keywords, categories */
    const char **authors;
    size_t n_authors;
    const char **links;
    size_t n_links; /* URLs in the body, in order, no repeats */

    struct pm_section_text *sections;
    size_t n_sections; /* document order */
    struct pm_action_item *actions;
    size_t n_actions;
    struct pm_timeline_event *events;
    size_t n_events;
    struct pm_warning *warnings;
    size_t n_warnings;
};

/* A new empty incident, or NULL when memory is out. */
struct pm_incident *pm_incident_new(void);

/* Free it and its arena; NULL is allowed. */
void pm_incident_free(struct pm_incident *inc);

/* Add a warning (printf); lost without a word only when memory is out. */
void pm_incident_warn(struct pm_incident *inc, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
