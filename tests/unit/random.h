/* Random cases of the property tests: the same ones at each run, others by PM_SEED, more
 * or fewer by PM_CASES. */
#ifndef PM_TEST_RANDOM_H
#define PM_TEST_RANDOM_H

#include <stdint.h>
#include <stdlib.h>

static inline unsigned long from_environment(const char *name, unsigned long other)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? other : strtoul(value, NULL, 10);
}

/* A number below limit. */
static inline uint32_t pick(uint64_t *seed, size_t limit)
{
    *seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = *seed;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) % (limit == 0 ? 1 : limit));
}

#endif
