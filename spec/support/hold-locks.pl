# Holds locks as apt does, by fcntl, which no program of a shell does: hold-locks.pl SECONDS FILE...
# Once it has them, there is a file /run/held-SECONDS.
use strict;
use warnings;
use Fcntl qw(:DEFAULT :seek);
my ($seconds, @files) = @ARGV;
my $lock = pack('s s x4 q q i x4', F_WRLCK, SEEK_SET, 0, 0, 0);
my @held = map {
  open(my $file, '+>>', $_) or die "$_: $!";
  fcntl($file, F_SETLK, $lock) or die "$_: $!";
  $file
} @files;
open(my $told, '>', "/run/held-$seconds") or die;
close $told;
sleep $seconds;
