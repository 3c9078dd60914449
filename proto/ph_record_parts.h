/* ph_record_parts - what the files that render a record share.   Layer: proto (pure, private) */
#ifndef PH_RECORD_PARTS_H
#define PH_RECORD_PARTS_H

#include "ph_figure.h"
#include "ph_json.h"

/** A key and its value.   Errors: stick in j's buffer. */
void ph_record_put_uint(ph_json *j, const char *key, uint64_t v);
void ph_record_put_str(ph_json *j, const char *key, const char *v);
void ph_record_put_text(ph_json *j, const char *key, ph_span v);

/** The JSON value of a record.   Errors: stick in dst. */
void ph_record_put_figure(const ph_issue *issue, const ph_figure *f, ph_buf *dst);
void ph_record_put_register(const ph_issue *issue, const ph_register_part *part, const ph_digest *inputs, ph_buf *dst);

#endif
