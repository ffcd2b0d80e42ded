import { unitNames } from './contents.ts';

/*
 * What the packages run on the host, in the words of POSIX sh. A systemctl that fails must not keep a package from
 * being upgraded or removed: hence `|| :`. No presets and no deb-systemd-helper: both may enable,
 * and the latter masks a unit whose package is removed, so that the host is not as it was (deb-systemd-helper(1p)).
 */

const HAS_SYSTEMCTL = 'command -v systemctl >/dev/null';
/** Whether systemd runs: sd_booted(3). */
const BOOTED = '[ -d /run/systemd/system ]';

/** systemd reads the units again; in a chroot there is none to do it. */
export const RELOAD = `if ${BOOTED}; then systemctl daemon-reload || :; fi`;

/**
 * Whoever installs it reads this, and not the kubelet's unit at the next boot. No more than a warning: an image for
 * another machine is built where the program may not run.
 */
export function tryOut(program: string): string {
  return `${program} --version >/dev/null 2>&1 || echo 'cgprep: warning: ${program} does not run on this machine: see DIAGNOSTICS in cgprep(8)' >&2`;
}

/** The running ones go on with the new program; a oneshot runs at the kubelet's next start. */
export function restartRunning(): string {
  const running = unitNames().filter((name) => name !== 'cgprep.service');
  return running.length === 0 ? '' : `if ${BOOTED}; then systemctl try-restart ${running.join(' ')} || :; fi\n`;
}

/** Before removal: no link to a unit is left behind. Slices that run are left: they have the node's daemons in them. */
export function disableAll(): string {
  const units = unitNames().join(' ');
  return `if ${HAS_SYSTEMCTL}; then
    systemctl --no-reload --quiet disable ${units} || :
    if ${BOOTED}; then systemctl stop ${units} || :; fi
  fi`;
}
