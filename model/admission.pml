/* Who brings orders to Kafka: the API, and the relay from the write-ahead entries. And who takes in what failed. */

/* Orders are admitted one after another: they are alike, so another sequence would show nothing else. */
proctype Api() {
  byte o, answer;
  do
  :: o < ORDERS ->
    do
    :: atomic { READY -> admit_lua(o, answer) };
      if
      :: atomic { retries > 0 -> retries-- }
      :: break
      fi
    od;
    if
    :: answer == OK -> event[o] = true
    :: true                       /* refused; or Kafka is away, or the API dies: the relay's */
    fi;
    o++
  :: o == ORDERS -> break
  od
}

/* WriteAheadRelay and LedgerEntries. What Kafka still has it publishes again only as one of REPEATS. Between its look at
   the stores and what it does then anything may happen. */
#define LOOK(i) \
  :: atomic { redis.phase == OPEN && redis.pending[i] && !IS_ENTRY(i) -> o = i; goto settle } \
  :: atomic { SETTLES && redis.phase == OPEN && IS_TAKEN_AGAIN(i) && IS_SOLD(state[i]) -> o = i; epoch = redis.at_epoch[i]; goto settle } \
  :: atomic { RELAYS && redis.phase == OPEN && IS_ENTRY(i) && state[i] == NONE && !event[i] && !handed_over[i] && !compensated[i] -> event[i] = true } \
  :: atomic { SETTLES && redis.phase == OPEN && IS_UNDECIDED(i) && IS_SOLD(state[i]) -> o = i; goto commit } \
  :: atomic { SETTLES && redis.phase == OPEN && IS_ENTRY(i) && HAS_ENDED(state[i]) -> o = i; goto release } \
  :: atomic { handed_over[i] -> handed_over[i] = false; compensated[i] = true }

#ifndef NO_RELAY
#define RELAYS true
#else
#define RELAYS false
#endif
#ifndef NO_SETTLING
#define SETTLES true
#else
#define SETTLES false
#endif

proctype Relay() {
  byte o, answer, epoch;
end_idle:
  do
  LOOK(0)
#if ORDERS > 1
  LOOK(1)
#endif
  od;

settle:
  atomic { settle_lua(o, epoch); o = 0; epoch = 0; goto end_idle }

commit:
  if
  :: atomic { READY -> commit_lua(o, answer); o = 0; answer = 0; goto end_idle }
  :: atomic { !READY -> o = 0; goto end_idle }
  fi;

release:
  if
  :: atomic { READY -> release_lua(o); o = 0; goto end_idle }
  :: atomic { !READY -> o = 0; goto end_idle }
  fi
}
