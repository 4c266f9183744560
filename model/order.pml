/* The life of orders between Redis, Kafka and MySQL: what docs/model.md describes. A check or a mutation is this file with other -D's
   (checks.conf, mutations.conf). A run ends when nobody has anything left to do; settled() then says whether the books balance. */

#ifndef ORDERS
#define ORDERS 2                  /* one unit each */
#endif
#ifndef TOTAL
#define TOTAL 1                   /* units for sale */
#endif
#ifndef WORKERS
#define WORKERS 2                 /* messages that are handled at a time */
#endif
#ifndef KEEPERS
#define KEEPERS 1
#endif
/* Faults and stimuli, how many of each there may be in a run. */
#ifndef CRASHES
#define CRASHES 0                 /* a worker dies, or the outcome of a call is unknown to it: before or after any effect */
#endif
#ifndef FAILURES
#define FAILURES 0                /* a message fails for its order's own reason, and is handed over to compensation */
#endif
#ifndef REPEATS
#define REPEATS 0                 /* Kafka delivers a record again: at once to another worker, or after it was done */
#endif
#ifndef LOST_TOPICS
#define LOST_TOPICS 0             /* Kafka loses all its data */
#endif
#ifndef RETRIES
#define RETRIES 0                 /* the answer to an admission is lost and the API asks again */
#endif
#ifndef OPERATORS
#define OPERATORS 0               /* an operator rolls an order back */
#endif
#ifndef CANCELS
#define CANCELS 0                 /* a buyer cancels, or the payment deadline passes */
#endif
#ifndef PAYMENTS
#define PAYMENTS 0
#endif
#ifndef EMPTIED
#define EMPTIED 0                 /* Redis loses everything */
#endif
#ifndef TAILS
#define TAILS 0                   /* Redis is restarted and has lost its last second (0 or 1) */
#endif
#ifndef RESTARTS
#define RESTARTS 0                /* Redis is restarted and has lost nothing */
#endif
#ifndef OVERTAKES
#define OVERTAKES 0               /* the lease of a rebuild expires while its holder is paused */
#endif
#ifndef KEEPER_CRASHES
#define KEEPER_CRASHES 0
#endif
#ifndef LAPSES
#define LAPSES 0                  /* a lock is lost without its holder's knowledge (only with LOCKS) */
#endif

#if ORDERS == 1
#define EACH_ORDER(check) (check(0))
#define EACH_SECOND(effect)
#else
#define EACH_ORDER(check) (check(0) && check(1))
#define EACH_SECOND(effect) effect
#endif

byte crashes = CRASHES, failures = FAILURES, repeats = REPEATS, retries = RETRIES, operators = OPERATORS, cancels = CANCELS,
  payments = PAYMENTS;

bool accepted[ORDERS];            /* the buyer was, or may have been, answered 202 */

#include "redis.pml"
#include "ledger.pml"
#include "kafka.pml"
#include "worker.pml"
#include "admission.pml"
#include "rebuild.pml"
#include "environment.pml"
