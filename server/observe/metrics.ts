import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { Scope } from '../limits/limits.ts';

/** What is read when the metrics are asked for. */
export interface Gauges {
  sessions(): number;
  sockets(): number;
  rooms(): number;
  logBytes(): number;
  /** Bytes waiting for readers: in sockets and in queues. */
  queueBytes(): number;
  /** 1 when the relay takes entries, 0 when something keeps it from that. */
  ready(): number;
}

/** The relay's numbers, in a registry of its own. No label ever holds a room, a user or anything a client wrote. */
export interface Metrics {
  readonly registry: Registry;
  readonly received: Counter;
  readonly delivered: Counter;
  readonly entries: Counter;
  readonly reports: Counter;
  readonly cut: Counter;
  readonly broken: Counter;
  /** Seconds from a message's acceptance until it is written to every subscriber's socket. */
  readonly fanOut: Histogram;
  refused(code: RefusalCode): void;
  limited(scope: Scope): void;
  watch(gauges: Gauges): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const refusals = new Counter({
    name: 'natter_refusals_total',
    help: 'Refusals, by code',
    labelNames: ['code'],
    registers,
  });
  const limited = new Counter({
    name: 'natter_limited_total',
    help: 'What was refused by a limit, by whose limit it was',
    labelNames: ['scope'],
    registers,
  });
  return {
    registry,
    received: new Counter({ name: 'natter_messages_received_total', help: 'Bayeux messages from clients', registers }),
    delivered: new Counter({
      name: 'natter_messages_delivered_total',
      help: 'Messages fanned out, once a subscriber',
      registers,
    }),
    entries: new Counter({ name: 'natter_entries_total', help: 'Entries accepted for the first time', registers }),
    reports: new Counter({
      name: 'natter_reports_total',
      help: 'Messages that members have reported to moderators',
      registers,
    }),
    cut: new Counter({ name: 'natter_readers_cut_total', help: 'Clients cut because they did not read', registers }),
    broken: new Counter({
      name: 'natter_sockets_broken_total',
      help: 'WebSockets closed by a broken frame',
      registers,
    }),
    fanOut: new Histogram({
      name: 'natter_fan_out_seconds',
      help: 'From the first message of a flush accepted to all of it written',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1],
      registers,
    }),
    refused: (code) => refusals.inc({ code }),
    limited: (scope) => limited.inc({ scope }),
    watch: (gauges) => watchGauges(registers, gauges),
  };
}

function watchGauges(registers: Registry[], gauges: Gauges): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('natter_sessions', 'Sessions', gauges.sessions);
  gauge('natter_sockets', 'WebSockets', gauges.sockets);
  gauge('natter_rooms', 'Rooms with members or entries', gauges.rooms);
  gauge('natter_log_bytes', 'Bytes of entries held', gauges.logBytes);
  gauge('natter_queue_bytes', 'Bytes waiting for readers', gauges.queueBytes);
  gauge('natter_ready', 'Whether entries are taken: 1, or 0 as /readyz says', gauges.ready);
}
