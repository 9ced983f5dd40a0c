/**
 * Units of the guest that behave and misbehave in known ways, by name. `/var/lib/lab/NAME` has one line for every start of
 * those that count; `/etc/lab/env` says which port `web` listens on.
 */
export const GUEST_UNITS: Readonly<Record<string, string>> = {
  'good.service': `
[Service]
ExecStartPre=/bin/sh -c 'echo up >>/var/lib/lab/good'
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target`,
  'other.service': `
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target`,
  'web.service': `
[Service]
EnvironmentFile=/etc/lab/env
ExecStart=/usr/bin/perl /usr/local/lib/lab/web.pl
[Install]
WantedBy=multi-user.target`,
  // Ends with an error at once, twice, and is given up: before it would count as one that loops.
  'broken.service': `
[Unit]
StartLimitBurst=2
StartLimitIntervalSec=60
[Service]
ExecStart=/bin/sh -c 'echo cannot open the radio: no such device >&2; exit 3'
Restart=on-failure
RestartSec=100ms`,
  'broken-before.service': `
[Service]
ExecStartPre=/bin/false
ExecStart=/bin/sleep infinity`,
  'crash-late.service': `
[Service]
ExecStart=/bin/sh -c 'echo all is well; sleep 3; echo out of luck >&2; exit 7'`,
  'crash-loop.service': `
[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/sh -c 'sleep 0.2; exit 1'
Restart=always
RestartSec=200ms`,
  'slow.service': `
[Service]
ExecStartPre=/bin/sh -c 'echo up >>/var/lib/lab/slow; sleep 2'
ExecStart=/bin/sleep infinity`,
  // Does not end when it is told to.
  'stubborn.service': `
[Service]
ExecStart=/bin/sh -c 'trap "" TERM; while :; do sleep 1; done'
TimeoutStopSec=20s`,
  'backend.service': `
[Service]
ExecStart=/bin/sleep infinity`,
  'frontend.service': `
[Unit]
Requires=backend.service
After=backend.service
[Service]
ExecStart=/bin/sleep infinity`,
  'by-hand-no.service': `
[Unit]
RefuseManualStop=yes
[Service]
ExecStart=/bin/sleep infinity`,
  'once.service': `
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo up >>/var/lib/lab/once'`,
  // Fails from the boot on after which the file is there.
  'moody.service': `
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/test ! -e /etc/lab/moody
[Install]
WantedBy=multi-user.target`,
}

export const ENABLED = ['good.service', 'other.service', 'web.service', 'moody.service'] as const

/** Answers every request with 200, or with what /etc/lab/status says. */
export const WEB_PROGRAM = `use IO::Socket::INET;
$SIG{PIPE} = 'IGNORE';
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ENV{WEB_PORT}, Listen => 20, ReuseAddr => 1) or die $!;
while (my $client = $server->accept) {
  my $status = '200 OK';
  if (open my $file, '<', '/etc/lab/status') { chomp($status = <$file>); }
  while (my $line = <$client>) { last if $line =~ /^\\r?\\n$/; }
  print $client "HTTP/1.0 $status\\r\\nContent-Length: 3\\r\\n\\r\\nok\\n";
  close $client;
}
`

/**
 * `ops` may what the runbooks need without a password, `plain` may nothing, `asks` everything with a password.
 */
export const SUDOERS = `Defaults!ALL !syslog
ops ALL=(root) NOPASSWD: /usr/bin/systemctl, /usr/bin/systemd-run, /usr/bin/journalctl, /usr/bin/test, /usr/bin/sh
asks ALL=(root) ALL
asks ALL=(root) NOPASSWD: /usr/bin/id
`

export const GUEST_USERS = ['ops', 'plain', 'asks'] as const
