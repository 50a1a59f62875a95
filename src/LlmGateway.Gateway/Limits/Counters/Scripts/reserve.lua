-- Sets amounts aside in all counters of a call, or in none.
-- KEYS: for each counter its hash (window, used, reserved) and its leases, a sorted set of '<call>:<amount>' by expiry in milliseconds.
-- ARGV: the call, a lease in milliseconds; then for each counter: most, amount, window, what the database says was used (-1 where it
-- was not asked yet, 0 where it keeps nothing), seconds to live, 1 to refuse and 0 to tell only.
-- Returns 'ok', 'no' or 'missing', and for each counter ';used,reserved' as they were before.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local verdict, reply = 'ok', ''
for i = 1, #KEYS / 2 do
  local hash, leases, a = KEYS[2 * i - 1], KEYS[2 * i], 6 * i - 3
  local most, amount, window, base, enforced = tonumber(ARGV[a]), tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3]), ARGV[a + 5]
  local state = redis.call('HMGET', hash, 'window', 'used', 'reserved')
  local used, reserved = tonumber(state[2] or 0), tonumber(state[3] or 0)
  if not state[1] then
    if base < 0 then
      return 'missing'
    end
    used, reserved = base, 0
    redis.call('HSET', hash, 'window', ARGV[a + 2], 'used', ARGV[a + 3], 'reserved', 0)
    redis.call('DEL', leases)
  elseif tonumber(state[1]) < window then
    used, reserved = math.max(base, 0), 0
    redis.call('HSET', hash, 'window', ARGV[a + 2], 'used', string.format('%.0f', used), 'reserved', 0)
    redis.call('DEL', leases)
  else
    for _, lease in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 1000)) do
      local freed = string.match(lease, ':(%d+)$')
      reserved = redis.call('HINCRBY', hash, 'reserved', string.format('%.0f', 0 - freed))
      redis.call('ZREM', leases, lease)
    end
    if tonumber(state[1]) == window and used < base then
      -- A restart brought back an older total, or others counted while Redis was away.
      used = base
      redis.call('HSET', hash, 'used', ARGV[a + 3])
    end
  end
  if enforced == '1' and used + reserved + amount > most then
    verdict = 'no'
  end
  reply = reply .. string.format(';%.0f,%.0f', used, reserved)
end
for i = 1, #KEYS / 2 do
  local hash, leases, a = KEYS[2 * i - 1], KEYS[2 * i], 6 * i - 3
  if verdict == 'ok' and redis.call('ZADD', leases, now + ARGV[2], ARGV[1] .. ':' .. ARGV[a + 1]) == 1 then
    redis.call('HINCRBY', hash, 'reserved', ARGV[a + 1])
  end
  redis.call('EXPIRE', hash, ARGV[a + 4])
  redis.call('EXPIRE', leases, ARGV[a + 4])
end
return verdict .. reply
