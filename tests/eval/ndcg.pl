#!/usr/bin/perl
# Score a search command against graded relevance judgments.
#
#   ndcg.pl [--per-topic] --topics TOPICS.tsv --qrels QRELS.tsv --lang en|ja -- COMMAND...
#   ndcg.pl [--per-topic] --files DIR --qrels QRELS.tsv -- COMMAND...
#
# COMMAND runs once a topic, with the query (or the path of DIR/<topic>.*) as its last
# argument, and prints a JSON object a line, best first, each with a "path"; a
# document's id is that path's stem. Measures, as means over the topics:
#   nDCG@10  gain 2^grade - 1, discount log2(rank + 1)  (Burges et al. 2005)
#   MRR@10   reciprocal rank of the first document of grade 2 or more
#   P@5      share of such documents in the first five (of those that exist)
#   R@10     share of them found in the first ten
use strict;
use warnings;
use Getopt::Long qw(:config no_ignore_case require_order);

my ($topics, $files, $qrels, $lang, $per_topic) = (undef, undef, undef, 'en', 0);
GetOptions('topics=s' => \$topics, 'files=s' => \$files, 'qrels=s' => \$qrels,
    'lang=s' => \$lang, 'per-topic' => \$per_topic)
    or exit 2;
shift @ARGV if @ARGV && $ARGV[0] eq '--';
die "ndcg.pl: --qrels, --topics or --files, and a command are needed\n"
    unless $qrels && ($topics || $files) && @ARGV;

sub rows {
    my ($path) = @_;
    open my $in, '<', $path or die "ndcg.pl: unable to open '$path': $!\n";
    my @rows;
    while (my $line = <$in>) {
        chomp $line;
        next if $line =~ /^#/ || $line !~ /\t/;
        push @rows, [split /\t/, $line];
    }
    return @rows;
}

sub stem {
    my ($path) = @_;
    $path =~ s{.*/}{};
    $path =~ s/\.(md|txt|markdown|html|json)$//i;
    return $path;
}

# The path of a JSON line: a string without its escapes.
sub path_of {
    my ($line) = @_;
    return undef unless $line =~ /"path":"((?:[^"\\]|\\.)*)"/;
    my $path = $1;
    my %plain = (n => "\n", t => "\t", r => "\r", b => "\b", f => "\f");
    $path =~ s/\\(?:u([0-9a-fA-F]{4})|(.))/defined $1 ? chr hex $1 : $plain{$2} \/\/ $2/ge;
    return $path;
}

sub run_topic {
    my ($text) = @_;
    open my $out, '-|', @ARGV, $text or die "ndcg.pl: unable to run '$ARGV[0]': $!\n";
    my (@ids, %seen);
    while (my $line = <$out>) {
        my $path = path_of($line);
        next unless defined $path;
        my $id = stem($path);
        push @ids, $id unless $seen{$id}++;
    }
    close $out;
    my $status = $? >> 8;
    splice @ids, 10 if @ids > 10;
    return (\@ids, $status > 1 ? 1 : 0);
}

sub dcg {
    my ($sum, $rank) = (0, 0);
    $sum += (2**$_ - 1) / (log(++$rank + 1) / log 2) for @_;
    return $sum;
}

sub measure {
    my ($ids, $rel) = @_;
    my @ideal = sort { $b <=> $a } values %$rel;
    splice @ideal, 10 if @ideal > 10;
    my $best = dcg(@ideal) || 1;
    my $good = grep { $_ >= 2 } values %$rel;
    my ($mrr, $p5, $r10, $rank) = (0, 0, 0, 0);
    for my $id (@$ids) {
        $rank++;
        next unless ($rel->{$id} // 0) >= 2;
        $mrr ||= 1 / $rank;
        $p5++ if $rank <= 5;
        $r10++;
    }
    $good ||= 1;
    return (dcg(map { $rel->{$_} // 0 } @$ids) / $best, $mrr, $p5 / ($good < 5 ? $good : 5),
        $r10 / ($good < 10 ? $good : 10));
}

my %rel;
for my $row (rows($qrels)) {
    $rel{$row->[0]}{$row->[1]} = $row->[-1] if $row->[-1] =~ /^\d+$/;
}
my @jobs;
if ($topics) {
    for my $row (rows($topics)) {
        my $query = $lang eq 'en' ? $row->[2] : $row->[3];
        push @jobs, [$row->[0], $query] if $rel{$row->[0]} && defined $query && $query ne '';
    }
} else {
    push @jobs, grep { $rel{$_->[0]} } map { [stem($_), $_] } sort glob "$files/*";
}

my @total = (0) x 4;
my $failed = 0;
for my $job (@jobs) {
    my ($ids, $bad) = run_topic($job->[1]);
    my @m = measure($ids, $rel{$job->[0]});
    $total[$_] += $m[$_] for 0 .. 3;
    $failed += $bad;
    printf "%s\tnDCG\@10 %.3f MRR\@10 %.3f P\@5 %.3f R\@10 %.3f\t%s\n", $job->[0], @m, $job->[1]
        if $per_topic;
}
my $n = @jobs || 1;
printf "topics %d failed %d nDCG\@10 %.4f MRR\@10 %.4f P\@5 %.4f R\@10 %.4f\n", scalar @jobs, $failed,
    map { $_ / $n } @total;
exit($failed || !@jobs ? 1 : 0);
