# shellcheck shell=bash
# `fuzz`: inputs of all sorts for a system of its own, with tools/Seckill.Fuzz.

readonly FUZZ_PARTS=(http raw kafka lua configuration)

fuzz_command() {
  local json='' folder=''
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --seed) check_number "$1" "${2-}" 0 999999999 && arguments+=("$1" "$2") && shift ;;
      --inputs) check_number "$1" "${2-}" 1 999999999 && arguments+=("$1" "$2") && shift ;;
      --at) check_number "$1" "${2-}" 0 999999999 && arguments+=("$1" "$2") && shift ;;
      --starts) check_number "$1" "${2-}" 0 10000 && arguments+=("$1" "$2") && shift ;;
      --only) check_word "$1" "${2-}" "${FUZZ_PARTS[@]}" && arguments+=("$1" "$2") && shift ;;
      --json) check_value "$1" "${2-}" && json=$(absolute_path "$2") && arguments+=("$1" "$json") && shift ;;
      *) usage_error fuzz "$1" ;;
    esac
    shift
  done

  local name
  prepare_profile fuzz
  start_servers all Seckill.sln kafka api worker cli fuzz
  prepare_data
  # One client sends it all, and what fails is to be tried again at once.
  export RateLimits__BuyerPerSecond=1000000 RateLimits__BuyerBurst=1000000 RateLimits__AnonymousPerSecond=1000000 RateLimits__AnonymousBurst=1000000
  export Compensation__MaxRetries=1 Compensation__RetryDelaySeconds__0=1 Compensation__DeadLetterMaxRetries=1 Compensation__DeadLetterDelaySeconds=0
  start_programs worker-1 api

  heading "Fuzz"
  folder=$LOCAL_DIR/findings/$PROFILE
  for name in api worker-1 mysql redis-stock redis-cache kafka rabbitmq postgres; do
    ! is_running "$name" || arguments+=(--process "$name=$(pid_of "$name")")
  done
  fuzz_tool run --api "http://$(address_of api)" --findings "$folder" --program "api=$(program api)" --program "worker=$(program worker)" "${arguments[@]}"
}

fuzz_tool() { run_task fuzz dotnet "$(program fuzz)" "$@"; }
