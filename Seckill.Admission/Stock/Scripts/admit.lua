-- Admits an order or says why not: reserves its units and writes its write-ahead entry, at once.
-- KEYS: meta, stock, buyers, pending, order, idem (the order again when no key was sent)
-- ARGV: order id, sku, buyer, quantity, price, key ('' = none), relay delay (ms), lifetime of the key (s), undecided orders at most
-- Answers {code, order id, units available, admitted at, payment window}, as far as the code goes.
local meta, stock, buyers, pending, order, idem = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local order_id, sku, buyer, quantity, price, key = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]

-- The caller repeats a call whose outcome it does not know: then this very order may be the first answer.
local function repeated(first)
  if first ~= order_id then
    return { 'repeated', first }
  end
  local fields = redis.call('HMGET', order, 'at', 'window')
  return { 'repeated', first, 0, tonumber(fields[1]), tonumber(fields[2]) }
end

local activity = redis.call('HMGET', meta, 'phase', 'epoch', 'opens_at', 'closes_at', 'limit', 'payment_window')
if activity[1] ~= 'open' then
  return { 'not_ready' }
end

if key ~= '' then
  local first = redis.call('GET', idem)
  if first then
    local first_id, first_sku, first_quantity = string.match(first, '^([^|]*)|([^|]*)|([^|]*)$')
    if first_sku == sku and first_quantity == quantity then
      return repeated(first_id)
    end
    return { 'key_reused', first_id }
  end
end

if redis.call('EXISTS', order) == 1 then
  return repeated(order_id)
end

local now = now_ms()
if now < tonumber(activity[3]) or now >= tonumber(activity[4]) then
  return { 'not_open' }
end

local available = redis.call('HGET', stock, sku .. ':available')
if not available then
  return { 'unknown_sku' }
end
available = tonumber(available)

local units, latest, latest_sku, latest_quantity = holding(buyers, buyer)
if key == '' and latest_sku == sku and latest_quantity == quantity then
  return repeated(latest)
end

if units + quantity > tonumber(activity[5]) then
  return { 'already_ordered', latest }
end

if available < tonumber(quantity) then
  return { 'sold_out', '', available }
end

if redis.call('ZCARD', pending) >= tonumber(ARGV[9]) then
  return { 'busy' }
end

move(stock, sku, 'available', 'reserved', quantity)
put_holding(buyers, buyer, units + quantity, order_id, sku, quantity)
write_order(order, 'a', activity[2], sku, buyer, quantity, price, now, activity[6], key)
redis.call('ZADD', pending, now + tonumber(ARGV[7]), order_id)
remember_key(idem, key, order_id, sku, quantity, tonumber(ARGV[8]))
return { 'admitted', order_id, available - quantity, now, tonumber(activity[6]) }
