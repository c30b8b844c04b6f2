// Who does what, and that the reason given is a measurement or says that there is none.
import { describe, expect, it } from 'vitest';
import { STAGES } from '../../engine/gpu/pipeline/stages.js';
import {
  chooseStages,
  type ProbeReport,
  reasonForNone,
  type StageCost,
} from '../../engine/gpu/probe-report.js';

const QUICK: StageCost = { roundTripUs: 300, roundTripP99Us: 900, handOverUs: 20, processorUs: 500 };
const report = (costs: ProbeReport['costs'], software = false): ProbeReport => ({
  ...{ adapterName: 'a card', software, roundTripUs: 200, roundTripP99Us: 400, costs },
});
const choice = (costs: ProbeReport['costs'], name: string, software = false) =>
  chooseStages('auto', report(costs, software)).find((stage) => stage.name === name);

describe('the choice', () => {
  it('gives a stage that is quick and cheap to the GPU, and says what was measured', () => {
    expect(choice({ conceal: QUICK }, 'conceal')).toEqual({
      ...{ name: 'conceal', on: 'gpu' },
      why: "measured 300 us there and back (p99 900), 20 us of the engine's time instead of 500",
    });
    expect(choice({ conceal: QUICK }, 'recover')).toMatchObject({
      on: 'cpu',
      why: 'its cost was not measured',
    });
  });

  it('keeps what is slow or no cheaper, with the figures', () => {
    const slow = choice({ recover: { ...QUICK, roundTripP99Us: 7000 } }, 'recover');
    expect(slow?.on).toBe('cpu');
    expect(slow?.why).toMatch(/measured 7000 us/);
    const dear = choice({ recover: { ...QUICK, processorUs: 12.34 } }, 'recover');
    expect(dear?.on).toBe('cpu');
    expect(dear?.why).toMatch(/measured 20 us .* 12\.3 us/);
  });

  it('packets wait for no longer than MIDI may', () => {
    expect(choice({ parse: QUICK }, 'parse')?.on).toBe('gpu');
    expect(choice({ parse: { ...QUICK, roundTripP99Us: 3000 } }, 'parse')?.why).toMatch(/at most 2000/);
  });

  it('a software adapter does what it is asked for, and nothing else', () => {
    expect(choice({ conceal: QUICK }, 'conceal', true)?.why).toBe(
      'a software adapter counts as the processor',
    );
    const asked = chooseStages('gpu', report({ conceal: QUICK }, true)).find(
      ({ name }) => name === 'conceal',
    );
    expect(asked?.on).toBe('gpu');
    expect(asked?.why).toMatch(/^backend is gpu; measured 300 us/);
  });

  it('every reason for a stage of an adapter is a measurement, or a missing one', () => {
    for (const wanted of ['auto', 'gpu'] as const) {
      for (const { why } of chooseStages(wanted, report({ conceal: QUICK, recover: QUICK }))) {
        expect(why).toMatch(/measured|^its cost was not measured/);
      }
    }
    for (const { on, why } of chooseStages('cpu', report({ conceal: QUICK }))) {
      expect([on, why]).toEqual(['cpu', 'backend is cpu']);
    }
  });

  it('one word for all, or none', () => {
    expect(reasonForNone(chooseStages('auto', report({}, true)))).toBe(
      'a software adapter counts as the processor',
    );
    const each = reasonForNone([
      { name: STAGES[0], on: 'cpu', why: 'too slow' },
      { name: STAGES[1], on: 'cpu', why: 'no cheaper' },
    ]);
    expect(each).toMatch(/each for a reason of its own/);
  });
});
