#!/usr/bin/perl
# The baseline that `pmsearch like` has to beat: BM25 over the character bigrams of the cause
# sections, with no dictionary and no knowledge of incidents.
#
#   bigram.pl FOLDER ID
#
# Prints the Markdown files of FOLDER by likeness to the one whose stem is ID, a JSON object
# with a "path" a line. A document without a heading that speaks of a cause counts whole.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use File::Find;

my ($saturation, $by_length) = (1.2, 0.75);
die "bigram.pl: a folder and an id are needed\n" unless @ARGV == 2;
my ($folder, $wanted) = @ARGV;

# The text under headings of causes, down to the next heading of their level.
sub cause {
    my ($path) = @_;
    open my $in, '<', $path or die "bigram.pl: unable to open '$path': $!\n";
    my ($inside, $text, $all) = (0, '', '');
    while (my $line = <$in>) {
        $all .= $line;
        if ($line =~ /^(#+)\s+(.*)/) {
            my ($level, $heading) = (length $1, $2);
            $inside = 0 if $inside && $level <= $inside;
            $inside ||= $level if $heading =~ /原因|root\s*cause|cause/i;
        } elsif ($inside) {
            $text .= $line;
        }
    }
    return $text =~ /\S/ ? $text : $all;
}

sub bigrams {
    my ($text) = @_;
    my %count;
    $text = lc $text;
    while ($text =~ /(\w+)/g) {
        my $run = $1;
        $count{ substr $run, $_, 2 }++ for 0 .. length($run) - 2;
    }
    return \%count;
}

my (%doc, %length, %df, $query, $sum);
find({ no_chdir => 1, wanted => sub {
    return unless -f && m{([^/]+)\.md$} && $1 ne 'PROVENANCE';
    $query = $_ if $1 eq $wanted;
    $doc{$_} = bigrams(cause($_));
    $df{$_}++ for keys %{ $doc{$_} };
} }, $folder);
die "bigram.pl: no document '$wanted'\n" unless defined $query;
for my $path (keys %doc) {
    $length{$path} += $_ for 0, values %{ $doc{$path} };
    $sum += $length{$path};
}
my ($n, $mean) = (scalar keys %doc, $sum / keys %doc);

sub score {
    my ($path) = @_;
    my $score = 0;
    my $norm = $saturation * (1 - $by_length + $by_length * $length{$path} / $mean);
    for my $gram (keys %{ $doc{$query} }) {
        my $tf = $doc{$path}{$gram} or next;
        my $idf = log(1 + ($n - $df{$gram} + 0.5) / ($df{$gram} + 0.5));
        $score += $idf * $tf * ($saturation + 1) / ($tf + $norm);
    }
    return $score;
}
my %score = map { $_ => score($_) } grep { $_ ne $query } keys %doc;
print qq({"path":"$_"}\n) for sort { $score{$b} <=> $score{$a} || $a cmp $b } keys %score;
