-- Closes the activity's stock and begins a rebuild under a new epoch.
-- KEYS: meta, stock of the rebuild, buyers of the rebuild
-- ARGV: epoch, then sku and total of each SKU
local meta, stock, buyers = KEYS[1], KEYS[2], KEYS[3]
want_keys(KEYS, 3)
want_whole(1, ARGV[1])
for i = 2, #ARGV, 2 do
  want_whole(0, ARGV[i], ARGV[i + 1])
end
local fields = redis.call('HMGET', meta, 'epoch', 'phase')
local current = tonumber(fields[1] or 0)
local epoch = tonumber(ARGV[1])
if epoch < current or (epoch == current and fields[2] ~= 'rebuilding') then
  return { 'stale_epoch' }
end
if epoch == current then
  return { 'ok' }
end

redis.call('HSET', meta, 'epoch', ARGV[1], 'phase', 'rebuilding')
redis.call('DEL', stock, buyers)
for i = 2, #ARGV, 2 do
  local sku = ARGV[i]
  redis.call('HSET', stock, sku .. ':total', ARGV[i + 1], sku .. ':reserved', 0, sku .. ':sold', 0)
end
return { 'ok' }
