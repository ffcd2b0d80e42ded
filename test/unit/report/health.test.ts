import { describe, expect, it } from 'vitest';
import { liveness, readiness } from '../../../src/report/health.ts';
import { observedAt, READY, STARTED } from '../../support/watch-status.ts';

const NOT_READY = { ...READY, ready: false, message: 'cgroup ["kube"] does not exist' };
const FAILING = { ...READY, ready: false, message: '/etc/kubernetes/kubelet.yaml:3: not YAML' };

describe('liveness', () => {
  it.each([
    ['just started', STARTED, 0, true, 'ok'],
    ['no pass for three resyncs', STARTED, 180, true, 'ok'],
    ['no pass for longer', STARTED, 181, false, 'no pass was finished in the 181 s since the start'],
    ['the last pass three resyncs ago', READY, 181, true, 'ok'],
    ['the last pass longer ago', READY, 182, false, 'the last pass was finished 181 s ago'],
    ['why', FAILING, 182, false, 'the last pass was finished 181 s ago: /etc/kubernetes/kubelet.yaml:3: not YAML'],
    ['a node that is not ready is no fault of the loop', NOT_READY, 60, true, 'ok'],
    ['a failed pass is not the end', FAILING, 60, true, 'ok'],
    ['a clock that was set back', READY, -9999, true, 'ok'],
  ])('%s', (_, status, seconds, ok, line) => {
    expect(liveness(observedAt(status, seconds))).toEqual({ ok, line });
  });
});

describe('readiness', () => {
  it.each([
    ['no pass yet', STARTED, 0, false, 'no pass is finished yet'],
    ['no pass could be finished', { ...STARTED, ready: false, message: 'no such file' }, 9, false, 'no such file'],
    ['ready', READY, 60, true, 'ready'],
    ["the kubelet's words", NOT_READY, 60, false, 'cgroup ["kube"] does not exist'],
    ['the last pass could not tell', FAILING, 60, false, '/etc/kubernetes/kubelet.yaml:3: not YAML'],
    ['ready long ago', READY, 182, false, 'the last pass was finished 181 s ago'],
  ])('%s', (_, status, seconds, ok, line) => {
    expect(readiness(observedAt(status, seconds))).toEqual({ ok, line });
  });
});
