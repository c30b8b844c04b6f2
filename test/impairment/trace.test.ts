// A loss trace: what is recorded is read again, what is read is done again, what is broken is told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemText } from '../../engine/control/configuration-problem.js';
import { Fate, Impairment, NO_IMPAIRMENT, PacketIdentity } from '../../engine/impairment/impairment.js';
import {
  parseTrace,
  TRACE_HEADER,
  Trace,
  TraceRecorder,
  TraceReplay,
} from '../../engine/impairment/trace.js';

function traceOf(text: string): Trace {
  const parsed = parseTrace(text, 'line.trace');
  if (parsed instanceof Trace) return parsed;
  throw new Error(problemText(parsed));
}

const message = (text: string): string => {
  const parsed = parseTrace(text, 'line.trace');
  return parsed instanceof Trace ? '' : problemText(parsed);
};

const packet = (type: number, sequence: number) => Object.assign(new PacketIdentity(), { type, sequence });

describe('traces', () => {
  it('a run that is recorded and played again is the same run', () => {
    const model = new Impairment({
      ...{ ...NO_IMPAIRMENT, lossAudio: 0.3, lossMidi: 0.5, burstPackets: 3, duplicate: 0.2, corrupt: 0.2 },
      ...{ jitterMs: 3, partitions: [{ fromMs: 20, toMs: 40, everyMs: 0 }] },
    });
    const recorder = new TraceRecorder(model);
    const rounded = ({ lost, cut, copies, delayUs, secondDelayUs, flippedBits }: Fate) => ({
      ...{ lost, cut, copies, flippedBits, delayUs: Math.round(delayUs) },
      secondDelayUs: copies > 1 ? Math.round(secondDelayUs) : 0,
    });
    const asked = Array.from({ length: 3000 }, (_, i) => ({
      direction: i % 7 === 0 ? 1 : 0,
      type: (i % 3) + 1,
    }));
    const first = asked.map(({ direction, type }, i) => {
      const fate = new Fate();
      recorder.decide(direction, packet(type, i), fate, i * 100);
      return rounded(fate);
    });
    const text = recorder.take();
    expect(recorder.take()).toBe('');
    expect(text.split('\n').length).toBe(3002);
    const trace = traceOf(text);
    expect(trace.packets).toBe(3000);
    const replay = new TraceReplay(trace);
    const again = asked.map(({ direction, type }) => {
      const fate = new Fate();
      replay.decide(direction, packet(type, 0), fate);
      return rounded(fate);
    });
    expect(again).toEqual(first);
    expect(first.filter(({ cut }) => cut).length).toBeGreaterThan(100);
    expect(first.filter(({ flippedBits }) => flippedBits > 0).length).toBeGreaterThan(100);
  });

  it('goes on from the beginning, kind by kind; of what it does not know it loses nothing', () => {
    const replay = new TraceReplay(traceOf(`${TRACE_HEADER}\n# by hand\n0 0 audio lost\n1 0 audio 250\n`));
    const fate = new Fate();
    const lost = (direction: number, type: number) => {
      replay.decide(direction, packet(type, 0), fate);
      return fate.lost;
    };
    expect([lost(0, 2), lost(0, 2), lost(0, 2), lost(0, 2)]).toEqual([true, false, true, false]);
    expect(fate).toMatchObject({ copies: 1, delayUs: 250, secondDelayUs: 0 });
    expect([lost(0, 1), lost(1, 2)]).toEqual([false, false]);
    expect(fate).toMatchObject({ copies: 1, delayUs: 0 });
  });

  it('says which line is wrong', () => {
    expect(message('0 0 audio lost\n')).toBe(`line.trace:1:1: a trace begins with a line "${TRACE_HEADER}"`);
    expect(message(`${TRACE_HEADER}\n0 0 audio 1\n0 0 audio gone\n`)).toContain(
      'line.trace:3:1: "0 0 audio gone" is not "MICROSECONDS DIRECTION audio|midi|other lost|cut|',
    );
    expect(message(`${TRACE_HEADER}\n0 0 audio 1~9\n`)).toContain('line.trace:2:1');
    expect(message(`${TRACE_HEADER}\n`)).toBe('line.trace: no packet is in it');
    expect(message('')).toBe('line.trace: no packet is in it');
  });

  it('no text makes it throw', () => {
    const word = fc.constantFrom('0', '1', ' ', 'audio', 'lost', 'cut', '\n', ',', '~', '5', '-', '\r', '#');
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join('')),
    );
    fc.assert(fc.property(texts, (text) => void message(`${TRACE_HEADER}\n${text}`)));
    fc.assert(fc.property(texts, (text) => void message(text)));
  });
});
