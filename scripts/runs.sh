# shellcheck shell=bash
# The commands that bring up a world of their own, use it, and leave nothing behind: demo and test.

# Somebody waits at the end of a demo, and what was killed meanwhile left orders to recovery: it looks sooner here than in production, and tries more often.
# Nothing of this is reached while everything lives.
readonly DEMO_SETTINGS=(
  Kafka__SessionTimeoutSeconds=6 Admission__RelayRepeatSeconds=20 Transaction__LockExpirySeconds=10 Transaction__UnfinishedRetrySeconds=5
  Clock__UnfinishedScanSeconds=3 Clock__ResendAfterSeconds=10 Compensation__AttemptLeaseSeconds=15
  Compensation__MaxRetries=10 Compensation__RetryDelaySeconds__0=2 Compensation__RetryDelaySeconds__1=5 Compensation__RetryDelaySeconds__2=10
)

demo_command() {
  if [[ " $* " == *" --faults "* ]]; then
    demo_faults_command "$@"
    return
  fi

  local workers=1
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --workers) check_number "$1" "${2-}" 1 32 && workers=$2 && shift ;;
      --buyers) check_number "$1" "${2-}" 1 1000000 && arguments+=("$1" "$2") && shift ;;
      --stock) check_number "$1" "${2-}" 1 1000000 && arguments+=("$1" "$2") && shift ;;
      --warm-up) check_number "$1" "${2-}" 0 100000 && arguments+=("$1" "$2") && shift ;;
      --activities) check_number "$1" "${2-}" 1 900 && arguments+=("$1" "$2") && shift ;;
      --json) check_value "$1" "${2-}" && arguments+=("$1" "$(absolute_path "$2")") && shift ;;
      *) usage_error demo "$1" ;;
    esac
    shift
  done

  local name pid
  local -a names pids=()
  mapfile -t names < <(worker_names "$workers")
  prepare_profile demo
  start_servers all Seckill.sln kafka api worker cli
  mapfile -t KEPT_SERVERS < <(private_servers)
  heading "Data and programs"
  kept_step "database schema" migrate
  PROGRAM_SETTINGS=("${DEMO_SETTINGS[@]}")
  start_kept_programs "${names[@]}" api
  for name in "${names[@]}" api; do
    # Whether it lives or not: it may have been killed already.
    read -r pid _ <"$(pid_file "$name")"
    pids+=("$pid")
  done

  heading "Demo"
  kept_task cli dotnet "$(program cli)" demo --restarts "$RUN_DIR/restarts" --api "http://$(address_of api)" \
    --api-pid "${pids[-1]}" --worker-pid "$(join_with , "${pids[@]::workers}")" "${arguments[@]}"
}

join_with() {
  local IFS=$1
  shift
  printf '%s' "$*"
}

readonly TEST_PROJECT_SECONDS=1800

# It takes as long as all others together, and waits for programs and servers most of the time: the others run meanwhile.
readonly LONGEST_TEST_PROJECT=Seckill.System.Tests

test_command() {
  local only=''
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --project) check_value "$1" "${2-}" && only=$2 && shift ;;
      *) arguments+=("$1") ;;
    esac
    shift
  done

  local project passed=0 failed=0 skipped=0 broken='' beside=''
  local -a projects
  mapfile -t projects < <(test_projects "$only")
  ((${#projects[@]} > 0)) || fail "no test project has '$only' in its name; there are: $(test_projects '' | tr '\n' ' ')"
  [[ " ${projects[*]} " != *" Seckill.Operations.Tests "* ]] || NEEDS_NODE=yes
  prepare_profile test
  start_servers all Seckill.sln kafka api worker cli
  [[ -z ${NEEDS_NODE-} || -n ${Archive__S3__ServiceUrl-} ]] || install_s3_server
  export SECKILL_TEST=1
  if ((${#projects[@]} > 1)) && [[ " ${projects[*]} " == *" $LONGEST_TEST_PROJECT "* ]]; then
    beside=$LONGEST_TEST_PROJECT
    begin_tests "$beside" "${arguments[@]}" >"$(log_of "$beside")" 2>&1
  fi
  [[ -n $only || ${#arguments[@]} -gt 0 ]] || check_format || broken=yes
  for project in "${projects[@]}"; do
    [[ $project != "$beside" ]] || continue
    heading "$project"
    begin_tests "$project" "${arguments[@]}"
    end_tests "$project" "${arguments[@]}"
  done
  if [[ -n $beside ]]; then
    heading "$beside, begun before the others"
    end_tests "$beside" "${arguments[@]}"
    cat -- "$(log_of "$beside")"
  fi
  ON_EXIT='' && remove_passing_profile
  [[ -z $broken ]] || complain "the format check failed, see above"
  ((passed + failed > 0)) || complain "no test was run"
  closing_line
  [[ -z $broken ]] && ((failed == 0 && passed > 0))
}

test_projects() {
  local file
  for file in "$ROOT"/tests/*.Tests/*.csproj; do
    file=${file##*/}
    file=${file%.csproj}
    [[ ${file,,} != *"${1,,}"* ]] || printf '%s\n' "$file"
  done
}

# The tests start it themselves; installed beforehand, it does not count as time of theirs.
install_s3_server() {
  local began log
  began=$(now_ms)
  log=$(log_of s3-server)
  run_task s3-server "$ROOT/scripts/install-s3-server" >"$log" 2>&1 || fail_with_log "the S3 server of the tests could not be installed" "$log"
  report "s3 server" "installed, $(seconds_since "$began")"
}

check_format() {
  local began log
  began=$(now_ms)
  log=$(log_of format)
  heading "Format"
  # What the analyzers have to say, the build has said: it takes warnings for errors.
  if run_task format dotnet format whitespace Seckill.sln --no-restore --verify-no-changes >"$log" 2>&1 &&
    run_task format dotnet format style Seckill.sln --no-restore --verify-no-changes >>"$log" 2>&1; then
    report "dotnet format" "nothing to change, $(seconds_since "$began")"
  else
    complain "dotnet format would change files ($log):"
    head -n 20 -- "$log" >&2
    return 1
  fi
}

results_of() { printf '%s/%s.trx' "$LOG_DIR" "$1"; }

# begin_tests PROJECT ARGUMENT…: for end_tests.
begin_tests() {
  local project=$1
  shift
  begin_task "$project" timeout --kill-after=10 "$TEST_PROJECT_SECONDS" dotnet test "$ROOT/tests/$project/$OUTPUT/$project.dll" --nologo \
    --logger "trx;LogFileName=$(results_of "$project")" --logger 'console;verbosity=minimal' --results-directory "$LOG_DIR/$project" "$@"
}

# end_tests PROJECT ARGUMENT…: waits for them, and adds to the caller's passed, failed and skipped.
end_tests() {
  local project=$1 code=0 before=$((passed + failed + skipped)) failed_before=$failed
  shift
  await_task "$project" || code=$?
  [[ ! -e $(results_of "$project") ]] || count_results "$(results_of "$project")"
  if ((code == 124 || code == 137)); then
    complain "$project was ended after $TEST_PROJECT_SECONDS s"
  elif ((code == 0 && $# == 0 && passed + failed + skipped == before)); then
    complain "$project has run no test"
    code=1
  fi
  # A run that breaks off has no failed test to show, and must not pass for that.
  if ((code != 0 && failed == failed_before)); then
    complain "$project ended with exit code $code; counted as one failed test"
    failed=$((failed + 1))
  fi
}

# count_results TRX: its counters, as in <Counters total="12" executed="12" passed="11" failed="1" error="0" … />.
count_results() {
  local counters
  counters=$(grep -m 1 -o '<Counters [^>]*>' -- "$1")
  passed=$((passed + $(counter passed)))
  failed=$((failed + $(counter failed) + $(counter error) + $(counter timeout) + $(counter aborted)))
  skipped=$((skipped + $(counter total) - $(counter executed)))
}

counter() {
  if [[ $counters =~ \ $1=\"([0-9]+)\" ]]; then
    printf '%s' "${BASH_REMATCH[1]}"
  else
    printf 0
  fi
}

closing_line() {
  printf '\n%d passed, %d failed' "$passed" "$failed"
  ((skipped == 0)) || printf ', %d skipped' "$skipped"
  printf '\n'
}
