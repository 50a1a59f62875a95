-- Keeps what is set aside for calls under way, and sets it aside anew where a restart of Redis lost it.
-- A call that was settled while this was on its way gets nothing back.
-- KEYS: for each reservation its counter's hash and leases, and the mark of its call once that is settled.
-- ARGV: a lease in milliseconds; then for each reservation: the call, the amount, the window, seconds to live, 1 where the counter
-- may be made anew here and 0 where its total is the database's to tell.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, #KEYS / 3 do
  local hash, leases, a = KEYS[3 * i - 2], KEYS[3 * i - 1], 5 * i - 3
  local settled = redis.call('EXISTS', KEYS[3 * i]) == 1
  local window = redis.call('HGET', hash, 'window')
  if not settled and not window and ARGV[a + 4] == '1' then
    window = ARGV[a + 2]
    redis.call('HSET', hash, 'window', window, 'used', 0, 'reserved', 0)
    redis.call('DEL', leases)
  end
  if not settled and window == ARGV[a + 2] then
    if redis.call('ZADD', leases, now + ARGV[1], ARGV[a] .. ':' .. ARGV[a + 1]) == 1 then
      redis.call('HINCRBY', hash, 'reserved', ARGV[a + 1])
    end
    redis.call('EXPIRE', hash, ARGV[a + 3])
    redis.call('EXPIRE', leases, ARGV[a + 3])
  end
end
return 'ok'
