# Usage: listener.pl handed|named PROGRAM ARG... Runs a program as a service of Type=notify, and prints each message
# that it sends, its lines joined by blanks. handed: over an open socket, as OpenFile= has it; named: NOTIFY_SOCKET.
use strict;
use warnings;
use Socket;

$| = 1;
my $how = shift @ARGV;
my ($in, $out);
if ($how eq 'handed') {
  socketpair($in, $out, AF_UNIX, SOCK_DGRAM, PF_UNSPEC) or die "socketpair: $!";
} else {
  socket($in, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
  bind($in, sockaddr_un($ENV{NOTIFY_SOCKET})) or die "bind: $!";
}
my $child = fork() // die "fork: $!";
if ($child == 0) {
  if ($how eq 'handed') {
    require POSIX;
    POSIX::dup2(fileno($out), 3) or die "dup2: $!";
    @ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, 1, 'notify');
  }
  $ENV{WATCHDOG_PID} = $$ if $ENV{WATCHDOG_USEC};
  exec @ARGV or die "exec: $!";
}
print "PID=$child\n";
# The one that started us ends us; our own end must not be waited for.
$SIG{TERM} = sub { kill 'TERM', $child; waitpid $child, 0; exit $? >> 8 };
while (defined recv($in, my $message, 65536, 0)) {
  $message =~ s/\n/ /g;
  print "$message\n";
}
