-- Turns an order's reservation into a sale; takes the units anew when there is none. Nobody who comes so late can know that the order still stands: an
-- entry has the relay ask MySQL.
-- KEYS: meta, stock, buyers, pending, order, idem
-- ARGV: order id, sku, buyer, quantity, price, admitted at, payment window, key, lifetime of the key (s), lifetime of the record (s), relay repeat (ms)
local meta, stock, buyers, pending, order, idem = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local order_id, sku, buyer, quantity = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
want_keys(KEYS, 6)
want_order(order, order_id)
want_whole(1, quantity)
want_whole(0, ARGV[9], ARGV[10], ARGV[11])
want_whole(-9999999999, ARGV[7])
local lifetime = committed_seconds(ARGV[10], ARGV[7])

local epoch = open_epoch(meta)
if not epoch then
  return { 'not_ready' }
end

local state, record_sku, record_quantity = state_of(order, epoch, 'sku', 'qty')
if state == 'c' then
  return { 'repeated' }
elseif state == 'r' then
  return { 'released' }
elseif state then
  move(stock, record_sku, 'reserved', 'sold', record_quantity)
  redis.call('HSET', order, 'state', 'c')
  redis.call('EXPIRE', order, lifetime)
  redis.call('ZREM', pending, order_id)
  return { 'committed' }
end

local refused = refusal(meta, stock, buyers, sku, buyer, quantity)
if refused then
  return { refused }
end

move(stock, sku, 'available', 'sold', quantity)
hold_again(buyers, buyer, order_id, sku, quantity)
write_order(order, 'c', epoch, sku, buyer, quantity, ARGV[5], ARGV[6], ARGV[7], ARGV[8])
redis.call('EXPIRE', order, lifetime)
add_entry(pending, now_ms() + ARGV[11], order_id)
remember_key(idem, ARGV[8], order_id, sku, quantity, tonumber(ARGV[9]))
return { 'taken_again' }
