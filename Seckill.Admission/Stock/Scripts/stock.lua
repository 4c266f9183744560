-- What the scripts of the stock share; it is put before each of them.
-- A record's state: a(dmitted), p(repared), c(ommitted), r(eleased).

-- A script runs alone, often for many orders of one activity: what they share is read once, and the units that they move are counted here and
-- written when all are through (write_counts).
local now, activity, server
local counts, moved = {}, {}
local lifetimes = {}
local entries

local function now_ms()
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return now
end

-- The activity: open (or else nothing may be touched: its stock is not there or is being rebuilt), epoch, window, limit, and the server that it was warmed on.
local function activity_of(meta)
  if not activity then
    local fields = redis.call('HMGET', meta, 'phase', 'epoch', 'opens_at', 'closes_at', 'limit', 'payment_window', 'run_id')
    activity = { open = fields[1] == 'open', epoch = fields[2], opens_at = tonumber(fields[3]), closes_at = tonumber(fields[4]),
      limit = tonumber(fields[5]), payment_window = fields[6], run_id = fields[7] }
  end
  return activity
end

-- This server's own id; another one after each start of it.
local function server_run_id()
  server = server or string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  return server
end

-- The activity's epoch; nil while its stock is not to be touched.
local function open_epoch(meta)
  local current = activity_of(meta)
  return current.open and current.epoch or nil
end

-- A record's state with the other fields that are asked for; nil when there is none that counts. A record of an older epoch was not counted by the rebuild, so it
-- stands for no reservation; a tombstone refuses late calls in every epoch.
local function state_of(order, epoch, ...)
  local fields = redis.call('HMGET', order, 'state', 'epoch', ...)
  if fields[1] and (fields[1] == 'r' or fields[2] == epoch) then
    return fields[1], unpack(fields, 3)
  end
  return nil
end

-- A SKU's units, with what was moved in this run. What can't be counted with fails the call, before it has written anything.
local function units_of(stock, sku)
  local units = counts[sku]
  if not units then
    local fields = redis.call('HMGET', stock, sku .. ':available', sku .. ':reserved', sku .. ':sold')
    units = { known = fields[1] ~= false }
    for i, name in ipairs({ 'available', 'reserved', 'sold' }) do
      units[name] = tonumber(fields[i] or 0)
      if not units[name] then
        error({ err = 'SKU ' .. sku .. ': ' .. name .. ' is not a number: ' .. fields[i] })
      end
    end
    counts[sku] = units
  end
  return units
end

-- Moves units of a SKU; answers how many there are then where they went.
local function move(stock, sku, from, to, quantity)
  local units, change = units_of(stock, sku), moved[sku]
  if not change then
    change = { available = 0, reserved = 0, sold = 0 }
    moved[sku] = change
  end
  units[from], change[from] = units[from] - quantity, change[from] - quantity
  units[to], change[to] = units[to] + quantity, change[to] + quantity
  return units[to]
end

-- How many write-ahead entries there are.
local function undecided(pending)
  entries = entries or redis.call('ZCARD', pending)
  return entries
end

-- Writes a write-ahead entry that the relay looks at when it is due.
local function add_entry(pending, due, order_id)
  entries = undecided(pending) + redis.call('ZADD', pending, whole(due), order_id)
end

-- Writes what was moved.
local function write_counts(stock)
  for sku, change in pairs(moved) do
    for name, units in pairs(change) do
      if units ~= 0 then
        redis.call('HINCRBY', stock, sku .. ':' .. name, whole(units))
      end
    end
  end
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
  if units + quantity > activity_of(meta).limit then
    return 'limit'
  end
  if units_of(stock, sku).available < tonumber(quantity) then
    return 'sold_out'
  end
  return nil
end

-- Writes the record where there is none.
local function new_order(order, state, epoch, sku, buyer, quantity, price, at, window, key)
  redis.call('HSET', order, 'state', state, 'epoch', epoch, 'sku', sku, 'buyer', buyer, 'qty', quantity,
    'price', price, 'at', at, 'window', window, 'key', key)
end

-- Replaces the record, and with it the expiry of an older one.
local function write_order(order, state, epoch, sku, buyer, quantity, price, at, window, key)
  redis.call('DEL', order)
  new_order(order, state, epoch, sku, buyer, quantity, price, at, window, key)
end

-- The same key asked again gets this order, for as long as the key is kept.
local function remember_key(idem, key, order_id, sku, quantity, seconds)
  if key ~= '' and seconds > 0 then
    redis.call('SET', idem, order_id .. '|' .. sku .. '|' .. quantity, 'NX', 'EX', seconds)
  end
end

-- A committed record outlives the time in which its order can be cancelled.
local function committed_seconds(seconds, window)
  lifetimes[window] = lifetimes[window] or whole(math.max(tonumber(seconds), tonumber(window) + 86400))
  return lifetimes[window]
end
