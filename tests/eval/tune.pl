#!/usr/bin/perl
# Tune weights by coordinate ascent, each step cross-validated over topics.
#
#   tune.pl --build DIR --runs FILE --folder DIR [--dict dict] [--folds 5] [--write] [NAME...]
#
# Columns of FILE: label, index, topics, qrels, language. For each weight in turn, its
# value is tried times the factors below, each judged with its neighbours. A topic (in all languages and collections) falls
# into one fold; each fold is scored with the value that is best on the others. A value
# that is best over all topics is taken only when the held-out mean is better than what
# stands, too. Prints, for each weight, the mean nDCG@10 by value, the held-out gain and
# its spread over the folds; --write puts the chosen values into weights.tsv.
use strict;
use warnings;
use FindBin;
use File::Copy qw(copy);
use Getopt::Long;

my ($build, $runs, $folder, $dict, $folds, $write) = (undef, undef, undef, 'dict', 5, 0);
GetOptions('build=s' => \$build, 'runs=s' => \$runs, 'folder=s' => \$folder, 'dict=s' => \$dict,
    'folds=i' => \$folds, 'write' => \$write) or exit 2;
die "tune.pl: --build, --runs and --folder are needed\n" unless $build && $runs && $folder;

my @factors = (0.5, 0.7, 0.85, 1.2, 1.4, 2);
my $least_gain = 0.0005;
my @names = @ARGV ? @ARGV : qw(
    concept.word concept.phrase concept.both rank.coverage rank.proximity rank.phrase
    bm25f.k1 bm25f.b section.title section.cause section.trigger section.other
    compound.part ngram.weight mechanism.weight mechanism.cover feedback.weight
    lexicon.edict lexicon.taught rank.notincident);

open my $in, '<', $runs or die "tune.pl: unable to open '$runs': $!\n";
my @runs = map { chomp; [split /\t/] } <$in>;
close $in;
my $weights = "$dict/weights.tsv";
open $in, '<', $weights or die "tune.pl: unable to open '$weights': $!\n";
my @lines = <$in>;
close $in;
my %value;
for (@lines) {
    $value{$1} = $2 if /^([\w.]+)\t([-\d.]+)\t/;
}

# A data folder whose weights are those of %$v.
sub compile {
    my ($v, $name) = @_;
    my $source = "$folder/dict-$name";
    my $data = "$folder/data-$name";
    mkdir $source;
    mkdir $data;
    copy($_, $source) for glob "$dict/*.tsv";
    open my $out, '>', "$source/weights.tsv" or die "tune.pl: unable to write: $!\n";
    for my $line (@lines) {
        (my $new = $line) =~ s/^([\w.]+)\t[-\d.]+\t/$1\t$v->{$1}\t/;
        print $out $new;
    }
    close $out;
    for my $file (glob "$build/share/pmsearch/*") {
        my ($base) = $file =~ m{([^/]+)$};
        copy($file, "$data/$base") unless -d $file || -e "$data/$base";
    }
    system("$build/bin/pmdict", $source, "$data/pmsearch.dict") == 0
        or die "tune.pl: pmdict failed\n";
    return $data;
}

# topic => the mean nDCG@10 of its queries over all runs.
sub measure {
    my ($v, $name) = @_;
    my $data = compile($v, $name);
    my (%sum, %n);
    for my $run (@runs) {
        my ($label, $index, $topics, $qrels, $lang) = @$run;
        my ($set) = $label =~ /^(\w+)/;
        local $ENV{PMSEARCH_DATA} = $data;
        open my $out, '-|', "$FindBin::Bin/ndcg.pl", '--per-topic', '--topics', $topics,
            '--qrels', $qrels, '--lang', $lang, '--', "$build/bin/pmsearch", '-i', $index,
            '--json', '-n', '10' or die "tune.pl: unable to run ndcg.pl: $!\n";
        while (<$out>) {
            next unless /^(\S+)\tnDCG\@10 ([\d.]+)/;
            $sum{"$set $1"} += $2;
            $n{"$set $1"}++;
        }
        close $out;
    }
    return { map { $_ => $sum{$_} / $n{$_} } keys %sum };
}

# The same for several settings at once, one process each, two at a time.
sub measure_all {
    my @settings = @_;
    my (@pipes, @scores);
    for my $i (0 .. $#settings) {
        if ($i >= 2) {
            my $old = $pipes[$i - 2];
            $scores[$i - 2] = { map { chomp; split /\t/ } <$old> };
        }
        my $pid = open $pipes[$i], '-|';
        die "tune.pl: unable to fork: $!\n" unless defined $pid;
        if ($pid == 0) {
            my $s = measure($settings[$i], $i % 2);
            print "$_\t$s->{$_}\n" for sort keys %$s;
            exit 0;
        }
    }
    for my $i (0 .. $#settings) {
        my $pipe = $pipes[$i];
        $scores[$i] //= { map { chomp; split /\t/ } <$pipe> };
        close $pipe;
    }
    return @scores;
}

sub mean {
    my ($s, @topics) = @_;
    my $sum = 0;
    $sum += $s->{$_} // 0 for @topics;
    return @topics ? $sum / @topics : 0;
}

# The number of the best setting; they stand in the order of their values. A value is worth
# what its neighbours are, too, by half: a peak of one value is chance.
sub best_of {
    my ($scores, @topics) = @_;
    my @m = map { mean($_, @topics) } @$scores;
    my ($best, $at) = (-1, 0);
    for my $i (0 .. $#m) {
        my @near = @m[grep { $_ >= 0 && $_ <= $#m } $i - 1, $i + 1];
        my $around = 0;
        $around += $_ / @near for @near;
        my $worth = ($m[$i] + $around) / 2;
        ($best, $at) = ($worth, $i) if $worth > $best + 1e-9;
    }
    return $at;
}

my ($now) = measure_all(\%value);
my @topics = sort keys %$now;
my %fold;
$fold{ $topics[$_] } = $_ % $folds for 0 .. $#topics;
printf "%d topics, %d runs, %d folds; mean nDCG\@10 %.4f\n", scalar @topics, scalar @runs, $folds,
    mean($now, @topics);
for my $name (@names) {
    die "tune.pl: no weight is called '$name'\n" unless defined $value{$name};
    my @values = map { 0 + sprintf '%.3g', $value{$name} * $_ } @factors;
    my @scores = measure_all(map { { %value, $name => $_ } } @values);
    my $here = grep { $_ < $value{$name} } @values;
    splice @values, $here, 0, $value{$name};
    splice @scores, $here, 0, $now;
    my @gains;
    for my $f (0 .. $folds - 1) {
        my @train = grep { $fold{$_} != $f } @topics;
        my @held = grep { $fold{$_} == $f } @topics;
        push @gains, mean($scores[best_of(\@scores, @train)], @held) - mean($now, @held);
    }
    my ($gain, $square) = (0, 0);
    $gain += $_ / $folds for @gains;
    $square += ($_ - $gain)**2 / $folds for @gains;
    my $best = best_of(\@scores, @topics);
    my $taken = $best != $here && $gain > $least_gain;
    printf "%-18s %s\n%-18s held out %+.4f (spread %.4f)  %s\n", $name,
        join('  ', map { sprintf '%s: %.4f', $values[$_], mean($scores[$_], @topics) }
            0 .. $#values),
        '', $gain, sqrt $square, $taken ? "taken: $values[$best]" : "stays $value{$name}";
    if ($taken) {
        $value{$name} = $values[$best];
        $now = $scores[$best];
    }
}
printf "mean nDCG\@10 %.4f\n", mean($now, @topics);
if ($write) {
    open my $out, '>', $weights or die "tune.pl: unable to write '$weights': $!\n";
    for my $line (@lines) {
        $line =~ s/^([\w.]+)\t[-\d.]+\t/$1\t$value{$1}\t/;
        print $out $line;
    }
    close $out;
}
