/* ph_registry_dir - the files of a registry's folder, in byte order, as a bundle.   Layer: domain/io */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ph_bundle.h"
#include "ph_file.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

/* Hidden files are editors' and are passed over; so is what is no YAML (a README). */
static int is_candidate(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && (ends_with(entry->d_name, ".yaml") || ends_with(entry->d_name, ".yml"));
}

static ph_rc add_file(const char *folder, const char *name, ph_buf *bundle, ph_err *err)
{
    char path[4096];
    ph_buf text;
    ph_rc rc = ph_file_join(path, sizeof path, folder, name);

    if (rc != PH_OK)
        return ph_err_set(err, rc, "registry.file.name", folder, PH_T("đường dẫn quá dài", "the path is too long"));
    if (!ph_bundle_is_name(ph_span_str(name))) {
        rc = ph_err_set(err, PH_INVALID, "registry.file.name", path,
                        PH_T("không dùng được tên tệp này", "the name of this file cannot be used"));
        ph_err_hint(err,
                    PH_T("dùng chữ cái, chữ số, . _ - và đuôi .yaml, tất cả nhiều nhất %d ký tự",
                         "use letters, digits, . _ - and the ending .yaml, at most %d in all"),
                    PH_BUNDLE_MAX_NAME);
        return rc;
    }
    ph_buf_init(&text, PH_BUNDLE_MAX_BYTES);
    rc = ph_file_read(path, &text, err);
    if (rc == PH_OK) {
        rc = ph_bundle_add(bundle, ph_span_str(name), ph_buf_span(&text));
        if (rc == PH_INVALID)
            (void)ph_err_set(err, rc, "registry.file.mark", path,
                             PH_T("không dòng nào được bắt đầu bằng \"%s\"", "no line may begin with \"%s\""),
                             PH_BUNDLE_MARK);
        else if (rc != PH_OK)
            (void)ph_err_set(err, rc, "registry.file.size", path,
                             PH_T("bộ danh mục lớn hơn %d byte", "the registry is larger than %d bytes"),
                             PH_BUNDLE_MAX_BYTES);
    }
    ph_buf_done(&text);
    return rc;
}

static ph_rc refuse_folder(const char *path, int error, ph_err *err)
{
    if (error == ENOMEM)
        return PH_NOMEM;
    return ph_err_set(err, error == ENOENT || error == ENOTDIR ? PH_NOT_FOUND : PH_IO, "registry.folder", path,
                      PH_T("không đọc được thư mục: %s", "the folder cannot be read: %s"), strerror(error));
}

ph_rc ph_registry_read_dir(const char *path, ph_buf *ret_bundle, ph_err *err)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, is_candidate, by_bytes);
    ph_rc rc = n < 0 ? refuse_folder(path, errno, err) : PH_OK;

    if (n == 0)
        rc = ph_err_set(err, PH_NOT_FOUND, "registry.folder", path,
                        PH_T("thư mục này không có tệp .yaml", "there is no .yaml file in this folder"));
    else if (n > PH_BUNDLE_MAX_FILES)
        rc = ph_err_set(err, PH_LIMIT, "registry.folder", path, PH_T("nhiều hơn %d tệp", "more than %d files"),
                        PH_BUNDLE_MAX_FILES);
    for (int i = 0; i < n; i++) {
        if (rc == PH_OK)
            rc = add_file(path, names[i]->d_name, ret_bundle, err);
        free(names[i]);
    }
    free(names);
    return rc;
}

/* ---- folder to registry ---- */

typedef struct prefix {
    const char *folder;
    ph_err_fn sink;
    void *arg;
} prefix;

/* Files of the bundle are named without their folder; a person wants the path. */
static void with_folder(void *arg, const ph_err *err)
{
    const prefix *p = arg;
    ph_err full = *err;

    if (ph_bundle_is_name(ph_span_str(err->where)) &&
        ph_file_join(full.where, sizeof full.where, p->folder, err->where) != PH_OK)
        full = *err;
    p->sink(p->arg, &full);
}

ph_rc ph_registry_load_dir(const char *path, ph_err_fn sink, void *arg, ph_buf *ret_bundle, ph_registry **ret)
{
    prefix p = {.folder = path, .sink = sink, .arg = arg};
    ph_buf own;
    ph_err err = {0};

    ph_buf_init(&own, PH_BUNDLE_MAX_BYTES);
    ph_buf *bundle = ret_bundle == NULL ? &own : ret_bundle;
    ph_rc rc = ph_registry_read_dir(path, bundle, &err);
    if (rc != PH_OK && sink != NULL && err.rc != PH_OK)
        sink(arg, &err);
    if (rc == PH_OK)
        rc = ph_registry_load(ph_buf_span(bundle), sink == NULL ? NULL : with_folder, &p, ret);
    ph_buf_done(&own);
    return rc;
}
