# shellcheck shell=bash
# build - configure a preset once and build it; ninja sees for itself what has changed.

PH_PRESETS=(dev asan tsan release clang fuzz)

# use_ccache: compile through ccache where it is installed; paths are made relative so that clones share.
use_ccache() {
  if command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PH_ROOT CCACHE_NOHASHDIR=1
  fi
}

# configure_preset PRESET: when it never was, or when the presets have changed since.
configure_preset() {
  local folder=$PH_ROOT/build/$1
  if [[ ! -f $folder/build.ninja || $PH_ROOT/CMakePresets.json -nt $folder/CMakeCache.txt ]]; then
    use_ccache
    (cd "$PH_ROOT" && cmake --preset "$1") && touch "$folder/CMakeCache.txt"
  fi
}

# build_preset PRESET [TARGET…]: quiet where nobody watches, complete where something fails.
build_preset() {
  local preset=$1 targets=() log
  shift
  (($# == 0)) || targets=(--target "$@")
  log=$PH_ROOT/build/$preset.log
  mkdir -p "$PH_ROOT/build"
  if ! configure_preset "$preset" >"$log" 2>&1; then
    sed -n '/CMake Error/,$p' "$log" >&2
    return 1
  fi
  if [[ -t 1 ]]; then
    cmake --build "$PH_ROOT/build/$preset" "${targets[@]}"
  elif ! cmake --build "$PH_ROOT/build/$preset" "${targets[@]}" -- -k 0 >"$log" 2>&1; then
    grep -v '^\[[0-9]*/[0-9]*\] \(Building\|Linking\|Generating\)' "$log" | tail -n 200 >&2
    return 1
  fi
}

cmd_build() {
  local preset=${1-dev}
  shift || true
  [[ " ${PH_PRESETS[*]} " == *" $preset "* ]] || die 2 "no preset \`$preset\`$(did_you_mean "$preset" "${PH_PRESETS[@]}")"
  case $preset in
  clang | fuzz) setup_packages test ;;
  *) setup_packages demo ;;
  esac
  build_preset "$preset" "$@" || die 1 "build/$preset: not built"
  say "built build/$preset"
}
