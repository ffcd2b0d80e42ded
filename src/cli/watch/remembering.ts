import type { Systemd } from '../../model/ports.ts';

/**
 * systemd, asked for the state of units only when something says that it may be another: to ask costs twenty times a
 * pass. What is asked for may change it.
 */
export function remembering(systemd: Systemd): { readonly systemd: Systemd; readonly forget: () => void } {
  const answers = new Map<string, ReturnType<Systemd['show']>>();
  const forget = (): void => {
    answers.clear();
  };
  return {
    forget,
    systemd: {
      show: (units, properties) => {
        const question = `${units.join(' ')} ${properties.join(' ')}`;
        const answer = answers.get(question) ?? systemd.show(units, properties);
        if (!('refusal' in answer)) answers.set(question, answer);
        return answer;
      },
      start: (unit) => {
        forget();
        return systemd.start(unit);
      },
      setProperties: (unit, assignments) => {
        forget();
        return systemd.setProperties(unit, assignments);
      },
    },
  };
}
