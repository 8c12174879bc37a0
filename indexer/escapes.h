/* Control sequences for terminals, as a log piped in by way of one holds them. */
#ifndef PM_ESCAPES_H
#define PM_ESCAPES_H

#include "lib/buf.h"

/* Take whole sequences out of the text, in place: CSI (colours, cursor), strings (OSC and the
 * like, ended by BEL or ESC \ on the same line) and the short ones (ESC ( B). Line ends stay,
 * and so does an ESC that starts no whole sequence. */
void pm_escapes_strip(struct pm_buf *text);

#endif
