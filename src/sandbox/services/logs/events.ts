/** Log streams and events. CloudWatch Logs API Reference. */
import { isObject } from '../../input.ts';
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { readFilter } from './filter.ts';
import { namedGroup, readerOf, requireGroup } from './groups.ts';
import { groupName, plainGroupArn } from './names.ts';
import { addEvents, type LogGroup, type LogStream } from './state.ts';

const streamNameRules = { min: 1, max: 512, pattern: /^[^:*]*$/, patternText: '[^:*]*' };

const day = 86_400_000;

const groupOf = (call: Call): LogGroup => {
  const identifier = readerOf(call).optionalText('logGroupIdentifier');
  return identifier === undefined ? namedGroup(call) : requireGroup(call, groupName(identifier));
};

function requireStream(call: Call, group: LogGroup): LogStream {
  const stream = group.streams.get(readerOf(call).text('logStreamName', streamNameRules));
  if (!stream)
    throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

function createLogStream(call: Call): JsonObject {
  const group = namedGroup(call);
  const name = readerOf(call).text('logStreamName', streamNameRules);
  if (group.streams.has(name)) {
    throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
  }
  group.streams.set(name, { name, createdAt: call.world.now(), events: [] });
  return {};
}

/**
 * Adds log events to a stream.
 * "Events more than 2 hours in the future are rejected while processing remaining valid events", as are those
 * "older than 14 days". Events older than the group's retention are kept, because nothing here ever expires.
 */
function putLogEvents(call: Call): JsonObject {
  const stream = requireStream(call, namedGroup(call));
  const events = (readerOf(call).optionalList('logEvents') ?? []).map((event) => {
    const { timestamp, message } = isObject(event) ? event : {};
    if (typeof timestamp !== 'number' || typeof message !== 'string' || message === '') {
      throw new ServiceError('InvalidParameterException', 'A log event needs a timestamp and a message.');
    }
    return { timestamp, message };
  });
  if (events.length < 1 || events.length > 10_000) {
    throw new ServiceError('InvalidParameterException', 'A batch has 1 to 10,000 log events.');
  }
  if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0))) {
    const text = 'Log events in a single PutLogEvents request must be in chronological order.';
    throw new ServiceError('InvalidParameterException', text);
  }
  const now = call.world.now();
  const tooOld = events.filter(({ timestamp }) => timestamp < now - 14 * day).length;
  const tooNew = events.findIndex(({ timestamp }) => timestamp > now + day / 12);
  const valid = events.slice(tooOld, tooNew < 0 ? undefined : tooNew);
  if ((valid.at(-1)?.timestamp ?? 0) - (valid[0]?.timestamp ?? 0) > day) {
    const text = 'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.';
    throw new ServiceError('InvalidParameterException', text);
  }
  addEvents(call, stream, valid);
  const rejected: JsonObject = {};
  if (tooOld > 0) rejected.tooOldLogEventEndIndex = tooOld;
  if (tooNew >= 0) rejected.tooNewLogEventStartIndex = tooNew;
  const output: JsonObject = { nextSequenceToken: String(stream.events.length) };
  if (Object.keys(rejected).length > 0) output.rejectedLogEventsInfo = rejected;
  return output;
}

function describeLogStreams(call: Call): JsonObject {
  const reader = readerOf(call);
  const prefix = reader.optionalText('logStreamNamePrefix') ?? '';
  const byTime = reader.optionalText('orderBy') === 'LastEventTime';
  const descending = reader.optionalBoolean('descending') ?? false;
  const limit = reader.optionalInteger('limit', 1, 50) ?? 50;
  const start = Number(reader.optionalText('nextToken') ?? '0');
  const last = (stream: LogStream) => stream.events.at(-1)?.timestamp ?? 0;
  const group = groupOf(call);
  const streams = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((left, right) => (byTime ? last(left) - last(right) : left.name < right.name ? -1 : 1));
  if (descending) streams.reverse();
  const output: JsonObject = {
    logStreams: streams.slice(start, start + limit).map((stream) => describe(call, group, stream)),
  };
  if (streams.length > start + limit) output.nextToken = String(start + limit);
  return output;
}

function describe(call: Call, group: LogGroup, { name, createdAt, events }: LogStream): JsonObject {
  const arn = `${plainGroupArn(call, group.name)}:log-stream:${name}`;
  const output: JsonObject = { logStreamName: name, creationTime: createdAt, arn, storedBytes: 0 };
  const [first, last] = [events[0], events.at(-1)];
  if (first && last) {
    output.firstEventTimestamp = first.timestamp;
    output.lastEventTimestamp = last.timestamp;
    output.lastIngestionTime = last.ingestionTime;
  }
  return output;
}

function filterLogEvents(call: Call): JsonObject {
  const reader = readerOf(call);
  const names = reader.optionalTexts('logStreamNames');
  const prefix = reader.optionalText('logStreamNamePrefix');
  const matches = readFilter(reader.optionalText('filterPattern', { max: 1024 }));
  const from = reader.optionalInteger('startTime', 0) ?? 0;
  const until = reader.optionalInteger('endTime', 0) ?? Number.MAX_SAFE_INTEGER;
  const limit = reader.optionalInteger('limit', 1, 10_000) ?? 10_000;
  const start = Number(reader.optionalText('nextToken') ?? '0');
  const found = [...groupOf(call).streams.values()]
    .filter(({ name }) => (names ? names.includes(name) : name.startsWith(prefix ?? '')))
    .flatMap((stream) => stream.events.map((event) => ({ stream: stream.name, ...event })))
    .filter(({ timestamp, message }) => timestamp >= from && timestamp <= until && matches(message))
    .sort((left, right) => left.timestamp - right.timestamp || (left.id < right.id ? -1 : 1));
  const output: JsonObject = {
    events: found.slice(start, start + limit).map(({ stream, timestamp, message, ingestionTime, id }) => ({
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime,
      eventId: id,
    })),
    searchedLogStreams: [],
  };
  if (found.length > start + limit) output.nextToken = String(start + limit);
  return output;
}

function getLogEvents(call: Call): JsonObject {
  const reader = readerOf(call);
  const stream = requireStream(call, groupOf(call));
  const from = reader.optionalInteger('startTime', 0) ?? 0;
  const until = reader.optionalInteger('endTime', 0) ?? Number.MAX_SAFE_INTEGER;
  const limit = reader.optionalInteger('limit', 1, 10_000) ?? 10_000;
  const events = stream.events.filter(({ timestamp }) => timestamp >= from && timestamp < until);
  const fromHead = reader.optionalBoolean('startFromHead') ?? false;
  const token = /^[fb]\/(\d+)$/.exec(reader.optionalText('nextToken') ?? '')?.[1];
  const start = token === undefined ? (fromHead ? 0 : Math.max(0, events.length - limit)) : Number(token);
  const end = Math.min(events.length, start + limit);
  return {
    events: events
      .slice(start, end)
      .map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${end}`,
    nextBackwardToken: `b/${Math.max(0, start - limit)}`,
  };
}

export const eventOperations: Operations = {
  CreateLogStream: createLogStream,
  PutLogEvents: putLogEvents,
  DescribeLogStreams: describeLogStreams,
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
  DeleteLogStream: (call) => {
    const group = namedGroup(call);
    group.streams.delete(requireStream(call, group).name);
    return {};
  },
};
