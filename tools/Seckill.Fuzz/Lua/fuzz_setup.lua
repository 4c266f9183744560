-- Puts a database into the state in which every call is tried: an open activity, orders in each state, a lock that is held.
-- ARGV: order ids: admitted, prepared, committed, committed (the SKU that is sold out), released
redis.call('FLUSHDB', 'SYNC')
local time = redis.call('TIME')
local now = time[1] * 1000
local prefix = 'seckill:{7}:'
redis.call('HSET', prefix .. 'meta', 'epoch', 3, 'phase', 'open', 'opens_at', string.format('%.0f', now - 3600000), 'closes_at',
  string.format('%.0f', now + 36000000), 'limit', 5, 'payment_window', 900, 'run_id', string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'))
redis.call('HSET', prefix .. 'stock', '1:total', 10, '1:available', 6, '1:reserved', 2, '1:sold', 2,
  '2:total', 1, '2:available', 0, '2:reserved', 0, '2:sold', 1)
local orders = { { 'a', '1', 'b1', 1 }, { 'p', '1', 'b2', 1 }, { 'c', '1', 'b3', 2 }, { 'c', '2', 'b4', 1 }, { 'r', '1', 'b5', 1 } }
for i, order in ipairs(orders) do
  redis.call('HSET', prefix .. 'order:' .. ARGV[i], 'state', order[1], 'epoch', 3, 'sku', order[2], 'buyer', order[3], 'qty', order[4],
    'price', 9900, 'at', string.format('%.0f', now), 'window', 900, 'key', '')
  if order[1] ~= 'r' then
    redis.call('HSET', prefix .. 'buyers', order[3], order[4] .. '|' .. ARGV[i] .. '|' .. order[2] .. '|' .. order[4])
  end
  if order[1] == 'a' or order[1] == 'p' then
    redis.call('ZADD', prefix .. 'pending', now + 5000, ARGV[i])
  end
end
redis.call('SET', prefix .. 'idem:b1:k1', ARGV[1] .. '|1|1', 'EX', 86400)
redis.call('SET', 'lock:x', 'owner', 'PX', 3600000)
redis.call('SET', 'fence:x', '1000', 'PX', 7200000)
redis.call('SET', 'claim:x', 'firing|a', 'PX', 3600000)
redis.call('ZADD', 'slots:x', now, 'm1', now, 'm2')
return 1
