-- What the scripts of the locks share; it is put before each of them. A script runs alone, for many locks at once: what they share is worked out once.
local clock
local lives = {}

-- The clock of this server in µs, spelt out.
local function now_us()
  if not clock then
    local time = redis.call('TIME')
    clock = whole(time[1] * 1000000 + time[2])
  end
  return clock
end

-- How long a fence is kept (ms).
local function fence_life(expiry, beyond)
  lives[expiry] = lives[expiry] or whole(expiry + beyond)
  return lives[expiry]
end
