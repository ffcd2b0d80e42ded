import { cli } from './cli/cli.ts';
import { realEnvironment } from './cli/environment.ts';

// Cgroups are made with the mode 0755 whatever the caller's umask: other daemons must be able to look.
process.umask(0o022);

void cli(process.argv.slice(2), realEnvironment()).then((status) => {
  // Everything is written by now. To wait for the runtime to wind down takes as long as one of the looks.
  process.exit(status);
});
