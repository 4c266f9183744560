-- Takes off the list of entries what is none (any more): one without a record, one whose units were given back, and a committed one that stands, as it
-- was when MySQL was asked about it. One for which units were taken anew since then is of another epoch.
-- KEYS: meta, pending, then order of each entry
-- ARGV: of each entry: order id, epoch of the record that was committed when it was read, else empty
local pending = KEYS[2]
want_keys(KEYS, 2)
for i = 1, #ARGV, 2 do
  want_keys(KEYS, 3 + (i - 1) / 2)
  want_order(KEYS[3 + (i - 1) / 2], ARGV[i])
  if not ARGV[i + 1] then
    error('order ' .. ARGV[i] .. ' has not all its arguments')
  end
end

local settled = 0
if not open_epoch(KEYS[1]) then
  return settled
end
for i = 1, #ARGV, 2 do
  local record = redis.call('HMGET', KEYS[3 + (i - 1) / 2], 'state', 'epoch')
  local state, epoch = record[1], record[2]
  if state ~= 'a' and state ~= 'p' and (state ~= 'c' or epoch == ARGV[i + 1]) then
    settled = settled + redis.call('ZREM', pending, ARGV[i])
  end
end
return settled
