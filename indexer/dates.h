/* Dates, times of day and durations in English and Japanese prose. The functions
 * that read expect text folded with PM_FOLD_WIDTH (full-width digits, case). */
#ifndef PM_DATES_H
#define PM_DATES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"

struct pm_when {
    int year, month, day; /* year 0: not told; all 0: no date */
    int hour, minute, second;
    bool has_time;
    bool has_zone; /* offset is known */
    int offset;    /* minutes east of UTC */
};

/* Read a date, a time or both that start at s: "2024-03-05 10:23 UTC", "2024/3/5",
 * "march 5th, 2024", "5 march 2024", "2024年3月5日(火) 10時23分", "令和6年3月5日",
 * "10:23:01z", "9:37am pst", "3/26". Returns its bytes, 0 when there is none. */
size_t pm_when_at(const char *s, size_t len, struct pm_when *out);

/* The first one with a full date in s; false when there is none. */
bool pm_when_find(const char *s, size_t len, struct pm_when *out);

/* The first range in s, "2026-03-23 19:25 jst 〜 21:27 jst", the end taking the date
 * and zone that it does not name from the start. An open range has only a start:
 * *end is zero then. False when there is no full date. */
bool pm_when_range(const char *s, size_t len, struct pm_when *start, struct pm_when *end);

/* The time or date in front of a timeline line: "[17:12] ", "10:23 utc - ",
 * "2024-03-05 10:23 | ". Returns the bytes up to the text behind it, *width those of
 * the time itself from *at on, or 0. */
size_t pm_time_prefix(const char *s, size_t len, size_t *at, size_t *width, struct pm_when *out);

/* Does a text, in any width, start with a time of the day? Its first line is enough. */
bool pm_starts_timed(const char *s, size_t len);

/* The first duration in s in minutes ("1 h 30 min", "~19 hours and 33 minutes", "2時間30分",
 * "9 days"), seconds rounded up; -1 when there is none. */
long pm_duration(const char *s, size_t len);

/* Has it a full date? */
bool pm_when_dated(const struct pm_when *w);

/* "2024-03-05", or NULL when memory is out. */
const char *pm_when_day(struct pm_arena *a, const struct pm_when *w);

/* "2024-03-05T10:23:00", turned to UTC with Z where the zone is known. */
const char *pm_when_iso(struct pm_arena *a, const struct pm_when *w);

/* Minutes from one to the other, -1 when they cannot be compared or go backwards. */
long pm_when_between(const struct pm_when *from, const struct pm_when *to);

#endif
