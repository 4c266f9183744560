-- What a database holds, as a hash, and what is wrong with the stock in it.
local keys = redis.call('KEYS', '*')
table.sort(keys)
local all = {}
for i, key in ipairs(keys) do
  all[i] = key .. redis.call('DUMP', key)
end

local prefix = 'seckill:{7}:'
local problems = {}
local stock = redis.call('HGETALL', prefix .. 'stock')
local counts = {}
for i = 1, #stock, 2 do
  if not string.match(stock[i + 1], '^%d+$') then
    problems[#problems + 1] = stock[i] .. ' is ' .. stock[i + 1]
  end
  counts[stock[i]] = tonumber(stock[i + 1])
end
for name, total in pairs(counts) do
  local sku = string.match(name, '^(.*):total$')
  if sku and total ~= (counts[sku .. ':available'] or 0) + (counts[sku .. ':reserved'] or 0) + (counts[sku .. ':sold'] or 0) then
    problems[#problems + 1] = 'the units of SKU ' .. sku .. ' do not add up'
  end
  if not sku and not counts[string.gsub(name, ':[^:]*$', '') .. ':total'] then
    problems[#problems + 1] = name .. ' came out of nothing'
  end
end
local buyers = redis.call('HGETALL', prefix .. 'buyers')
for i = 2, #buyers, 2 do
  if not string.match(buyers[i], '^%d+|[^|]*|[^|]*|[^|]*$') then
    problems[#problems + 1] = 'the holding ' .. buyers[i] .. ' can not be read'
  end
end
for _, id in ipairs(redis.call('ZRANGE', prefix .. 'pending', 0, -1)) do
  if redis.call('EXISTS', prefix .. 'order:' .. id) == 0 then
    problems[#problems + 1] = 'the entry ' .. id .. ' has no order'
  end
end
for _, key in ipairs(keys) do
  if string.sub(key, 1, #prefix + 6) == prefix .. 'order:' and redis.call('HLEN', key) ~= 9 then
    problems[#problems + 1] = key .. ' is incomplete'
  end
end
return { redis.sha1hex(table.concat(all, '\n')), table.concat(problems, '; ') }
