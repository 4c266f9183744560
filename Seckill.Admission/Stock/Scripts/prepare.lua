-- Marks an order's reservation prepared; reserves again when there is none.
-- KEYS: meta, stock, buyers, pending, order, idem
-- ARGV: order id, sku, buyer, quantity, price, admitted at, payment window, key, lifetime of the key (s), relay repeat (ms)
local meta, stock, buyers, pending, order, idem = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local order_id, sku, buyer, quantity = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
want_keys(KEYS, 6)
want_order(order, order_id)
want_whole(1, quantity)
want_whole(0, ARGV[9], ARGV[10])

local epoch = open_epoch(meta)
if not epoch then
  return { 'not_ready' }
end

local state = state_of(order, epoch)
if state == 'a' then
  redis.call('HSET', order, 'state', 'p')
  return { 'prepared' }
elseif state == 'p' then
  return { 'repeated' }
elseif state == 'c' then
  return { 'committed' }
elseif state == 'r' then
  return { 'released' }
end

local refused = refusal(meta, stock, buyers, sku, buyer, quantity)
if refused then
  return { refused }
end

move(stock, sku, 'available', 'reserved', quantity)
hold_again(buyers, buyer, order_id, sku, quantity)
write_order(order, 'p', epoch, sku, buyer, quantity, ARGV[5], ARGV[6], ARGV[7], ARGV[8])
add_entry(pending, now_ms() + ARGV[10], order_id)
remember_key(idem, ARGV[8], order_id, sku, quantity, tonumber(ARGV[9]))
return { 'reserved_again' }
