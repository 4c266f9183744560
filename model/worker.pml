/* A worker that handles one message: the saga's machine on both participants. There is no lock around it unless LOCKS is defined: whatever
   holds without locks holds when they fail. Every step is one effect; before and after each the worker may die. */

#define REQUEST  1                /* SeckillRequested */
#define RESUME   2                /* ResumeTransaction */
#define TIME_OUT 3                /* TransactionTimedOut */
#define ROLLBACK 4                /* RollbackTransaction */
#define CANCEL   5                /* CancelOrder, PaymentDeadlineReached */
#define PAYMENT  6                /* PaymentReceived */

#ifdef LOCKS
byte lock[ORDERS], tokens[ORDERS];
#define HOLD \
  if \
  :: own != 0 \
  :: atomic { own == 0 && lock[o] == 0 -> lock[o] = _pid; tokens[o]++; own = tokens[o] } \
  OR_FAULT \
  fi;
#define LET_GO if :: lock[o] == _pid -> lock[o] = 0 :: else fi; own = 0;
/* Overtaken: what it writes is refused until it gives up, and the message comes again under a lock of its own. */
#define GIVE_UP if :: own != 0 && IS_FENCED(o, own) -> goto died :: else fi;
#else
#define HOLD
#define LET_GO
#define GIVE_UP
#endif

#define OR_FAULT \
  :: atomic { crashes > 0 -> crashes--; goto died } \
  :: atomic { failures > 0 && (by_attempt || kind <= TIME_OUT) -> failures--; goto failed }

#ifndef NO_REDELIVERY
#define TAKEN(i) in_hand[i] = true
#else
#define TAKEN(i) in_hand[i] = true; event[i] = false
#endif

/* stalled_page.sql and due_page.sql: what the unfinished scan finds. */
#ifndef NO_UNFINISHED_SCAN
#define IS_UNFINISHED(i) (!compensated[i] && ((state[i] == PENDING && !noted[i]) || state[i] == ROLLING_BACK || state[i] == CANCELLING))
#else
#define IS_UNFINISHED(i) false
#endif
#ifndef NO_SUSPENDED_SCAN
#define IS_SUSPENDED(i) (state[i] == PENDING)
#else
#define IS_SUSPENDED(i) false
#endif

#define TAKE(i) \
  :: atomic { event[i] && !in_hand[i] -> TAKEN(i); o = i; kind = REQUEST; goto request } \
  :: atomic { event[i] && in_hand[i] && repeats > 0 -> repeats--; o = i; kind = REQUEST; is_copy = true; goto request } \
  :: atomic { IS_UNFINISHED(i) && !told[i] -> told[i] = true; o = i; kind = RESUME; goto load } \
  :: atomic { IS_SUSPENDED(i) && !told[i] -> told[i] = true; o = i; kind = TIME_OUT; goto load } \
  :: atomic { compensated[i] && !attempted[i] -> attempted[i] = true; o = i; by_attempt = true; goto attempt } \
  :: atomic { operators > 0 && state[i] != NONE -> operators--; o = i; kind = ROLLBACK; goto load } \
  :: atomic { cancels > 0 && state[i] == CONFIRMED -> cancels--; o = i; kind = CANCEL; goto load } \
  :: atomic { payments > 0 && IS_SOLD(state[i]) -> payments--; o = i; kind = PAYMENT; goto load }

proctype Worker() {
  byte o, kind, from, answer;
  bool is_copy, by_attempt;
#ifdef LOCKS
  byte own;
#else
#define own 0
#endif

end_idle:
  do
  TAKE(0)
#if ORDERS > 1
  TAKE(1)
#endif
  od;

attempt:                          /* TransactionRunner: from wherever the order stands */
  atomic {
    if
    :: state[o] == NONE -> kind = REQUEST; goto request
    :: state[o] == PENDING -> kind = TIME_OUT
    :: state[o] == CONFIRMED && cancels > 0 -> cancels--; kind = CANCEL
    :: IS_FINAL(state[o]) -> kind = RESUME
    :: state[o] == CANCELLING || state[o] == ROLLING_BACK -> kind = REQUEST
    fi;
    goto load
  }

request:                          /* as if there were no transaction: the first write finds the one that is there */
  if
  :: atomic { READY -> prepare_lua(o, answer) }
  OR_FAULT
  fi;
  HOLD
  if
  :: atomic {
       answer == OK -> first_write(o, PENDING, own, answer);
       if
       :: answer == WRITTEN -> from = PENDING; goto commit
       :: answer == EXISTS -> goto load
       :: answer == SOLD_OUT -> goto reject
       fi
     }
  :: atomic { answer == REFUSED -> goto reject }
  OR_FAULT
  fi;

reject:
  if
  :: atomic {
       first_write(o, ROLLED_BACK, own, answer);
       if
       :: answer == WRITTEN -> from = ROLLED_BACK; goto release
       :: answer == EXISTS -> goto load
       fi
     }
  OR_FAULT
  fi;

load:
  atomic { from = state[o]; answer = 0; GIVE_UP }
  HOLD
  atomic {
    if
    :: from == PENDING && (kind == REQUEST || kind == RESUME) -> goto commit
    :: from == PENDING && (kind == TIME_OUT || kind == ROLLBACK) -> goto roll_back
    :: (from == CONFIRMED && (kind == REQUEST || kind == RESUME)) || (from == PAID && kind == REQUEST) -> goto confirm
    :: from == CONFIRMED && (kind == ROLLBACK || kind == CANCEL) -> goto cancel
#ifdef NO_LATE_TIME_OUT
    :: from == CONFIRMED && kind == TIME_OUT -> goto roll_back
#endif
#ifdef NO_LATE_CANCEL
    :: from == PAID && (kind == ROLLBACK || kind == CANCEL) -> goto cancel
#endif
    :: from == CONFIRMED && kind == PAYMENT -> goto pay
    :: from == ROLLING_BACK && kind <= ROLLBACK -> goto release
    :: from == CANCELLING && kind != TIME_OUT -> goto release
    :: (from == ROLLED_BACK || from == CANCELLED) && (kind == REQUEST || kind == RESUME) -> goto release
    :: else -> goto done
    fi
  }

commit:                           /* CommitBoth: Redis, then the decision */
#ifndef NO_REDIS_FIRST
  if
  :: atomic { READY -> commit_lua(o, answer) }
  OR_FAULT
  fi;
  if
  :: atomic {
       answer == OK -> change(o, from, CONFIRMED, own, answer);
       if
       :: answer == WRITTEN -> from = CONFIRMED; goto done
       :: answer == CONFLICT -> goto load
       fi
     }
  :: atomic { answer == REFUSED -> goto roll_back }
  OR_FAULT
  fi;
#else
  if
  :: atomic {
       change(o, from, CONFIRMED, own, answer);
       if
       :: answer == WRITTEN -> from = CONFIRMED; goto confirm
       :: answer == CONFLICT -> goto load
       fi
     }
  OR_FAULT
  fi;
#endif

roll_back:                        /* RollBackBoth: the decision, then Redis */
#ifdef NO_LEDGER_FIRST
  if
  :: atomic { READY -> release_lua(o) }
  OR_FAULT
  fi;
#endif
  if
  :: atomic {
       change(o, from, ROLLING_BACK, own, answer);
       if
       :: answer == WRITTEN -> from = ROLLING_BACK; goto release
       :: answer == CONFLICT -> goto load
       fi
     }
  OR_FAULT
  fi;

cancel:                           /* CancelBoth */
  if
  :: atomic {
       change(o, from, CANCELLING, own, answer);
       if
       :: answer == WRITTEN -> from = CANCELLING; goto release
       :: answer == CONFLICT -> goto load
       fi
     }
  OR_FAULT
  fi;

pay:                              /* KeepPayment */
  if
  :: atomic {
       change(o, from, PAID, own, answer);
       if
       :: answer == WRITTEN -> goto done
       :: answer == CONFLICT -> goto load
       fi
     }
  OR_FAULT
  fi;

confirm:                          /* Redis is told the decision once more */
  if
  :: atomic { READY -> commit_lua(o, answer); goto done }
  OR_FAULT
  fi;

release:                          /* FinishRollBack, FinishCancel, or Redis is told once more */
  if
  :: atomic { READY -> release_lua(o) }
  OR_FAULT
  fi;
  if
  :: atomic {
       from == ROLLING_BACK || from == CANCELLING -> change(o, from, from + 1, own, answer);
       if
       :: answer == WRITTEN -> goto done
       :: answer == CONFLICT -> goto load
       fi
     }
  :: atomic { from == ROLLED_BACK || from == CANCELLED -> goto done }
  OR_FAULT
  fi;

done:                             /* told and acknowledged */
  if
  :: atomic {
       LET_GO
       if
       :: by_attempt ->
         attempted[o] = false;
         if
         :: IS_FINAL(state[o]) -> compensated[o] = false; noted[o] = false
         :: else
         fi
       :: !by_attempt && kind == REQUEST && !is_copy ->
         in_hand[o] = false;
         if
         :: event[o] = false
         :: repeats > 0 -> repeats--
         fi
       :: !by_attempt && (kind == RESUME || kind == TIME_OUT) -> told[o] = false
       :: else
       fi;
       o = 0; kind = 0; from = 0; answer = 0; is_copy = false; by_attempt = false;
       goto end_idle
     }
  OR_FAULT
  fi;

failed:                           /* HandOverFilter */
  atomic {
    if
    :: by_attempt -> goto died
    :: else -> noted[o] = (state[o] != NONE)
    fi
  }
  if
  :: atomic { handed_over[o] = true; goto done }
  OR_FAULT
  fi;

died:                             /* what was not acknowledged comes again; a command may be lost */
  atomic {
    LET_GO
    if
    :: by_attempt -> attempted[o] = false
    :: !by_attempt && kind == REQUEST && !is_copy -> in_hand[o] = false
    :: !by_attempt && (kind == RESUME || kind == TIME_OUT) -> told[o] = false
    :: kind == ROLLBACK -> operators++
    :: kind == CANCEL && !by_attempt -> cancels++
    :: kind == PAYMENT -> payments++
    :: kind >= ROLLBACK && !by_attempt
    :: is_copy
    fi;
    o = 0; kind = 0; from = 0; answer = 0; is_copy = false; by_attempt = false;
    goto end_idle
  }
}
