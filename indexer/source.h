/* Bytes of a file to UTF-8 text. */
#ifndef PM_SOURCE_H
#define PM_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/status.h"

struct pm_source {
    struct pm_buf text;     /* UTF-8, LF line ends, no BOM, no NUL, no escape sequence */
    const char *encoding;   /* what it was: "utf-8", "shift_jis", "euc-jp", "iso-2022-jp", "utf-16";
                               static */
    size_t replaced;        /* bytes that were in no encoding and became U+FFFD */
    unsigned char hash[16]; /* XXH3-128 of the raw bytes: sees renames and edits */
};

/* Decode raw bytes: BOM, UTF-8, else whichever of Shift_JIS (CP932) and EUC-JP
 * decodes whole (a damaged byte or two aside) and looks like Japanese, else UTF-8
 * with replacements. Binary content (NUL bytes in what is not UTF-16, mostly control
 * bytes) is PM_EFORMAT. out is empty on failure; else free it with pm_source_free. */
enum pm_status pm_source_decode(const char *bytes, size_t len, struct pm_source *out,
                                struct pm_error *err);

/* Read and decode a regular file of at most limit bytes (PM_ELIMIT above it).
 * Never blocks on a FIFO or a device: those are PM_EIO. */
enum pm_status pm_source_read(const char *path, uint64_t limit, struct pm_source *out,
                              struct pm_error *err);

void pm_source_free(struct pm_source *s);

/* Append the raw bytes of a file to out; limits and errors as pm_source_read. */
enum pm_status pm_source_load(const char *path, uint64_t limit, struct pm_buf *out,
                              struct pm_error *err);

#endif
