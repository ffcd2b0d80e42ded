import type { Action, ActionError, ActionKind, OutcomeWord, TreeActionKind } from '../model/plan.ts';
import { refused } from '../model/ports.ts';
import type { CgroupDoor, Refused, Systemd, SystemdRefusal, TreeAnchor } from '../model/ports.ts';
import { explain, hasMoved } from './errno.ts';

/** What carrying out one action came to. */
export interface Result {
  readonly outcome: Exclude<OutcomeWord, 'planned'>;
  readonly error: ActionError | null;
}

const DONE: Result = { outcome: 'done', error: null };
const UNCHANGED: Result = { outcome: 'unchanged', error: null };
const STALE: Result = { outcome: 'stale', error: null };

/** Where actions are carried out: one hierarchy's tree, and systemd. */
export interface World {
  readonly door: CgroupDoor;
  /** null where there is none to ask. */
  readonly systemd: Systemd | null;
  readonly anchors: readonly TreeAnchor[];
}

/** One executor per kind of action: a kind without one does not compile. */
export const EXECUTORS: { readonly [K in ActionKind]: (world: World, action: Action<K>) => Result } = {
  'set-properties': ({ systemd }, action) =>
    asked(systemd?.setProperties(action.unit, action.properties) ?? UNREACHABLE, action),

  'start-slice': ({ systemd }, action) => asked(systemd?.start(action.unit) ?? UNREACHABLE, action),

  'make-directory': ({ door, anchors }, action) => {
    const anchor = anchorOf(anchors, action);
    if (anchor === undefined) return STALE;
    const result = door.makeDirectory(anchor, action.path);
    if (refused(result)) return failure(result, action);
    return result.made ? DONE : UNCHANGED;
  },

  'seed-cpuset': ({ door, anchors }, action) => {
    const anchor = anchorOf(anchors, action);
    if (anchor === undefined) return STALE;
    const before = door.read(anchor, action.path, action.file);
    if (refused(before)) return failure(before, action);
    // Somebody filled it since we looked: their value stands.
    if (before.text.trim() !== '') return UNCHANGED;
    const written = door.write(anchor, action.path, action.file, action.value);
    return refused(written) ? failure(written, action) : DONE;
  },

  'enable-controllers': ({ door, anchors }, action) => {
    const anchor = anchorOf(anchors, action);
    if (anchor === undefined) return STALE;
    const before = door.read(anchor, action.path, 'cgroup.subtree_control');
    if (refused(before)) return failure(before, action);
    const enabled = before.text.trim().split(' ');
    if (action.controllers.every((word) => enabled.includes(word))) return UNCHANGED;
    if (action.path !== '/' && !isEmptyOfProcesses(door, anchor, action.path)) return STALE;
    // All words in one write, which the kernel takes or refuses as a whole. Word by word, a threaded
    // controller alone would succeed on a cgroup with processes and make its children unusable.
    const words = action.controllers.map((word) => `+${word}`).join(' ');
    const written = door.write(anchor, action.path, 'cgroup.subtree_control', words);
    return refused(written) ? failure(written, action) : DONE;
  },
};

const UNREACHABLE: SystemdRefusal = {
  refusal: 'it cannot be asked from here; run cgprep on the host itself',
  unreachable: false,
};

/** undefined: the hierarchy is no longer mounted. */
function anchorOf(anchors: readonly TreeAnchor[], action: Action<TreeActionKind>): TreeAnchor | undefined {
  return anchors.find((one) => one.mountpoint === action.mountpoint);
}

function asked(answer: { readonly done: true } | SystemdRefusal, action: Action): Result {
  if (!('refusal' in answer)) return DONE;
  const denied = /access denied|authentication required|permission denied/i.test(answer.refusal);
  const kind = answer.unreachable ? 'temporary' : denied ? 'permission' : 'rejected';
  return {
    outcome: 'failed',
    error: { kind, message: `${action.action} ${action.target}: systemd: ${answer.refusal}` },
  };
}

function isEmptyOfProcesses(door: CgroupDoor, anchor: TreeAnchor, path: string): boolean {
  const procs = door.read(anchor, path, 'cgroup.procs');
  return !refused(procs) && procs.text.trim() === '';
}

function failure(answer: Refused, action: Action): Result {
  return hasMoved(answer.errno) ? STALE : { outcome: 'failed', error: explain(answer.errno, action) };
}
