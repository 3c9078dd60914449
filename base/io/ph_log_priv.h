/* ph_log_priv - what the files of ph_log share among themselves.   Layer: base/io */
#ifndef PH_LOG_PRIV_H
#define PH_LOG_PRIV_H

#include "ph_buf.h"
#include "ph_log.h"

/**
 * Pairs up to PH_KV_END (or none: NULL), each as ` key=value`, after what is in @line, whose ceiling is
 * PH_LOG_LINE_BYTES. A pair that does not fit is left out whole with those behind it, and the line says so:
 * ` cut=true`.   Errors: none; the line's end still fits.   Thread: one at a time for a line.   Source: none.
 */
void ph_log_put_pairs(ph_buf *line, const ph_log_kv *kv);

#endif
