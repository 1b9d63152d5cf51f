// Evaluates questions with feelin and tells the values as text.
//
// stdin: JSON {now, questions: [{text, inputs, tested}]}; `tested` is the FEEL text of a unary test's input, or null.
// stdout: JSON list of texts, one for each question: the value in FEEL's notation, or "error".
import { Temporal } from 'temporal-polyfill';
import { FeelDate, FeelDateTime, FeelDuration, FeelFunction, FeelRange, FeelTime, evaluate, unaryTest } from 'feelin';

const TEMPORAL = [FeelDate, FeelDateTime, FeelDuration, FeelTime];

function shownRange(range) {
  const ends = `${shown(range.start)}..${shown(range.end)}`;
  return `${range['start included'] ? '[' : '('}${ends}${range['end included'] ? ']' : ')'}`;
}

function shownContext(context) {
  const entries = Object.keys(context).sort().map((key) => `${JSON.stringify(key)}: ${shown(context[key])}`);
  return `{${entries.join(', ')}}`;
}

function shown(value) {
  if (value === null || value === undefined) return 'null';
  if (TEMPORAL.some((kind) => value instanceof kind)) return `@"${value}"`;
  if (value instanceof FeelRange) return shownRange(value);
  if (value instanceof FeelFunction || typeof value === 'function') return 'function';
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' ? shownContext(value) : String(value);
}

function answer({ text, inputs, tested }) {
  try {
    if (tested === null) return shown(evaluate(text, inputs).value);
    return shown(unaryTest(text, { ...inputs, '?': evaluate(tested, inputs).value }).value);
  } catch {
    return 'error';
  }
}

let asked = '';
for await (const part of process.stdin) asked += part;
const { now, questions } = JSON.parse(asked);
const moment = Temporal.Instant.from(now);
Date.now = () => moment.epochMilliseconds;
Temporal.Now.zonedDateTimeISO = () => moment.toZonedDateTimeISO('Asia/Ho_Chi_Minh');
Temporal.Now.plainDateISO = () => Temporal.Now.zonedDateTimeISO().toPlainDate();
process.stdout.write(JSON.stringify(questions.map(answer)));
