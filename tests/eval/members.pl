#!/usr/bin/perl
# Score a command that lists documents like one of a collection, by pairs that belong together.
#
#   members.pl [--per-document] --pairs PAIRS.tsv -- COMMAND...
#
# PAIRS.tsv holds two documents a line, "A<TAB>B": B is to be found for A. COMMAND runs
# once for each A, with A as its last argument, and prints a JSON object a line, best first,
# each with a "path"; a document's id is that path's stem. Measures, as means over the As:
#   R@3  share of its partners found in the first three (of those that fit)
#   P@1  share of As whose first hit is a partner
#   MRR  reciprocal rank of the first partner, in the whole list
use strict;
use warnings;
use Getopt::Long qw(:config no_ignore_case require_order);

my ($pairs, $per_document) = (undef, 0);
GetOptions('pairs=s' => \$pairs, 'per-document' => \$per_document) or exit 2;
shift @ARGV if @ARGV && $ARGV[0] eq '--';
die "members.pl: --pairs and a command are needed\n" unless $pairs && @ARGV;

sub ranked {
    my ($id) = @_;
    open my $out, '-|', @ARGV, $id or die "members.pl: unable to run '$ARGV[0]': $!\n";
    my (@ids, %seen);
    while (my $line = <$out>) {
        next unless $line =~ m{"path":"(?:[^"\\]|\\.)*?([^/"]+)\.(?:md|txt)"};
        push @ids, $1 unless $1 eq $id || $seen{$1}++;
    }
    close $out;
    return @ids;
}

sub measure {
    my ($partners, @ids) = @_;
    my ($first, $in_three) = (0, 0);
    for my $rank (1 .. @ids) {
        next unless $partners->{ $ids[$rank - 1] };
        $first ||= $rank;
        $in_three++ if $rank <= 3;
    }
    my $fit = keys %$partners < 3 ? keys %$partners : 3;
    return ($in_three / $fit, $first == 1 ? 1 : 0, $first ? 1 / $first : 0);
}

my %partners;
open my $in, '<', $pairs or die "members.pl: unable to open '$pairs': $!\n";
while (my $line = <$in>) {
    chomp $line;
    $partners{$1}{$2} = 1 if $line =~ /^([^\t]+)\t([^\t]+)/;
}
my @sum = (0, 0, 0);
for my $id (sort keys %partners) {
    my @m = measure($partners{$id}, ranked($id));
    $sum[$_] += $m[$_] for 0 .. 2;
    printf "%s R\@3 %.2f P\@1 %d MRR %.2f\n", $id, @m if $per_document;
}
my $n = keys %partners || 1;
printf "documents %d R\@3 %.4f P\@1 %.4f MRR %.4f\n", scalar keys %partners, map { $_ / $n } @sum;
