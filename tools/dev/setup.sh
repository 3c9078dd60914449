# shellcheck shell=bash
# setup - the Debian packages of a job, and Apache Kafka's jars through Maven. Asks dpkg each time, installs only what is missing.

# Names of the packages in tools/dev/packages-JOB.txt; a line `+ OTHER` takes in packages-OTHER.txt.
packages_of() {
  local line
  while read -r line; do
    line=${line%%#*}
    line=${line//[[:space:]]/}
    case $line in
    "") ;;
    +*) packages_of "${line#+}" ;;
    *) printf '%s\n' "$line" ;;
    esac
  done <"$PH_TOOLS/packages-$1.txt"
}

missing_packages() {
  local installed
  # shellcheck disable=SC2016 # the format is dpkg-query's, not the shell's
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u)
  comm -23 <(packages_of "$1" | sort -u) <(printf '%s\n' "$installed")
}

# as_root COMMAND…: directly, through sudo, or not at all but with the exact line to type.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
    sudo "$@"
  else
    die 1 "this needs root; run:  ${*}"
  fi
}

# setup_packages JOB: demo, kafka, test or long.
setup_packages() {
  local job=$1 missing
  command -v dpkg-query >/dev/null || die 1 "setup knows Debian 12 only; elsewhere install what tools/dev/packages-$job.txt names"
  mapfile -t missing < <(missing_packages "$job")
  ((${#missing[@]})) || return 0
  say "setup: installing ${#missing[@]} packages for $job: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    die 1 "setup: apt-get could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

# setup_kafka VERSION: the jars into the cache, checked against the list of digests that the tree carries.
setup_kafka() {
  local version=$1 folder=$PH_CACHE/kafka-$1 sums=$PH_ROOT/tests/support/kafka/kafka-$1.sha256 new
  [[ ! -e $folder/.complete ]] || return 0
  [[ -f $sums ]] || die 2 "no digests for Kafka $version in tests/support/kafka; known: $(kafka_versions)"
  say "setup: fetching Apache Kafka $version through Maven into $folder"
  mkdir -p "$PH_CACHE"
  new=$(mktemp -d "$PH_CACHE/new.XXXXXX")
  if ! mvn -q -B -f "$PH_ROOT/tests/support/kafka/pom.xml" -Dkafka.version="$version" -DincludeScope=runtime \
    -DoutputDirectory="$new" dependency:copy-dependencies >"$new.log" 2>&1 </dev/null; then
    tail -n 30 "$new.log" >&2
    rm -rf "$new" "$new.log"
    die 1 "setup: Maven could not fetch Apache Kafka $version"
  fi
  if ! (cd "$new" && sha256sum --check --strict --quiet "$sums"); then
    rm -rf "$new" "$new.log"
    die 1 "setup: the jars of Apache Kafka $version are not those that $sums names"
  fi
  rm -rf "$new.log" "$folder"
  touch "$new/.complete"
  chmod 755 "$new"
  mv "$new" "$folder"
}

kafka_versions() {
  local file versions=()
  for file in "$PH_ROOT"/tests/support/kafka/kafka-*.sha256; do
    file=${file##*/kafka-}
    versions+=("${file%.sha256}")
  done
  printf '%s' "${versions[*]}"
}

cmd_setup() {
  local job=${1-test}
  case $job in
  demo) setup_packages demo ;;
  kafka)
    setup_packages kafka
    setup_kafka "${2-$PH_KAFKA_VERSION}"
    ;;
  test | long)
    setup_packages "$job"
    setup_kafka "$PH_KAFKA_VERSION"
    [[ $job != long ]] || setup_kafka "$PH_KAFKA_OLD_VERSION"
    ;;
  *) die 2 "setup: no job \`$job\`$(did_you_mean "$job" demo test long kafka)" ;;
  esac
  say "setup: everything for $job is here"
}
