-- Counts write-ahead entries that MySQL does not know, and ends those that it knows to have ended.
-- KEYS: meta, stock of the rebuild, buyers of the rebuild, pending, then order of each entry
-- ARGV: epoch, lifetime of a tombstone (s), then of each entry: order id, 1 when MySQL knows that it has ended, else 0
local meta, stock, buyers, pending = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local epoch = ARGV[1]
want_keys(KEYS, 4)
want_whole(1, epoch, ARGV[2])
for i = 3, #ARGV, 2 do
  want_keys(KEYS, 5 + (i - 3) / 2)
  want_order(KEYS[5 + (i - 3) / 2], ARGV[i])
  want_whole(0, ARGV[i + 1])
end
local fields = redis.call('HMGET', meta, 'epoch', 'phase')
if fields[1] ~= epoch or fields[2] ~= 'rebuilding' then
  return { 'stale_epoch' }
end

local next_key = 5
for i = 3, #ARGV, 2 do
  local order, order_id, ended = KEYS[next_key], ARGV[i], ARGV[i + 1] == '1'
  next_key = next_key + 1
  local record = redis.call('HMGET', order, 'state', 'epoch', 'sku', 'buyer', 'qty')
  local state, sku, buyer, quantity = record[1], record[3], record[4], record[5]
  if state ~= 'a' and state ~= 'p' then
    redis.call('ZREM', pending, order_id)
  elseif record[2] ~= epoch then
    if ended or redis.call('HEXISTS', stock, sku .. ':total') == 0 then
      redis.call('HSET', order, 'state', 'r', 'epoch', epoch)
      redis.call('EXPIRE', order, ARGV[2])
      redis.call('ZREM', pending, order_id)
    else
      redis.call('HSET', order, 'epoch', epoch)
      redis.call('HINCRBY', stock, sku .. ':reserved', quantity)
      hold_again(buyers, buyer, order_id, sku, quantity)
    end
  end
end
return { 'ok' }
