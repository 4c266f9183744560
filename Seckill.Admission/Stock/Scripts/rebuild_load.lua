-- Counts orders that MySQL knows. An order that this epoch has counted already is passed over, so a chunk may be repeated.
-- KEYS: meta, stock of the rebuild, buyers of the rebuild, pending, then order and idem of each order
-- ARGV: epoch, relay delay (ms), lifetimes (s) of a committed record, of a tombstone and of a key, then of each order:
--   id, state (p = pending, c = confirmed or paid, r = ended), sku, buyer, quantity, price, admitted at, payment window, key
local meta, stock, buyers, pending = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local epoch = ARGV[1]
want_keys(KEYS, 4)
want_whole(1, epoch, ARGV[3], ARGV[4])
want_whole(0, ARGV[2], ARGV[5])
for i = 6, #ARGV, 9 do
  local order = 5 + (i - 6) / 9 * 2
  want_keys(KEYS, order + 1)
  want_order(KEYS[order], ARGV[i])
  want_whole(1, ARGV[i + 4])
  want_whole(-99999999999999, ARGV[i + 6], ARGV[i + 7])
  if not ARGV[i + 8] then
    error('order ' .. ARGV[i] .. ' has not all its arguments')
  end
end
local fields = redis.call('HMGET', meta, 'epoch', 'phase')
if fields[1] ~= epoch or fields[2] ~= 'rebuilding' then
  return { 'stale_epoch' }
end

local now = now_ms()
local next_key = 5
for i = 6, #ARGV, 9 do
  local order, idem = KEYS[next_key], KEYS[next_key + 1]
  next_key = next_key + 2
  local order_id, state, sku, buyer, quantity = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local price, at, window, key = ARGV[i + 5], ARGV[i + 6], ARGV[i + 7], ARGV[i + 8]
  local record = redis.call('HMGET', order, 'epoch', 'state')
  if record[1] ~= epoch then
    -- Redis commits first: its record may be one step ahead of MySQL's row.
    if state == 'p' and record[2] == 'c' then
      state = 'c'
    end
    write_order(order, state, epoch, sku, buyer, quantity, price, at, window, key)
    if state == 'r' then
      redis.call('EXPIRE', order, ARGV[4])
      redis.call('ZREM', pending, order_id)
    elseif state == 'c' then
      redis.call('EXPIRE', order, committed_seconds(ARGV[3], window))
      redis.call('ZREM', pending, order_id)
      redis.call('HINCRBY', stock, sku .. ':sold', quantity)
      hold_again(buyers, buyer, order_id, sku, quantity)
    else
      redis.call('ZADD', pending, 'NX', now + tonumber(ARGV[2]), order_id)
      redis.call('HINCRBY', stock, sku .. ':reserved', quantity)
      hold_again(buyers, buyer, order_id, sku, quantity)
    end
    remember_key(idem, key, order_id, sku, quantity, tonumber(ARGV[5]) - math.floor((now - tonumber(at)) / 1000))
  end
end
return { 'ok' }
