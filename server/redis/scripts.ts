import { SLACK_MS } from './keys.ts';

/**
 * The Lua that runs inside Redis. A script is one step there: nothing comes between its commands.
 *
 * KEYS of all of them: meta, log, held, have (keys.ts). `fresh` finds out whether what meta says is still there: where
 * a key was lost or evicted the log begins anew under another epoch. `keep` puts off when Redis forgets the room, by an
 * eighth more than is needed, so that few of a room's appends have to: all four keys end in the same moment.
 */
const PRELUDE = `
local meta, log, held, have = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local m = redis.call('HMGET', meta, 'epoch', 'last', 'bytes', 'count', 'oldest')
local epoch, last, bytes, count = m[1], tonumber(m[2] or 0), tonumber(m[3] or 0), tonumber(m[4] or 0)
local oldest = tonumber(m[5] or 0)

local function begin(fresh)
  if epoch and redis.call('XLEN', log) == count then return end
  redis.call('DEL', meta, log, held, have)
  epoch, last, bytes, count, oldest = fresh, 0, 0, 0, 0
  redis.call('HSET', meta, 'epoch', epoch)
  redis.call('PEXPIRE', meta, ${SLACK_MS})
end

local function keep(ms, isNew)
  if not isNew and redis.call('PTTL', meta) >= ms then return end
  local ends = string.format('%.0f', ms + ms / 8)
  for _, key in ipairs({ meta, log, held, have }) do redis.call('PEXPIRE', key, ends) end
end

local function lifetime(age)
  return tonumber(age) + ${SLACK_MS}
end

local function save()
  redis.call('HSET', meta, 'last', last, 'bytes', bytes, 'count', count, 'oldest', oldest)
end

local function fields(item)
  local f = item[2]
  return f[2], tonumber(f[4]), tonumber(f[6]), f[8], f[10]
end

local function trim(now, most, mostBytes, age)
  local floor
  while count > 0 and (count > most or bytes > mostBytes or now - oldest > age) do
    local item = redis.call('XRANGE', log, floor or '-', '+', 'COUNT', 2)
    local _, size, _, key, draft = fields(item[1])
    redis.call('HDEL', held, key)
    if draft then redis.call('HDEL', held, draft) end
    redis.call('XDEL', log, item[1][1])
    count, bytes = count - 1, bytes - size
    oldest = 0
    if item[2] then
      local _, _, at = fields(item[2])
      oldest = at
      floor = item[2][1]
    end
  end
  return floor ~= nil
end

local function hasSeq(ranges, seq)
  for from, to in string.gmatch(ranges or '', '(%d+)-(%d+)') do
    if seq >= tonumber(from) and seq <= tonumber(to) then return true end
  end
  return false
end

local function addSeq(ranges, seq)
  local list, from, to = {}, seq, seq
  for a, b in string.gmatch(ranges or '', '(%d+)-(%d+)') do
    a, b = tonumber(a), tonumber(b)
    if b >= seq - 1 and a <= seq + 1 then
      from, to = math.min(from, a), math.max(to, b)
    else
      list[#list + 1] = { a, b }
    end
  end
  list[#list + 1] = { from, to }
  table.sort(list, function(x, y) return x[1] < y[1] end)
  local text = {}
  for i = math.max(1, #list - 7), #list do
    text[#text + 1] = string.format('%.0f-%.0f', list[i][1], list[i][2])
  end
  return table.concat(text, ',')
end

local function remember(replica, seq, most)
  local known = redis.call('HGET', have, replica)
  redis.call('HSET', have, replica, string.format('%.0f ', last) .. addSeq(known and string.match(known, ' (.*)'), seq))
  if known or redis.call('HLEN', have) <= most + most / 10 then return end
  local all, stale = redis.call('HGETALL', have), {}
  for i = 1, #all, 2 do stale[#stale + 1] = { all[i], tonumber(string.match(all[i + 1], '^%d+')) } end
  table.sort(stale, function(x, y) return x[2] < y[2] end)
  for i = 1, #stale - most do redis.call('HDEL', have, stale[i][1]) end
end
`;

/**
 * What is there already of an entry. ARGV: fresh epoch, replica, seq, id, draft or nothing. Answers are {kind, epoch,
 * offset, id}: with an id, it is another entry of the same draft.
 */
const LOOK = `${PRELUDE}
begin(ARGV[1])
local replica, seq, id = ARGV[2], tonumber(ARGV[3]), ARGV[4]
local key = replica .. ARGV[3]
local draft = ARGV[5] ~= '' and replica .. ' ' .. ARGV[5]

local function ofDraft()
  local twin = draft and redis.call('HGET', held, draft)
  if not twin then return end
  local offset, known = string.match(twin, '^(%d+) (.*)$')
  return { 'known', epoch, tonumber(offset), known }
end

local function ofNumber()
  local place = redis.call('HGET', held, key)
  if place then
    local offset, known = string.match(place, '^(%d+) (.*)$')
    if known == id then return { 'known', epoch, tonumber(offset) } end
    return { 'conflict' }
  end
  local ranges = redis.call('HGET', have, replica)
  if hasSeq(ranges and string.match(ranges, ' (.*)'), seq) then return { 'known', epoch } end
end
`;

/** ARGV: those of LOOK. With a draft it is looked up by that alone; {'new'}: it is not there. */
export const FIND = `${LOOK}
if draft then return ofDraft() or { 'new' } end
return ofNumber() or { 'new' }
`;

/**
 * ARGV: those of LOOK, frame's JSON without its end, bytes, at, now, bounds (entries, bytes, age), bus channel, head of the
 * bus message, replicas remembered.
 */
export const APPEND = `${LOOK}
local there = ofDraft() or ofNumber()
if there then return there end
last = last + 1
local offset = string.format('%.0f', last)
local frame = ARGV[6] .. ',"epoch":"' .. epoch .. '","offset":' .. offset .. '}'
if draft then
  redis.call('XADD', log, offset .. '-0', 'f', frame, 'b', ARGV[7], 'a', ARGV[8], 'k', key, 'd', draft)
  redis.call('HSET', held, draft, offset .. ' ' .. id)
else
  redis.call('XADD', log, offset .. '-0', 'f', frame, 'b', ARGV[7], 'a', ARGV[8], 'k', key)
end
redis.call('HSET', held, key, offset .. ' ' .. id)
local wasEmpty = count == 0
if wasEmpty then oldest = tonumber(ARGV[8]) end
count, bytes = count + 1, bytes + tonumber(ARGV[7])
remember(replica, seq, tonumber(ARGV[15]))
trim(tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12]))
save()
keep(lifetime(ARGV[12]), wasEmpty)
redis.call('PUBLISH', ARGV[13], 'E' .. epoch .. ' ' .. offset .. ' ' .. ARGV[14] .. '\\n' .. frame)
return { 'appended', epoch, last }
`;

/** ARGV: fresh epoch, replica, seq, replicas remembered, age. */
export const FORGO = `${PRELUDE}
begin(ARGV[1])
local ranges = redis.call('HGET', have, ARGV[2])
if hasSeq(ranges and string.match(ranges, ' (.*)'), tonumber(ARGV[3])) then return 0 end
remember(ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]))
keep(lifetime(ARGV[5]), true)
return 1
`;

/**
 * What a joiner asks. ARGV: fresh epoch, now, bounds (entries, bytes, age), offset of the cursor or -1, replicas.
 * Returns {epoch, last, floor, frame at the cursor or false, ranges of the replicas}.
 */
export const OPEN = `${PRELUDE}
begin(ARGV[1])
local before = count
trim(tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]))
if count ~= before then save() end
keep(last > 0 and lifetime(ARGV[5]) or ${SLACK_MS})
local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
local floor = first and tonumber(string.match(first[1], '^%d+')) or last + 1
local at = false
if tonumber(ARGV[6]) > 0 then
  local item = redis.call('XRANGE', log, ARGV[6] .. '-0', ARGV[6] .. '-0')[1]
  at = item and fields(item) or false
end
local ranges = {}
for i = 7, #ARGV do
  local known = redis.call('HGET', have, ARGV[i])
  ranges[#ranges + 1] = known and string.match(known, ' (.*)') or ''
end
return { epoch, last, floor, at, ranges }
`;

/** KEYS: also the members. ARGV: age. The room is not to be forgotten while somebody is in it. */
export const KEEP = `${PRELUDE}
redis.call('PEXPIRE', KEYS[5], ${SLACK_MS})
if epoch then keep(last > 0 and lifetime(ARGV[1]) or ${SLACK_MS}) end
`;
