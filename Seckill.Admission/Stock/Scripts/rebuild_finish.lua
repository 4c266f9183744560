-- Puts the rebuilt stock in the place of the old and opens the activity.
-- KEYS: meta, stock of the rebuild, buyers of the rebuild, stock, buyers
-- ARGV: epoch, opens at, closes at, limit, payment window, run id of the server, then the SKUs
local meta, rebuilt_stock, rebuilt_buyers, stock, buyers = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
want_keys(KEYS, 5)
want_whole(1, ARGV[1], ARGV[4])
want_whole(-99999999999999, ARGV[2], ARGV[3])
want_whole(0, ARGV[5])
local fields = redis.call('HMGET', meta, 'epoch', 'phase')
if fields[1] ~= ARGV[1] then
  return { 'stale_epoch' }
end
if fields[2] == 'open' then
  return { 'ok' }
end
-- A restart of the server in between may have lost them; then the rebuild is to be done again.
if redis.call('EXISTS', rebuilt_stock) == 0 then
  return { 'stale_epoch' }
end

for i = 7, #ARGV do
  local sku = ARGV[i]
  local counts = redis.call('HMGET', rebuilt_stock, sku .. ':total', sku .. ':reserved', sku .. ':sold')
  -- May be negative, when Redis admitted what MySQL has sold: then nothing is admitted, and MySQL decides.
  redis.call('HSET', rebuilt_stock, sku .. ':available', counts[1] - counts[2] - counts[3])
end
redis.call('RENAME', rebuilt_stock, stock)
if redis.call('EXISTS', rebuilt_buyers) == 1 then
  redis.call('RENAME', rebuilt_buyers, buyers)
else
  redis.call('DEL', buyers)
end
redis.call('HSET', meta, 'phase', 'open', 'opens_at', ARGV[2], 'closes_at', ARGV[3], 'limit', ARGV[4],
  'payment_window', ARGV[5], 'run_id', ARGV[6])
return { 'ok' }
