import { SLACK_MS } from './keys.ts';
import { Script } from './script.ts';

/** KEYS: members. ARGV: replica, `<node> <member>`, bus. */
export const ENTER = new Script(`
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ${SLACK_MS})
redis.call('PUBLISH', ARGV[3], 'I' .. ARGV[2])
`);
/**
 * The same for a member whom Redis, or another process, has forgotten. Whoever has come through another node meanwhile
 * stays, and is returned. ARGV: also the node.
 */
export const ENTER_AGAIN = new Script(`
local value = redis.call('HGET', KEYS[1], ARGV[1])
if value and string.sub(value, 1, #ARGV[4] + 1) ~= ARGV[4] .. ' ' then return value end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ${SLACK_MS})
redis.call('PUBLISH', ARGV[3], 'I' .. ARGV[2])
`);
/** What the bus says beside who has left, where their login holds no more. */
export const CUT = ' cut';

/** KEYS: members. ARGV: replica, node, bus, `CUT` or nothing. Whoever has come back through another node stays. */
export const LEAVE = new Script(`
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value or string.sub(value, 1, #ARGV[2] + 1) ~= ARGV[2] .. ' ' then return end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[3], 'O' .. ARGV[2] .. ' ' .. ARGV[1] .. ARGV[4])
`);
/** The same for a node that has not beaten for a while. KEYS: members, nodes. ARGV: replica, node, bus, ms. */
export const REAP = new Script(`
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value or string.sub(value, 1, #ARGV[2] + 1) ~= ARGV[2] .. ' ' then return end
local t, at = redis.call('TIME'), redis.call('ZSCORE', KEYS[2], ARGV[2])
if at and t[1] * 1000 + math.floor(t[2] / 1000) - at <= tonumber(ARGV[4]) then return end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[3], 'O' .. ARGV[2] .. ' ' .. ARGV[1])
`);

/** KEYS: nodes. ARGV: ms. The nodes that have beaten since. */
export const LIVING = new Script(`
local t = redis.call('TIME')
local since = t[1] * 1000 + math.floor(t[2] / 1000) - tonumber(ARGV[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%.0f', since), '+inf')
`);
