/* cmd_root - the root key: made on a machine of its own, never seen by the daemon.   Layer: aggregator (app) */
#include "ph_agg_cmd.h"

#include <stdio.h>
#include <string.h>

#include "ph_agg_rootkey.h"
#include "ph_clock.h"
#include "ph_file.h"
#include "ph_locale.h"

/* root.key → root.pub; other names get .pub behind. */
static ph_rc public_path(const char *path, char *dst, size_t size, ph_err *err)
{
    size_t len = strlen(path);
    if (len > 4 && strcmp(path + len - 4, ".key") == 0)
        len -= 4;
    int n = snprintf(dst, size, "%.*s.pub", (int)len, path);
    return n > 0 && (size_t)n < size ? PH_OK : ph_err_set(err, PH_LIMIT, "agg.root.path", path, "the path is too long");
}

ph_rc ph_agg_cmd_root_keygen(const ph_args *args, ph_err *err)
{
    const char *path = args->n_operands > 0 ? args->operands[0] : "root.key";
    char pub[PH_AGG_PATH_BYTES];
    ph_identity *id = NULL;
    ph_rc rc = public_path(path, pub, sizeof pub, err);
    if (rc == PH_OK && ph_file_exists(pub))
        rc = ph_err_set(err, PH_EXISTS, "agg.root.exists", pub, "there is a public root key already; nothing was made");
    if (rc == PH_OK)
        rc = ph_identity_create(path, PH_IDENTITY_SIGN, "root", ph_clock_now_us(), &id, err);
    if (rc == PH_OK)
        rc = ph_rootkey_write(pub, id->public_key, err);
    ph_identity_free(id);
    if (rc == PH_OK)
        (void)fprintf(stderr,
                      PH_T("đã tạo %s (bí mật: giữ ngoài mạng, có bản sao cất riêng) và %s (giao cho máy tổng hợp)\n",
                           "made %s (secret: keep it off the network, with a copy put away) and %s (for the "
                           "aggregator)\n"),
                      path, pub);
    return rc;
}
