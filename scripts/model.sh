# shellcheck shell=bash
# `model`: lets spin go through every order in which the steps of model/order.pml can happen, and shows that each guard is needed.

readonly MODEL_DIR=$ROOT/model MODEL_MAP=$ROOT/docs/model.md MODEL_PAN_SECONDS=900 MODEL_DEPTH=200000

model_command() {
  local checks=yes mutations='' json='' trace=''
  local -a only=()
  while (($# > 0)); do
    case $1 in
      --mutations) checks='' mutations=yes ;;
      --all) mutations=yes ;;
      --trace) check_value "$1" "${2-}" && trace=$2 && shift ;;
      --json) check_value "$1" "${2-}" && json=$(absolute_path "$2") && shift ;;
      *)
        [[ -n $(model_settings "$1") ]] || usage_error model "$1"
        only+=("$1")
        ;;
    esac
    shift
  done

  local name wrong=0 results=() began
  if [[ -n $mutations ]]; then
    for name in "${only[@]}"; do
      [[ -n $(model_mutations_of "$name") ]] || fail "no guard's loss is to be found by the check '$name': model/mutations.conf names none"
    done
  fi
  began=$(now_ms)
  install_packages model
  MODEL_WORK=$(mktemp -d)
  ON_EXIT=remove_model_work
  if [[ -n $trace ]]; then
    model_trace "$trace"
    return
  fi
  [[ -z $checks ]] || model_map
  [[ -z $checks ]] || model_checks
  [[ -z $mutations ]] || model_mutations
  say ''
  [[ -z $json ]] || model_json >"$json"
  if ((wrong > 0)); then
    say "  $wrong of the above are not as they should be ($(seconds_since "$began"))."
    return 1
  fi
  [[ -z $checks || ${#only[@]} -gt 0 ]] || say "  The model holds."
  [[ -z $mutations || ${#only[@]} -gt 0 ]] || say "  Each guard is needed: without any one of them a check fails."
  say "  $(seconds_since "$began")"
}

remove_model_work() { rm -rf -- "$MODEL_WORK"; }

# model_rows FILE: name<TAB>settings<TAB>what may happen, of each check.
model_rows() { sed -nE '/^#/d; s/^([^ ]+) \| ([^|]+) \| (.*)$/\1\t\2\t\3/p' "$MODEL_DIR/$1"; }

# model_chosen: of the checks on stdin those that were asked for by name, or all.
model_chosen() { awk -F '\t' -v only=" ${only[*]} " 'only == "  " || index(only, " " $1 " ")'; }

# model_mutations_of CHECK…: guard and check of each mutation that one of these checks must find; of all for none.
model_mutations_of() { awk -v only=" $* " '!/^#/ && (only == "  " || index(only, " " $2 " "))' "$MODEL_DIR/mutations.conf"; }

# model_settings CHECK
model_settings() { model_rows checks.conf | awk -F '\t' -v name="$1" '$1 == name { print $2 }'; }

# model_run NAME HOW SETTING…: sets verdict, states, depth, took and violated. HOW is cycles (nobody may go in circles either) or first (the first error).
model_run() {
  local name=$1 how=$2 dir=$MODEL_WORK/$1 log began
  local -a compile=(-O1 -w -DVECTORSZ=2048) run=("-m$MODEL_DEPTH")
  shift 2
  mkdir -p "$dir"
  log=$dir/log
  if [[ $how == cycles ]]; then
    compile+=(-DNP -DNOFAIR) && run+=(-l)
  else
    # Ends early: what it takes is the compiler's time.
    compile=(-O0 -w -DVECTORSZ=2048 -DSAFETY)
  fi
  began=$(now_ms)
  (cd "$dir" && spin -a "$@" "$MODEL_DIR/order.pml" && gcc "${compile[@]}" -o pan pan.c) >"$log" 2>&1 || fail_with_log "spin or gcc failed for $name" "$log"
  (cd "$dir" && timeout "$MODEL_PAN_SECONDS" ./pan "${run[@]}") >"$log" 2>&1 || fail_with_log "the check $name was not ended" "$log"
  took=$(seconds_since "$began")
  # A search that was cut off has shown nothing.
  ! grep -qE 'max search depth too small|out of memory|Search not completed' "$log" || [[ $(<"$log") == *'pan:1:'* ]] ||
    fail_with_log "the check $name was not complete" "$log"
  states=$(sed -nE 's/^ *([0-9.e+]+) states, stored.*/\1/p' "$log")
  states=$(printf '%.0f' "$states")
  depth=$(sed -nE 's/.*depth reached ([0-9]+), errors.*/\1/p' "$log")
  violated=$(sed -nE '1,/^pan:1:/s/^pan:1: (.*) \(at depth [0-9]+\)$/\1/p' "$log" | cut -c1-100)
  if grep -q 'errors: 0$' "$log"; then
    verdict=holds
  elif grep -qE 'errors: [1-9]' "$log" && [[ -n $violated ]]; then
    verdict=fails
  else
    fail_with_log "spin's report of $name can't be read" "$log"
  fi
}

model_line() { printf '  %-18s %10s %7s %9s  %-13s %s\n' "$@" >&3; }

model_note() { results+=("$(printf '{"kind":"%s","name":"%s","check":"%s","states":%d,"depth":%d,"verdict":"%s"}' "$1" "$2" "$3" "$states" "$depth" "$4")"); }

model_checks() {
  local name settings text verdict states depth took violated
  heading "Checks"
  model_line check states depth time verdict "what may happen"
  while IFS=$'\t' read -r name settings text; do
    # shellcheck disable=SC2086 # several settings
    model_run "$name" cycles $settings
    [[ $verdict == holds ]] || wrong=$((wrong + 1))
    model_line "$name" "$states" "$depth" "$took" "${verdict/fails/FAILS}" "$text${violated:+: $violated}"
    model_note check "$name" "$name" "$verdict"
  done < <(model_rows checks.conf | model_chosen)
}

model_mutations() {
  local guard check verdict states depth took violated
  heading "Mutations: the model without one guard"
  model_line 'without' states depth time verdict check
  while read -r guard check; do
    # shellcheck disable=SC2046 # several settings
    model_run "$guard" first $(model_settings "$check") "-D$guard"
    if [[ $verdict == holds ]]; then
      wrong=$((wrong + 1)) && verdict='NOT FOUND'
    else
      verdict=found
    fi
    model_line "${guard#NO_}" "$states" "$depth" "$took" "$verdict" "$check"
    model_note mutation "$guard" "$check" "$verdict"
  done < <(model_mutations_of "${only[@]}")
}

# model_map: what docs/model.md names exists still, and it names each guard that there is.
model_map() {
  local file name guards places=0
  heading "Map"
  while IFS=$'\t' read -r file name; do
    [[ $file != *.pml ]] || file=model/$file
    places=$((places + 1))
    if ! [[ -e $ROOT/$file ]] || ! grep -qwF -- "$name" "$ROOT/$file"; then
      complain "docs/model.md names '$name' in $file, and it is not there"
      wrong=$((wrong + 1))
    fi
  done < <(grep -oE '`[A-Za-z0-9_./-]+\.(cs|lua|sql|pml): [^`]+`' "$MODEL_MAP" | sed -E 's/^`([^:]+): (.*)`$/\1\t\2/')
  ((places > 0)) || fail "docs/model.md names no place in the code"
  guards=$(grep -ohE '^#ifn?def NO_[A-Z_]+' "$MODEL_DIR"/*.pml | awk '{ print $2 }' | sort -u)
  for name in mutations.conf ../docs/model.md; do
    if [[ $(grep -ohE '\bNO_[A-Z_]+' "$MODEL_DIR/$name" | sort -u) != "$guards" ]]; then
      complain "model/*.pml and ${name##*/} name different guards"
      wrong=$((wrong + 1))
    fi
  done
  report "places" "$places in model and code, $(wc -l <<<"$guards") guards"
}

# model_trace NAME: the steps that lead to the error of a check or of a mutation.
model_trace() {
  local check=$1 verdict states depth took violated
  local -a settings
  if [[ $1 == NO_* ]]; then
    check=$(awk -v guard="$1" '$1 == guard { print $2 }' "$MODEL_DIR/mutations.conf")
  fi
  read -ra settings <<<"$(model_settings "$check")"
  ((${#settings[@]} > 0)) || fail "there is no check or mutation '$1'"
  [[ $1 != NO_* ]] || settings+=("-D$1")
  model_run "$1" first "${settings[@]}"
  if [[ $verdict == holds ]]; then
    say "$1 holds: there is no trace."
    return
  fi
  (cd "$MODEL_WORK/$1" && spin -k order.pml.trail -p "${settings[@]}" "$MODEL_DIR/order.pml") |
    sed -nE 's/^ *[0-9]+:\tproc +([0-9]+) \(([A-Za-z]+):?[0-9]*\) ([^ ]*\/)?([a-z]+\.pml:[0-9]+) \(state [^)]*\)\t\[(.*)\]$/\1 \2 \4\t\5/p' |
    grep -vP '\t(IF|\.\(goto\)|sub-sequence|assert.*)$'
  say "$violated"
}

model_json() {
  local commit
  commit=$(git -C "$ROOT" rev-parse --short=12 HEAD 2>/dev/null || printf unknown)
  printf '{"commit":"%s","ok":%s,"results":[\n%s\n]}\n' "$commit" "$( ((wrong == 0)) && printf true || printf false)" "$(IFS=,; printf '%s' "${results[*]}" | sed 's/},{/},\n{/g')"
}
