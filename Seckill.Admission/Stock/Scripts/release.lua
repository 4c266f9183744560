-- Gives an order's units back, reserved or sold, and leaves a tombstone that refuses a late prepare or commit.
-- KEYS: meta, stock, buyers, pending, order
-- ARGV: order id, sku, buyer, quantity, price, admitted at, payment window, key, lifetime of the tombstone (s)
-- Answers {code, 1 when the SKU was sold out before and is not any more, else 0}.
local meta, stock, buyers, pending, order = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local order_id = ARGV[1]
want_keys(KEYS, 5)
want_order(order, order_id)
want_whole(1, ARGV[4], ARGV[9])

local epoch = open_epoch(meta)
if not epoch then
  return { 'not_ready' }
end

local state, sku, quantity, buyer = state_of(order, epoch, 'sku', 'qty', 'buyer')
if state == 'r' then
  return { 'repeated', 0 }
end

redis.call('ZREM', pending, order_id)
if not state then
  write_order(order, 'r', epoch, ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8])
  redis.call('EXPIRE', order, ARGV[9])
  return { 'empty', 0 }
end

local available = move(stock, sku, state == 'c' and 'sold' or 'reserved', 'available', quantity)
let_go(buyers, buyer, order_id, quantity)
redis.call('HSET', order, 'state', 'r')
redis.call('EXPIRE', order, ARGV[9])
local returned = available > 0 and available - quantity <= 0
return { 'released', returned and 1 or 0 }
