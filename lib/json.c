#include "lib/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/utf8.h"

static void escape(struct pm_buf *out, const char *s, size_t len)
{
    pm_buf_addc(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\') {
            pm_buf_addc(out, '\\');
            pm_buf_addc(out, (char)c);
        } else if (c == '\n') {
            pm_buf_adds(out, "\\n");
        } else if (c == '\t') {
            pm_buf_adds(out, "\\t");
        } else if (c < 0x20 || c == 0x7f) {
            pm_buf_addf(out, "\\u%04x", c);
        } else {
            pm_buf_addc(out, (char)c);
        }
    }
    pm_buf_addc(out, '"');
}

static void value(struct pm_json *j, const char *key)
{
    if (j->comma)
        pm_buf_addc(j->out, ',');
    j->comma = true;
    if (key != NULL) {
        escape(j->out, key, strlen(key));
        pm_buf_addc(j->out, ':');
    }
}

void pm_json_begin(struct pm_json *j, struct pm_buf *out)
{
    *j = (struct pm_json){.out = out};
}

static void open_with(struct pm_json *j, const char *key, char c)
{
    value(j, key);
    pm_buf_addc(j->out, c);
    j->comma = false;
}

static void close_with(struct pm_json *j, char c)
{
    pm_buf_addc(j->out, c);
    j->comma = true;
}

void pm_json_object(struct pm_json *j, const char *key)
{
    open_with(j, key, '{');
}

void pm_json_end_object(struct pm_json *j)
{
    close_with(j, '}');
}

void pm_json_array(struct pm_json *j, const char *key)
{
    open_with(j, key, '[');
}

void pm_json_end_array(struct pm_json *j)
{
    close_with(j, ']');
}

void pm_json_stringn(struct pm_json *j, const char *key, const char *s, size_t len)
{
    value(j, key);
    if (pm_utf8_valid(s, len, NULL)) {
        escape(j->out, s, len);
        return;
    }
    struct pm_buf repaired = {0};
    (void)pm_utf8_repair(s, len, &repaired);
    escape(j->out, pm_buf_text(&repaired), repaired.len);
    j->out->failed |= repaired.failed;
    pm_buf_free(&repaired);
}

void pm_json_string(struct pm_json *j, const char *key, const char *s)
{
    if (s != NULL) {
        pm_json_stringn(j, key, s, strlen(s));
        return;
    }
    value(j, key);
    pm_buf_adds(j->out, "null");
}

void pm_json_optional(struct pm_json *j, const char *key, const char *s)
{
    if (s != NULL)
        pm_json_string(j, key, s);
}

void pm_json_int(struct pm_json *j, const char *key, int64_t v)
{
    value(j, key);
    pm_buf_addf(j->out, "%lld", (long long)v);
}

void pm_json_double(struct pm_json *j, const char *key, double v)
{
    value(j, key);
    if (!isfinite(v)) {
        pm_buf_adds(j->out, "null");
        return;
    }
    char text[400];
    (void)snprintf(text, sizeof text, "%.4f", v);
    for (char *p = text; *p != '\0'; p++)
        if (*p == ',')
            *p = '.';
    pm_buf_adds(j->out, text);
}

void pm_json_bool(struct pm_json *j, const char *key, bool v)
{
    value(j, key);
    pm_buf_adds(j->out, v ? "true" : "false");
}

void pm_json_base64(struct pm_json *j, const char *key, const void *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = bytes;
    value(j, key);
    pm_buf_addc(j->out, '"');
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t v = (uint32_t)p[i] << 16;
        v |= left > 1 ? (uint32_t)p[i + 1] << 8 : 0;
        v |= left > 2 ? p[i + 2] : 0;
        pm_buf_addc(j->out, digits[v >> 18 & 63]);
        pm_buf_addc(j->out, digits[v >> 12 & 63]);
        pm_buf_addc(j->out, left > 1 ? digits[v >> 6 & 63] : '=');
        pm_buf_addc(j->out, left > 2 ? digits[v & 63] : '=');
    }
    pm_buf_addc(j->out, '"');
}
