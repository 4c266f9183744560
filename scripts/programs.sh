# shellcheck shell=bash
# Our own programs: the API and the workers, and the command-line tool that migrates, seeds, audits and runs the demo.

readonly PROGRAM_DEADLINE_SECONDS=120

cli() { run_task cli dotnet "$(program cli)" "$@"; }

# cli_step WHAT ARGUMENT…: a quiet call of the tool, with its output in a log.
cli_step() {
  local what=$1 began
  shift
  began=$(now_ms)
  cli "$@" >"$(log_of "cli-$1")" 2>&1 || fail_with_log "$what failed" "$(log_of "cli-$1")"
  report "$what" "$(seconds_since "$began")"
}

ensure_keys() {
  [[ -n $(find "$LOCAL_DIR/keys" -type f 2>/dev/null) ]] || cli_step "signing keys" keys --out "$LOCAL_DIR/keys"
}

worker_names() {
  local number
  for ((number = 1; number <= $1; number++)); do
    echo "worker-$number"
  done
}

running_workers() {
  local file
  for file in "$RUN_DIR"/pids/worker-*; do
    [[ ! -e $file ]] || ! is_running "${file##*/}" || printf '%s\n' "${file##*/}"
  done
}

# start_programs NAME…: api and worker-N, side by side.
start_programs() {
  local name began
  began=$(now_ms)
  for name in "$@"; do
    is_running "$name" || start_program "$name"
  done
  for name in "$@"; do
    wait_until "$PROGRAM_DEADLINE_SECONDS" ready_or_died "$name" ||
      fail_with_log "$name is not ready after $PROGRAM_DEADLINE_SECONDS s (GET http://$(address_of "$name")/healthz/ready)" "$(telling_log_of "$name")"
    is_running "$name" || fail_with_log "$name ended while starting" "$(telling_log_of "$name")"
    report "$name" "http://$(address_of "$name"), ready after $(seconds_since "$began")"
  done
}

# The collector's first generation would grow with the processor's cache, to many times what a request needs. Bytes, hexadecimal.
readonly GC_FIRST_GENERATION=0x1000000
# And: no second copy of the collector at work beside the program, and few arenas of native memory, of which glibc would make eight a core.

# What programs are given besides what is exported, and what only workers are, as NAME=VALUE; names of fault points are no names of shell variables.
PROGRAM_SETTINGS=()
WORKER_SETTINGS=()

start_program() {
  local name=$1
  local -a own=("${PROGRAM_SETTINGS[@]}")
  [[ $name != worker-* ]] || own+=("${WORKER_SETTINGS[@]}")
  # Where they share cores, orders that were accepted go before requests that may yet be refused.
  local -a priority=()
  [[ ${name%%-*} != api ]] || priority=(nice -n 5)
  choose_ports "$name"
  prune_structured_logs
  # Programs look for appsettings.json where they are started.
  (
    cd "$RUN_DIR/bin/${name%%-*}"
    MALLOC_ARENA_MAX=2 DOTNET_gcConcurrent=0 DOTNET_GCgen0size=$GC_FIRST_GENERATION ASPNETCORE_URLS=http://$(address_of "$name") launch "$name" "${priority[@]}" env "${own[@]}" dotnet "$(program "${name%%-*}")"
  )
}

ready_or_died() { ! is_running "$1" || [[ $(health_of "$1") == healthy ]]; }

# structured_log_of NAME: what a program of ours logs while it runs; its log of the usual name has only what it prints.
structured_log_of() {
  local pid file newest=''
  { read -r pid _ <"$(pid_file "$1")"; } 2>/dev/null || return 0
  for file in "$LOG_DIR"/seckill-*-"$pid"-*.json; do
    [[ ! -e $file ]] || newest=$file
  done
  printf '%s' "$newest"
}

# Each process writes files of its own; those of the last ones are kept.
prune_structured_logs() {
  local file
  { find "$LOG_DIR" -maxdepth 1 -name 'seckill-*.json' -printf '%T@ %p\n' | sort -rn | tail -n +21 | cut -d' ' -f2-; } |
    while IFS= read -r file; do rm -f -- "$file"; done
}

telling_log_of() {
  local log structured
  log=$(log_of "$1")
  structured=$(structured_log_of "$1")
  if [[ ! -s $log && -s $structured ]]; then printf '%s' "$structured"; else printf '%s' "$log"; fi
}

# health_of NAME: healthy, unhealthy, unreachable or stopped.
health_of() {
  local name=$1 code
  if ! is_running "$name"; then
    echo stopped
    return
  fi
  case $name in
    api | api-* | worker-*)
      code=$(http_code 127.0.0.1 "$(port_of "$name")" /healthz/ready) || code=000
      case $code in
        200) echo healthy ;;
        000) echo unreachable ;;
        *) echo unhealthy ;;
      esac
      ;;
    *) if call "$name" answers; then echo healthy; else echo unhealthy; fi ;;
  esac
}

port_accepts() { (exec 7<>"/dev/tcp/$1/$2") 2>/dev/null; }

# http_code HOST PORT PATH: the status code of a GET, without curl.
http_code() {
  local code
  code=$(
    exec 2>/dev/null
    exec 7<>"/dev/tcp/$1/$2" || exit 1
    printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' "$3" "$1" "$2" >&7
    IFS=' ' read -r -t 5 _ code _ <&7 && printf '%s' "$code"
  ) || return 1
  printf '%s' "$code"
}
