# shellcheck shell=bash
# test - what CI runs. Every gate, build and fuzz run counts as one test; suites count by CTest's own report.
# Nothing is retried, and a suite in which nothing ran has failed.

PH_PASSED=0
PH_FAILED=0
PH_FAILURES=()

# heading TEXT: with the time since the start.
heading() { printf '\n== [%02d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

count() { # NAME PASSED FAILED
  PH_PASSED=$((PH_PASSED + $2))
  PH_FAILED=$((PH_FAILED + $3))
  (($3 == 0)) || PH_FAILURES+=("$1")
}

# one NAME COMMAND…: counts as one test.
one() {
  local name=$1
  shift
  heading "$name"
  if "$@"; then
    count "$name" 1 0
    say "ok"
  else
    count "$name" 0 1
    say "FAILED: $name"
    return 1
  fi
}

# suite NAME PRESET CTEST-OPTION…: what was not run counts as failed.
suite() {
  local name=$1 preset=$2 report=$PH_ROOT/build/$1.xml tests bad status=0
  shift 2
  heading "suite $name"
  rm -f "$report"
  ctest --test-dir "$PH_ROOT/build/$preset" -j 2 --output-on-failure --no-tests=error --output-junit "$report" "$@" </dev/null || status=$?
  read -r tests bad < <(/usr/bin/python3 "$PH_TOOLS/junit.py" "$report" || echo 0 0)
  if ((tests == 0)); then
    say "FAILED: suite $name ran no test"
    bad=1
  elif ((status != 0 && bad == 0)); then
    bad=1
    tests=$((tests + 1))
  fi
  count "suite $name" $((tests > bad ? tests - bad : 0)) "$bad"
}

# built_suite NAME PRESET CTEST-OPTION…: build, then the suite; a build that fails takes its suite with it.
built_suite() {
  one "build $2" build_preset "$2" || return 0
  suite "$@"
}

fuzz_all() {
  local seconds=$1 target
  one "build fuzz" build_fuzz || return 0
  if [[ -z $(fuzz_targets) ]]; then
    one "fuzz targets" false || return 0
  fi
  heading "fuzzing, one target a processor, $seconds s each"
  for target in $(fuzz_targets); do
    mkdir -p "$PH_ROOT/build/fuzz/work/$target"
    rm -f "$PH_ROOT/build/fuzz/work/$target/status" # of an earlier run
  done
  trap 'kill $(jobs -rp) 2>/dev/null' INT TERM
  for target in $(fuzz_targets); do
    while (($(jobs -rp | wc -l) >= $(nproc))); do
      wait -n || true # what it came to is told below
    done
    fuzz_apart "$target" "$seconds" &
  done
  wait
  trap - INT TERM
  for target in $(fuzz_targets); do
    one "fuzz $target" fuzz_outcome "$target" || true
  done
}

cmd_test() {
  local long=0 gate not_long=(-LE '^(kafka|long)$') not_long_kafka=(-LE '^long$') seconds=5
  case ${1-} in
  "") ;;
  --long) long=1 ;;
  *) die 2 "test: no option \`$1\`; it takes --long or nothing" ;;
  esac
  export PHUSA_KILLS=20
  if ((long)); then
    export PHUSA_KILLS=200
    not_long=(-LE '^kafka$') not_long_kafka=() seconds=120
  fi

  heading "setup"
  cmd_setup "$( ((long)) && echo long || echo test)"
  for gate in "${PH_LINTS[@]}"; do
    one "lint $gate" "lint_$gate" || true
  done
  built_suite asan asan "${not_long[@]}"
  built_suite tsan tsan -L '^threads$' "${not_long[@]}"
  built_suite clang clang -L '^(unit|arch)$'
  fuzz_all "$seconds"
  export PHUSA_KAFKA_VERSION=$PH_KAFKA_VERSION
  built_suite release release -L '^(unit|contract|kafka)$' "${not_long_kafka[@]}"
  if ((long)); then
    PHUSA_KAFKA_VERSION=$PH_KAFKA_OLD_VERSION suite kafka-old release -L '^kafka$'
  fi

  heading "done"
  for gate in "${PH_FAILURES[@]}"; do
    say "failed: $gate"
  done
  say "$PH_PASSED passed, $PH_FAILED failed"
  ((PH_FAILED == 0 && PH_PASSED > 0))
}
