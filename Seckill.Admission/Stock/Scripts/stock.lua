-- What the scripts of the stock share; it is put before each of them.
-- A record's state: a(dmitted), p(repared), c(ommitted), r(eleased).

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The activity's epoch; nil while its stock is not there or is being rebuilt, and then nothing may be touched.
local function open_epoch(meta)
  local fields = redis.call('HMGET', meta, 'phase', 'epoch')
  if fields[1] == 'open' then
    return fields[2]
  end
  return nil
end

-- A record's state; nil when there is none that counts. A record of an older epoch was not counted by the rebuild, so it stands
-- for no reservation; a tombstone refuses late calls in every epoch.
local function state_of(order, epoch)
  local fields = redis.call('HMGET', order, 'state', 'epoch')
  if fields[1] and (fields[1] == 'r' or fields[2] == epoch) then
    return fields[1]
  end
  return nil
end

-- Units that a buyer holds, and the latest order with its SKU and quantity (0 and 0 once that one was released).
local function holding(buyers, buyer)
  local value = redis.call('HGET', buyers, buyer)
  if not value then
    return 0, '', '0', '0'
  end
  local units, latest, sku, quantity = string.match(value, '^(%d+)|([^|]*)|([^|]*)|([^|]*)$')
  return tonumber(units), latest, sku, quantity
end

local function put_holding(buyers, buyer, units, latest, sku, quantity)
  redis.call('HSET', buyers, buyer, string.format('%d|%s|%s|%s', units, latest, sku, quantity))
end

-- Counts an order that was lost or is being rebuilt. Its id has its time, so that it does not displace a newer one.
local function hold_again(buyers, buyer, order_id, sku, quantity)
  local units, latest, latest_sku, latest_quantity = holding(buyers, buyer)
  if latest <= order_id or latest_sku == '0' then
    latest, latest_sku, latest_quantity = order_id, sku, quantity
  end
  put_holding(buyers, buyer, units + quantity, latest, latest_sku, latest_quantity)
end

local function let_go(buyers, buyer, order_id, quantity)
  local units, latest, latest_sku, latest_quantity = holding(buyers, buyer)
  units = units - quantity
  if units <= 0 then
    redis.call('HDEL', buyers, buyer)
    return
  end
  if latest == order_id then
    latest_sku, latest_quantity = '0', '0'
  end
  put_holding(buyers, buyer, units, latest, latest_sku, latest_quantity)
end

-- Why units can't be taken for an order that has no reservation; nil when they can.
local function refusal(meta, stock, buyers, sku, buyer, quantity)
  local units = holding(buyers, buyer)
  if units + quantity > tonumber(redis.call('HGET', meta, 'limit')) then
    return 'limit'
  end
  local available = redis.call('HGET', stock, sku .. ':available')
  if not available or tonumber(available) < tonumber(quantity) then
    return 'sold_out'
  end
  return nil
end

local function move(stock, sku, from, to, quantity)
  redis.call('HINCRBY', stock, sku .. ':' .. from, -quantity)
  return redis.call('HINCRBY', stock, sku .. ':' .. to, quantity)
end

-- Replaces the record, and with it the expiry of an older one.
local function write_order(order, state, epoch, sku, buyer, quantity, price, at, window, key)
  redis.call('DEL', order)
  redis.call('HSET', order, 'state', state, 'epoch', epoch, 'sku', sku, 'buyer', buyer, 'qty', quantity,
    'price', price, 'at', at, 'window', window, 'key', key)
end

-- The same key asked again gets this order, for as long as the key is kept.
local function remember_key(idem, key, order_id, sku, quantity, seconds)
  if key ~= '' and seconds > 0 then
    redis.call('SET', idem, order_id .. '|' .. sku .. '|' .. quantity, 'NX', 'EX', seconds)
  end
end

-- A committed record outlives the time in which its order can be cancelled.
local function committed_seconds(seconds, window)
  return math.max(tonumber(seconds), tonumber(window) + 86400)
end
