# shellcheck shell=bash
# common - what the other parts of ./dev share: speaking, failing, guessing what was meant.
# shellcheck disable=SC2034 # the parts that source this use the names

PH_KAFKA_VERSION=${PHUSA_KAFKA_VERSION:-4.2.0}
PH_KAFKA_OLD_VERSION=3.9.1
PH_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/phusa

say() { printf '%s\n' "$*"; }

# die CODE TEXT: 2 for wrong usage, 1 for everything else.
die() {
  printf './dev: %s\n' "$2" >&2
  exit "$1"
}

# did_you_mean WORD CANDIDATE… → `; did you mean X?` for the nearest, if it is near enough to have been meant.
did_you_mean() {
  printf '%s\n' "$@" | awk '
    function min(a, b) { return a < b ? a : b }
    function distance(a, b,    i, j, d) {
      for (i = 0; i <= length(a); i++) d[i, 0] = i
      for (j = 0; j <= length(b); j++) d[0, j] = j
      for (i = 1; i <= length(a); i++)
        for (j = 1; j <= length(b); j++)
          d[i, j] = min(min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (substr(a, i, 1) != substr(b, j, 1)))
      return d[length(a), length(b)]
    }
    NR == 1 { word = $0; best = 3; next }
    { n = distance(word, $0); if (n < best) { best = n; near = $0 } }
    END { if (near != "") printf "; did you mean `%s`?", near }'
}

# The tracked and new (not ignored) files that match the patterns; `:!FOLDER` leaves one out. Also in a copy without git.
source_files() {
  if git -C "$PH_ROOT" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git -C "$PH_ROOT" ls-files -z --cached --others --exclude-standard --deduplicate -- "$@" | existing_files
    return
  fi
  local pattern names=() without=(! -path './build/*')
  for pattern in "$@"; do
    case $pattern in
    :!*) without+=(! -path "./${pattern#:!}/*") ;;
    *) names+=(-o -name "$pattern") ;;
    esac
  done
  (cd "$PH_ROOT" && find . -type f "${without[@]}" \( -false "${names[@]}" \) -printf '%P\0')
}

# Of the NUL-separated paths on stdin those that are there (git lists files that were removed but not committed).
existing_files() {
  local file
  while IFS= read -r -d '' file; do
    [[ ! -f $PH_ROOT/$file ]] || printf '%s\0' "$file"
  done
}
