# shellcheck shell=bash
# Every program is started in a session of its own and remembered by process id and start time, so that a process that got
# the same id later is never touched, and a session that lost its leader can still be ended to the last child.

# Fields of /proc/PID/stat after the command name, which may itself contain blanks: state, parent, group, session, …
stat_fields() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2034 # the caller's array
  IFS=' ' read -ra STAT <<<"${line##*) }"
}

start_time() {
  local STAT
  stat_fields "$1" || return 1
  printf '%s' "${STAT[19]}"
}

# is_process PID START: that very process lives (and is no zombie).
is_process() {
  local STAT
  stat_fields "$1" || return 1
  [[ ${STAT[19]} == "$2" && ${STAT[0]} != Z ]]
}

pid_file() { printf '%s/pids/%s' "$RUN_DIR" "$1"; }

# launch NAME COMMAND…: runs COMMAND as a session of its own, with output in the log of that name and nothing else inherited.
launch() {
  local name=$1 log
  shift
  log=$(log_of "$name")
  mkdir -p "$RUN_DIR/pids" "$LOG_DIR"
  [[ ! -s $log ]] || mv -f -- "$log" "$log.old"
  # shellcheck disable=SC2016 # expanded by the inner shell
  SECKILL_RUN=$RUN_MARK setsid bash -c '
    for fd in /proc/$$/fd/*; do
      fd=${fd##*/}
      ((fd <= 2)) || eval "exec $fd>&-"
    done
    exec "$@"' launch "$@" </dev/null >"$log" 2>&1 &
  remember "$name" "$!"
  disown "$!"
}

remember() {
  local started
  started=$(start_time "$2") || started=0
  printf '%s %s %s\n' "$2" "$started" "$$" >"$(pid_file "$1")"
}

pid_of() {
  local pid started
  { read -r pid started _ <"$(pid_file "$1")"; } 2>/dev/null || return 1
  is_process "$pid" "$started" && printf '%s' "$pid"
}

is_running() { pid_of "$1" >/dev/null; }

# started_here NAME: this run of the script started it (and not an earlier one).
started_here() {
  local owner
  { read -r _ _ owner <"$(pid_file "$1")"; } 2>/dev/null || return 1
  [[ $owner == "$$" ]]
}

# family_of PID START: "pid start" of each process of the session that PID led, and of all their descendants (PostgreSQL and
# Erlang give children a session of their own).
family_of() {
  local leader=$1 dir pid found STAT
  local -A parent=() started=() family=()
  if stat_fields "$leader" && [[ ${STAT[19]} != "$2" ]]; then
    return 0 # the id belongs to somebody else by now, hence the session as well
  fi
  for dir in /proc/[0-9]*; do
    pid=${dir#/proc/}
    stat_fields "$pid" && [[ ${STAT[0]} != Z ]] || continue
    parent[$pid]=${STAT[1]}
    started[$pid]=${STAT[19]}
    [[ ${STAT[3]} != "$leader" && $pid != "$leader" ]] || family[$pid]=yes
  done
  found=yes
  while [[ -n $found ]]; do
    found=''
    for pid in "${!parent[@]}"; do
      if [[ -z ${family[$pid]-} && -n ${family[${parent[$pid]}]-} ]]; then
        family[$pid]=yes
        found=yes
      fi
    done
  done
  for pid in "${!family[@]}"; do
    printf '%s %s\n' "$pid" "${started[$pid]}"
  done
}

# Processes of this run that left their session; the mark is in the environment that they inherited. A run that was started inside this one has added its own to ours: should it be
# killed before it has ended what it started, that is ours to end.
marked_processes() {
  local file
  { grep -alzxE "SECKILL_RUN=(.* )?$RUN_ID( .*)?" /proc/[0-9]*/environ 2>/dev/null || true; } | while IFS= read -r file; do
    file=${file#/proc/}
    printf '%s\n' "${file%/environ}"
  done
}

# stop_processes GRACE_SECONDS NAME…: asks all of them to end at once, waits, and kills what did not; sets killed_names to those.
stop_processes() {
  local grace=$1 name pid started deadline
  local -a family=()
  shift
  killed_names=()
  for name in "$@"; do
    { read -r pid started _ <"$(pid_file "$name")"; } 2>/dev/null || continue
    mapfile -t -O "${#family[@]}" family < <(family_of "$pid" "$started")
    ! is_process "$pid" "$started" || kill -s "$(stop_signal_of "$name")" "$pid" 2>/dev/null || true
  done
  deadline=$(($(now_ms) + grace * 1000))
  for name in "$@"; do
    { read -r pid started _ <"$(pid_file "$name")"; } 2>/dev/null || continue
    while is_process "$pid" "$started" && (($(now_ms) < deadline)); do
      sleep 0.05
    done
    if is_process "$pid" "$started"; then
      report "$name" "did not end within $grace s, killed"
      killed_names+=("$name")
    fi
    mapfile -t -O "${#family[@]}" family < <(family_of "$pid" "$started")
    rm -f -- "$(pid_file "$name")"
  done
  kill_processes "${family[@]}"
}

# kill_processes "PID START"…: kills those that still live, and waits until they are gone.
kill_processes() {
  local process round
  local -a living=("$@") left
  for ((round = 0; round < 200 && ${#living[@]} > 0; round++)); do
    left=()
    for process in "${living[@]}"; do
      # shellcheck disable=SC2086 # process id and start time
      if is_process $process; then
        kill -s KILL "${process% *}" 2>/dev/null || true
        left+=("$process")
      fi
    done
    living=("${left[@]}")
    ((${#living[@]} == 0)) || sleep 0.05
  done
  ((${#living[@]} == 0)) || complain "these processes cannot be ended: ${living[*]% *}"
}

kill_family() {
  local -a family
  mapfile -t family < <(family_of "$1" "$2")
  kill_processes "${family[@]}"
}

kill_marked() {
  local round pid
  local -a marked processes
  for ((round = 0; round < 20; round++)); do
    mapfile -t marked < <(marked_processes)
    ((${#marked[@]} > 0)) || return 0
    processes=()
    for pid in "${marked[@]}"; do
      processes+=("$pid $(start_time "$pid" || echo 0)")
    done
    kill_processes "${processes[@]}"
  done
}

# begin_task NAME COMMAND…: runs COMMAND in the background, for await_task. Its output goes to our own stdout and stderr.
begin_task() {
  local name=$1
  shift
  mkdir -p "$RUN_DIR/pids"
  SECKILL_RUN=$RUN_MARK setsid "$@" </dev/null 3>&- 8>&- 9>&- &
  remember "$name" "$!"
}

# await_task NAME: waits for what begin_task began; its exit code is ours.
await_task() {
  local code=0 pid
  read -r pid _ <"$(pid_file "$1")"
  wait "$pid" || code=$?
  rm -f -- "$(pid_file "$1")"
  return "$code"
}

# run_task NAME COMMAND…: runs COMMAND in the background and waits, so that a signal to the script is handled at once.
run_task() {
  begin_task "$@"
  await_task "$1"
}

# wait_until SECONDS COMMAND…: polls until COMMAND succeeds.
wait_until() {
  local deadline=$(($(now_ms) + $1 * 1000))
  shift
  until "$@"; do
    (($(now_ms) < deadline)) || return 1
    sleep 0.1
  done
}
