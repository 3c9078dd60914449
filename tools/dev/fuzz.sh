# shellcheck shell=bash
# fuzz - each target for some seconds, from its seeds, in a work folder of its own; the seeds in the tree are not touched.

fuzz_targets() {
  local file
  for file in "$PH_ROOT"/build/fuzz/fuzz/*.corpus; do
    [[ -f $file ]] || continue
    file=${file##*/}
    printf '%s\n' "${file%.corpus}"
  done
}

# fuzz_target NAME SECONDS: 0 when nothing was found. What it found stays in build/fuzz/work/NAME/.
fuzz_target() {
  local name=$1 seconds=$2 bin=$PH_ROOT/build/fuzz/fuzz work=$PH_ROOT/build/fuzz/work/$1 seeds dictionary=()
  seeds=$(<"$bin/$name.corpus")
  mkdir -p "$work/corpus"
  [[ ! -f $seeds.dict ]] || dictionary=(-dict="$seeds.dict")
  if ! (cd "$work" && "$bin/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=20000 -print_final_stats=1 \
    -artifact_prefix="$work/" "${dictionary[@]}" corpus "$seeds" >log 2>&1 </dev/null); then
    tail -n 40 "$work/log"
    say "fuzz: $name FOUND something; the input is one of:"
    find "$work" -maxdepth 1 -type f \( -name 'crash-*' -o -name 'leak-*' -o -name 'timeout-*' -o -name 'oom-*' \)
    return 1
  fi
  say "fuzz: $name clean, $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log") runs in $seconds s"
}

# fuzz_apart NAME SECONDS, fuzz_outcome NAME: a run beside others, and afterwards what it said and came to.
fuzz_apart() {
  local work=$PH_ROOT/build/fuzz/work/$1 status=0
  fuzz_target "$1" "$2" >"$work/said" 2>&1 || status=$?
  printf '%s\n' "$status" >"$work/status"
}

fuzz_outcome() {
  local work=$PH_ROOT/build/fuzz/work/$1
  cat "$work/said" && [[ -f $work/status && $(<"$work/status") == 0 ]]
}

# build_fuzz: so that the targets of removed sources are gone, the list is made anew by the configure step.
build_fuzz() {
  setup_packages test
  build_preset fuzz
}

cmd_fuzz() {
  local names=() seconds=20 argument name bad=()
  build_fuzz || die 1 "build/fuzz: not built"
  for argument in "$@"; do
    if [[ $argument =~ ^[0-9]+$ ]]; then
      seconds=$argument
    else
      names+=("$argument")
    fi
  done
  mapfile -t all < <(fuzz_targets)
  ((${#all[@]})) || die 1 "this tree has no fuzz targets"
  ((${#names[@]})) || names=("${all[@]}")
  for name in "${names[@]}"; do
    [[ " ${all[*]} " == *" $name "* ]] || die 2 "no fuzz target \`$name\`$(did_you_mean "$name" "${all[@]}"); there are: ${all[*]}"
  done
  for name in "${names[@]}"; do
    fuzz_target "$name" "$seconds" || bad+=("$name")
  done
  ((${#bad[@]} == 0)) || die 1 "fuzz: ${bad[*]} failed"
}
