/* test_io_file - whole files, atomic writes, private files and folders, locks.   Layer: tests */
#include "ph_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "ph_locale.h"
#include "ph_scratch.h"

/* Stands before libc's: the n-th call fails with EIO. 0 = none. */
static int fail_fsync;

int fsync(int fd)
{
    if (fail_fsync > 0 && --fail_fsync == 0) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

static ph_rc read_with(const char *path, size_t max, ph_buf *b, ph_err *e)
{
    ph_buf_init(b, max);
    return ph_file_read(path, b, e);
}

static void a_file_is_read_whole_or_not_at_all(void **state)
{
    (void)state;
    ph_buf b;
    ph_err e;

    write_text(in_scratch("f"), "xin chào", 0644);
    assert_int_equal(read_with(in_scratch("f"), 9, &b, &e), PH_OK);
    assert_true(ph_span_is(ph_buf_span(&b), "xin chào"));
    ph_buf_done(&b);
    assert_int_equal(read_with(in_scratch("f"), 8, &b, &e), PH_LIMIT);
    assert_int_equal(b.len, 0);
    ph_buf_done(&b);
    assert_int_equal(read_with(in_scratch("none"), 8, &b, &e), PH_NOT_FOUND);
    assert_string_equal(e.code, "file.missing");
    assert_string_equal(e.where, in_scratch("none"));
    ph_buf_done(&b);
    assert_int_equal(mkfifo(in_scratch("fifo"), 0600), 0);
    assert_int_equal(read_with(in_scratch("fifo"), 8, &b, &e), PH_OK); /* and does not hang */
    ph_buf_done(&b);
    assert_int_equal(read_with(scratch, 8, &b, &e), PH_IO); /* a folder */
    ph_buf_done(&b);
}

static void a_write_replaces_as_one_step(void **state)
{
    (void)state;
    struct stat st;
    char text[32];

    write_text(in_scratch("f"), "old", 0644);
    write_text(in_scratch("f.tmp"), "left by a crash", 0644);
    assert_int_equal(ph_file_write(in_scratch("f"), ph_span_str("new"), 0640, NULL), PH_OK);
    read_text(in_scratch("f"), text, sizeof text);
    assert_string_equal(text, "new");
    assert_int_equal(stat(in_scratch("f"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_false(ph_file_exists(in_scratch("f.tmp")));
}

static void a_new_file_never_replaces(void **state)
{
    (void)state;
    char text[32];
    ph_err e;

    assert_int_equal(ph_file_write_new(in_scratch("f"), ph_span_str("first"), 0600, NULL), PH_OK);
    assert_int_equal(ph_file_write_new(in_scratch("f"), ph_span_str("second"), 0600, &e), PH_EXISTS);
    assert_string_equal(e.code, "file.exists");
    read_text(in_scratch("f"), text, sizeof text);
    assert_string_equal(text, "first");
    assert_false(ph_file_exists(in_scratch("f.tmp")));
}

static void a_failed_fsync_is_told_as_such(void **state)
{
    (void)state;
    char text[32];
    ph_err e;

    write_text(in_scratch("f"), "old", 0600);
    fail_fsync = 1; /* of the file: nothing was replaced */
    assert_int_equal(ph_file_write(in_scratch("f"), ph_span_str("new"), 0600, &e), PH_DURABILITY);
    assert_string_equal(e.code, "file.sync");
    read_text(in_scratch("f"), text, sizeof text);
    assert_string_equal(text, "old");
    assert_false(ph_file_exists(in_scratch("f.tmp")));
    fail_fsync = 2; /* of the folder: the outcome is not known */
    assert_int_equal(ph_file_write(in_scratch("f"), ph_span_str("new"), 0600, &e), PH_DURABILITY);
    fail_fsync = 0;
}

static void writing_fails_with_a_reason(void **state)
{
    (void)state;
    ph_err e;

    assert_int_equal(ph_file_write(in_scratch("no/such/folder"), ph_span_str("x"), 0600, &e), PH_NOT_FOUND);
    assert_string_equal(e.code, "file.create");
    assert_int_equal(ph_file_write("/dev/full/x", ph_span_str("x"), 0600, &e), PH_NOT_FOUND);
    assert_int_equal(mkdir(in_scratch("dir"), 0700), 0);
    assert_int_equal(ph_file_write(in_scratch("dir"), ph_span_str("x"), 0600, &e), PH_IO);
    assert_string_equal(e.code, "file.rename");
    assert_false(ph_file_exists(in_scratch("dir.tmp")));
}

static ph_rc read_private(const char *name, ph_err *e)
{
    ph_buf b;

    ph_buf_init(&b, 100);
    ph_rc rc = ph_file_read_private(in_scratch(name), &b, e);
    ph_buf_done(&b);
    return rc;
}

static void a_private_file_is_ours_alone(void **state)
{
    (void)state;
    ph_err e;
    char command[PATH_MAX + 100];

    write_text(in_scratch("good"), "secret", 0600);
    assert_int_equal(read_private("good", &e), PH_OK);
    for (unsigned bit = 1; bit < 0100; bit <<= 1) {
        assert_int_equal(chmod(in_scratch("good"), 0600 | bit), 0);
        assert_int_equal(read_private("good", &e), PH_FORBIDDEN);
        assert_string_equal(e.code, "key.mode");
    }
    (void)snprintf(command, sizeof command, "chmod 600 '%s'", in_scratch("good"));
    assert_string_equal(e.hint, command);
    assert_int_equal(chmod(in_scratch("good"), 0600), 0);
    assert_int_equal(symlink(in_scratch("good"), in_scratch("link")), 0);
    assert_int_equal(read_private("link", &e), PH_FORBIDDEN);
    assert_string_equal(e.code, "key.symlink");
    assert_int_equal(read_private("missing", &e), PH_NOT_FOUND);
    assert_string_equal(e.code, "key.missing");
    assert_int_equal(mkdir(in_scratch("dir"), 0700), 0);
    assert_int_equal(read_private("dir", &e), PH_FORBIDDEN);
    assert_string_equal(e.code, "key.kind");
    if (geteuid() != 0)
        return; /* only root can give a file away */
    assert_int_equal(chown(in_scratch("good"), 12345, 0), 0);
    assert_int_equal(read_private("good", &e), PH_FORBIDDEN);
    assert_string_equal(e.code, "key.owner");
}

static void private_folders_are_made_and_checked(void **state)
{
    (void)state;
    struct stat st;
    ph_err e;

    assert_int_equal(ph_file_mkdir_private(in_scratch("a/b/c"), &e), PH_OK);
    assert_int_equal(stat(in_scratch("a/b"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(ph_file_mkdir_private(in_scratch("a/b/c"), &e), PH_OK);
    assert_int_equal(chmod(in_scratch("a/b/c"), 0750), 0);
    assert_int_equal(ph_file_mkdir_private(in_scratch("a/b/c"), &e), PH_FORBIDDEN);
    assert_non_null(strstr(e.hint, "chmod 700 '"));
    write_text(in_scratch("file"), "", 0600);
    assert_int_equal(ph_file_mkdir_private(in_scratch("file"), &e), PH_EXISTS);
    assert_int_equal(ph_file_mkdir_private(in_scratch("file/x"), &e), PH_NOT_FOUND);
}

static void paths_are_joined(void **state)
{
    (void)state;
    char path[8];

    assert_int_equal(ph_file_join(path, sizeof path, "/a", "b"), PH_OK);
    assert_string_equal(path, "/a/b");
    assert_int_equal(ph_file_join(path, sizeof path, "/", "b"), PH_OK);
    assert_string_equal(path, "/b");
    assert_int_equal(ph_file_join(path, sizeof path, "/abcd", "efg"), PH_LIMIT);
}

/* A child that holds the lock until its stdin, the pipe, is closed. */
static pid_t child_holding(const char *path, int ret_pipe[2])
{
    int ready[2];

    assert_int_equal(pipe(ret_pipe) | pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        ph_lock lock = {0};
        char byte = ph_lock_take(path, &lock, NULL) == PH_OK ? 'y' : 'n';
        (void)close(ret_pipe[1]);
        (void)!write(ready[1], &byte, 1);
        (void)!read(ret_pipe[0], &byte, 1);
        _exit(0);
    }
    char byte = '?';
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    assert_int_equal(close(ready[0]) | close(ready[1]) | close(ret_pipe[0]), 0);
    return pid;
}

static void a_lock_names_who_holds_it(void **state)
{
    (void)state;
    ph_lock lock = {0};
    ph_err e;
    int hold[2];
    char pid_text[32];
    pid_t pid = child_holding(in_scratch("lock"), hold);

    assert_int_equal(ph_lock_take(in_scratch("lock"), &lock, &e), PH_BUSY);
    assert_string_equal(e.code, "lock.held");
    (void)snprintf(pid_text, sizeof pid_text, "process %ld ", (long)pid);
    assert_non_null(strstr(e.what, pid_text));
    assert_int_equal(kill(pid, SIGKILL), 0); /* a lock must not outlive its holder, however it ends */
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(close(hold[1]), 0);
    assert_int_equal(ph_lock_take(in_scratch("lock"), &lock, &e), PH_OK);
    ph_lock second = {0};
    assert_int_equal(ph_lock_take(in_scratch("lock"), &second, &e), PH_BUSY);
    ph_lock_release(&lock);
    assert_int_equal(ph_lock_take(in_scratch("lock"), &second, &e), PH_OK);
    ph_lock_release(&second);
    ph_lock_release(&second);
}

static void errno_has_a_code(void **state)
{
    (void)state;
    assert_int_equal(ph_errno_rc(ENOENT), PH_NOT_FOUND);
    assert_int_equal(ph_errno_rc(EROFS), PH_FORBIDDEN);
    assert_int_equal(ph_errno_rc(EDQUOT), PH_NO_SPACE);
    assert_int_equal(ph_errno_rc(ENOMEM), PH_NOMEM);
    assert_int_equal(ph_errno_rc(EMFILE), PH_BUSY);
    assert_int_equal(ph_errno_rc(EIO), PH_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_read_whole_or_not_at_all, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(a_write_replaces_as_one_step, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(a_new_file_never_replaces, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(a_failed_fsync_is_told_as_such, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(writing_fails_with_a_reason, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(a_private_file_is_ours_alone, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(private_folders_are_made_and_checked, scratch_open, scratch_close),
        cmocka_unit_test(paths_are_joined),
        cmocka_unit_test_setup_teardown(a_lock_names_who_holds_it, scratch_open, scratch_close),
        cmocka_unit_test(errno_has_a_code),
    };
    ph_lang_set(PH_LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
