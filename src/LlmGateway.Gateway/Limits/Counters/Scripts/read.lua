-- KEYS: for each counter its hash and its leases. ARGV: the window of each. Returns for each ';used,reserved', or ';' where there is none.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local reply = ''
for i = 1, #KEYS / 2 do
  local hash, leases = KEYS[2 * i - 1], KEYS[2 * i]
  local state = redis.call('HMGET', hash, 'window', 'used', 'reserved')
  if state[1] == ARGV[i] then
    local reserved = tonumber(state[3])
    for _, lease in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 1000)) do
      reserved = reserved - string.match(lease, ':(%d+)$')
    end
    reply = reply .. string.format(';%.0f,%.0f', state[2], reserved)
  else
    reply = reply .. ';'
  end
end
return reply
