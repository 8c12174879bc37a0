#!/usr/bin/perl
# Score the classes of causes that documents are given, against labels by hand.
#
#   classes.pl [--confusions] --labels LABELS.tsv --set SET -- COMMAND...
#   classes.pl [--confusions] --labels LABELS.tsv --set SET --reader OTHER.tsv
#   ... --vote LABELS2.tsv --vote LABELS3.tsv
#
# LABELS.tsv: document, set, classes separated by blanks. COMMAND runs once for each document
# of the set, with the document as its last argument, and prints it as JSON with its "classes";
# --reader scores the labels of another reader instead. With --vote the classes wanted are
# those that at least two of the readers name.
# Measures over all pairs of document and class:
#   P   share of the classes given that are wanted
#   R   share of those wanted that are given
#   F1  their harmonic mean (micro-averaged)
use strict;
use warnings;
use Getopt::Long qw(:config no_ignore_case require_order);

my ($labels, $set, $reader, $confusions, @votes) = (undef, undef, undef, 0);
GetOptions('vote=s' => \@votes, 'labels=s' => \$labels, 'set=s' => \$set, 'reader=s' => \$reader,
    'confusions' => \$confusions) or exit 2;
shift @ARGV if @ARGV && $ARGV[0] eq '--';
die "classes.pl: --labels, --set and a command are needed\n" unless $labels && $set && ($reader || @ARGV);

sub labels_of {
    my ($file) = @_;
    my %labels;
    open my $in, '<', $file or die "classes.pl: unable to open '$file': $!\n";
    while (my $line = <$in>) {
        chomp $line;
        next if $line =~ /^#/ || $line !~ /\t/;
        my ($id, $of, $classes) = split /\t/, $line;
        $labels{$id} = { map { $_ => 1 } split / /, $classes } if $of eq $set;
    }
    return %labels;
}

my %wanted = labels_of($labels);
if (@votes) {
    my @readers = (\%wanted, map { +{ labels_of($_) } } @votes);
    my %majority;
    for my $id (keys %wanted) {
        my %n;
        $n{$_}++ for map { keys %{ $_->{$id} // {} } } @readers;
        $majority{$id} = { map { $_ => 1 } grep { $n{$_} >= 2 } keys %n };
    }
    %wanted = %majority;
}
my %given = $reader ? labels_of($reader) : ();
for my $id ($reader ? () : sort keys %wanted) {
    open my $out, '-|', @ARGV, $id or die "classes.pl: unable to run '$ARGV[0]': $!\n";
    local $/;
    my $json = <$out> // '';
    close $out;
    $given{$id} = { map { $_ => 1 } $1 =~ /"id":"([^"]+)"/g } if $json =~ /"classes":\[(.*?)\],"mech/;
}
my $missing = grep { !$given{$_} } keys %wanted;
warn "classes.pl: $missing documents of the set '$set' are not there\n" if $missing;
exit 1 unless %given;

my ($right, $false, $missed, %confused) = (0, 0, 0);
for my $id (keys %given) {
    my @false  = grep { !$wanted{$id}{$_} } keys %{ $given{$id} };
    my @missed = grep { !$given{$id}{$_} } keys %{ $wanted{$id} };
    $right += keys(%{ $given{$id} }) - @false;
    $false += @false;
    $missed += @missed;
    for my $w (@missed ? @missed : '-') {
        $confused{"$w\t$_"}++ for @false ? @false : '-';
    }
}
my $p = $right / ($right + $false || 1);
my $r = $right / ($right + $missed || 1);
printf "P %.3f  R %.3f  F1 %.3f  (%d documents)\n", $p, $r, $p + $r ? 2 * $p * $r / ($p + $r) : 0,
    scalar keys %given;
exit 0 unless $confusions;
delete $confused{"-\t-"};
for my $pair (sort { $confused{$b} <=> $confused{$a} || $a cmp $b } keys %confused) {
    my ($w, $g) = split /\t/, $pair;
    printf "%3d  %-16s given: %s\n", $confused{$pair}, $w, $g;
}
