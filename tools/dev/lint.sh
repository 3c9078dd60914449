# shellcheck shell=bash
# lint - the static gates. Each is a function that prints what is wrong and returns 1; `test` counts each as one test.

PH_LINTS=(format shell python cppcheck tidy)

c_files() { source_files '*.c' '*.h'; }

lint_format() { (cd "$PH_ROOT" && c_files | xargs -0 -r clang-format-14 --dry-run -Werror); }

# files_that_match REGEX: of all source files those with such a line; none is no failure.
files_that_match() { source_files '*' | { xargs -0 -r grep -lZIE -m1 -e "$1" -- || (($? == 123)); }; }

# Bash by its first line or its name.
shell_files() {
  (cd "$PH_ROOT" && files_that_match '^#!.*\b(ba)?sh$|^# shellcheck shell=')
}

lint_shell() { (cd "$PH_ROOT" && shell_files | xargs -0 -r shellcheck --external-sources); }

# Syntax of every Python file, and the few habits that a compiler can see.
lint_python() {
  (cd "$PH_ROOT" && files_that_match '^#!.*python3?$' | cat - <(source_files '*.py') |
    sort -zu | xargs -0 -r /usr/bin/python3 -W error -c '
import sys
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        compile(file.read(), name, "exec")')
}

# The folders of our headers as -I options.
include_options() { (cd "$PH_ROOT" && source_files '*.h' | xargs -0 -r -n 1 dirname | sort -u | sed 's/^/-I/'); }

# What is shipped; tests are full of macros that cppcheck does not know.
lint_cppcheck() {
  local includes
  mapfile -t includes < <(include_options)
  (cd "$PH_ROOT" && mkdir -p build/cppcheck && source_files '*.c' ':!tests' | tr '\0' '\n' >build/cppcheck/files &&
    cppcheck --quiet -j 2 --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
      --suppressions-list=tools/dev/cppcheck.supp --cppcheck-build-dir=build/cppcheck --template=gcc \
      "${includes[@]}" --file-list=build/cppcheck/files)
}

# What a clang-tidy verdict depends on besides the file itself: the configuration, all headers, the build description.
tidy_context() {
  (cd "$PH_ROOT" && { sha256sum .clang-tidy tests/.clang-tidy cmake/*.cmake && source_files '*.h' | sort -z | xargs -0 -r sha256sum; } | sha256sum | cut -c1-16)
}

# tidy_file CONTEXT FILE: skipped when this file passed in this context before.
tidy_file() {
  local stamp
  stamp=build/tidy/$1-$(sha256sum "$2" | cut -c1-32)
  [[ ! -e $stamp ]] || return 0
  clang-tidy-14 --quiet -p build/clang "$2" 2>/dev/null && touch "$stamp"
}

# The sources that some target compiles, by the clang build's compile commands; NUL-separated, relative to the root.
compiled_files() {
  /usr/bin/python3 -c '
import json, os, sys
root = sys.argv[1]
with open(root + "/build/clang/compile_commands.json", encoding="utf-8") as file:
    names = {os.path.relpath(entry["file"], root) for entry in json.load(file)}
sys.stdout.write("".join(name + "\0" for name in sorted(names) if not name.startswith(("..", "build/"))))' "$PH_ROOT"
}

lint_tidy() {
  local context orphans status=0
  build_preset clang help >/dev/null || return 1 # configures: the compile commands are what is wanted
  orphans=$(comm -z -23 <(source_files '*.c' | sort -z) <(compiled_files | sort -z) | tr '\0' ' ')
  [[ -z $orphans ]] || {
    say "in no target: $orphans"
    status=1
  }
  context=$(tidy_context)
  export -f tidy_file
  mkdir -p "$PH_ROOT/build/tidy"
  # shellcheck disable=SC2016 # the inner shell expands
  (cd "$PH_ROOT" && compiled_files | xargs -0 -r -n 1 -P 2 bash -c 'tidy_file "$0" "$1"' "$context") || status=1
  find "$PH_ROOT/build/tidy" -type f ! -name "$context-*" -delete
  return "$status"
}

cmd_lint() {
  local gate bad=()
  setup_packages test
  for gate in "${@:-${PH_LINTS[@]}}"; do
    [[ " ${PH_LINTS[*]} " == *" $gate "* ]] || die 2 "no gate \`$gate\`$(did_you_mean "$gate" "${PH_LINTS[@]}")"
    say "lint: $gate"
    "lint_$gate" || bad+=("$gate")
  done
  ((${#bad[@]} == 0)) || die 1 "lint: ${bad[*]} found something"
  say "lint: clean"
}

cmd_fmt() {
  setup_packages test
  (cd "$PH_ROOT" && c_files | xargs -0 -r clang-format-14 -i)
  say "fmt: C sources are in format"
}
