-- Admits an order or says why not: reserves its units and writes its write-ahead entry, at once.
-- KEYS: meta, stock, buyers, pending, order, idem (the order again when no key was sent)
-- ARGV: order id, sku, buyer, quantity, price, key ('' = none), relay delay (ms), lifetime of the key (s), undecided orders at most
-- Answers {code, order id, units available, admitted at, payment window}, as far as the code goes.
local meta, stock, buyers, pending, order, idem = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local order_id, sku, buyer, quantity, price, key = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
want_keys(KEYS, 6)
want_order(order, order_id)
want_whole(1, quantity)
want_whole(0, ARGV[7], ARGV[8], ARGV[9])

-- The caller repeats a call whose outcome it does not know: then this very order may be the first answer.
local function repeated(first)
  if first ~= order_id then
    return { 'repeated', first }
  end
  local fields = redis.call('HMGET', order, 'at', 'window')
  return { 'repeated', first, 0, tonumber(fields[1]), tonumber(fields[2]) }
end

-- A server that was started anew, or took over, may lack the last orders with their keys and buyers: until the stock is rebuilt, whoever repeats one would get another.
local sale = activity_of(meta)
if not sale.open or sale.run_id ~= server_run_id() then
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

local at = now_ms()
if at < sale.opens_at or at >= sale.closes_at then
  return { 'not_open' }
end

local stocked = units_of(stock, sku)
if not stocked.known then
  return { 'unknown_sku' }
end

local units, latest, latest_sku, latest_quantity = holding(buyers, buyer)
if key == '' and latest_sku == sku and latest_quantity == quantity then
  return repeated(latest)
end

if units + quantity > sale.limit then
  return { 'already_ordered', latest }
end

if stocked.available < tonumber(quantity) then
  return { 'sold_out', '', stocked.available }
end

if undecided(pending) >= tonumber(ARGV[9]) then
  return { 'busy' }
end

move(stock, sku, 'available', 'reserved', quantity)
put_holding(buyers, buyer, units + quantity, order_id, sku, quantity)
new_order(order, 'a', sale.epoch, sku, buyer, quantity, price, whole(at), sale.payment_window, key)
add_entry(pending, at + ARGV[7], order_id)
remember_key(idem, key, order_id, sku, quantity, tonumber(ARGV[8]))
return { 'admitted', order_id, stocked.available, at, tonumber(sale.payment_window) }
