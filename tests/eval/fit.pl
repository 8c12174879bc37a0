#!/usr/bin/perl
# Fit the likelihoods of classes of causes (indexer/classes.h) to labels by hand.
#
#   fit.pl [--write] --index INDEX.db --labels LABELS.tsv --dict DIR
#
# Logistic regression with a ridge penalty, by Newton's method, over all pairs of a labelled
# document (sets "tune" and "learn") and a class. Prints F1 of documents that were left out
# (eight folds, four ways to make them, with the spread) and the rows of weights.tsv; --write
# puts these there. What is not fitted (the weights of sections and concepts) is read from it.
use strict;
use warnings;
use Getopt::Long;
use List::Util qw(min max sum shuffle);

my ($index, $labels, $dict, $write) = (undef, undef, undef, 0);
GetOptions('index=s' => \$index, 'labels=s' => \$labels, 'dict=s' => \$dict, 'write' => \$write)
    or exit 2;
die "fit.pl: --index, --labels and --dict are needed\n" unless $index && $labels && $dict;

use constant { FOLDS => 8, WAYS => 4, STEPS => 12, RIDGE => 1, RIDGE_BIAS => 0.01 };
my @sections = qw(title summary impact detection trigger cause response timeline prevention
    lessons other);
my @fitted = qw(class.told class.share class.card class.cards class.bias);

sub rows {
    my ($path) = @_;
    open my $in, '<', $path or die "fit.pl: unable to open '$path': $!\n";
    my @rows = map { chomp; [split /\t/] } grep { !/^#/ && /\t/ } <$in>;
    return @rows;
}

sub query {
    my ($sql) = @_;
    open my $in, '-|', 'sqlite3', '-separator', "\t", $index, $sql
        or die "fit.pl: unable to run sqlite3: $!\n";
    my @rows = map { chomp; [split /\t/, $_, -1] } <$in>;
    close $in or die "fit.pl: unable to read '$index'\n";
    return @rows;
}

sub varints { # of a blob in hexadecimal digits
    my @out;
    my ($n, $shift) = (0, 0);
    for my $byte (unpack 'C*', pack 'H*', $_[0]) {
        $n |= ($byte & 127) << $shift;
        $shift += 7;
        next if $byte & 128;
        push @out, $n;
        ($n, $shift) = (0, 0);
    }
    return @out;
}

# -- what is known ------------------------------------------------------------------

my %weight = map { $_->[0] => $_->[1] } rows("$dict/weights.tsv");
my @classes = map { $_->[0] } grep { $_->[1] eq 'cause' } rows("$dict/classes.tsv");
my %number = map { $classes[$_] => $_ } 0 .. $#classes;
my %concept = map { $_->[1] => $_->[0] } query('SELECT id, name FROM concept');
my %card = map { $_->[0] => $number{ $_->[1] } }
    grep { exists $number{ $_->[1] } } query('SELECT id, class FROM mechanism');
my %speaks; # concept => [[class, weight], ...]
for my $row (rows("$dict/class-concepts.tsv")) {
    my $w = $row->[1] eq 'strong' ? 1 : $weight{'class.weak'};
    push @{ $speaks{ $concept{$_} } }, [$number{ $row->[0] }, $w] for split /\|/, $row->[2];
}

# told, share, card and cards of every class, as pm_classes_find works them out.
sub features {
    my ($concepts, $vector) = @_;
    my @told = (0) x @classes;
    my @nearest = @told;
    my @cards = @told;
    my @v = varints($concepts);
    splice @v, 0, @sections;
    my ($n, $term) = (shift @v // 0, 0);
    for (1 .. $n) {
        $term += shift @v;
        my $head = shift @v;
        my $much = 0;
        for my $s (0 .. $#sections) {
            next unless $head >> 1 & 1 << $s;
            my $count = $head & 1 ? 1 : shift @v;
            $much += $weight{"class.section.$sections[$s]"} * min($count, $weight{'class.most'});
        }
        $told[$_->[0]] += $much * $_->[1] for @{ $speaks{$term} // [] };
    }
    my ($id, @z) = (0, varints($vector));
    while (my ($step, $z) = splice @z, 0, 2) {
        $id += $step;
        next unless defined $card{$id};
        my $k = $card{$id};
        $nearest[$k] = max($nearest[$k], $z / 16);
        $cards[$k] += max(0, $z / 16 - $weight{'class.least_z'})**2;
    }
    my ($told, $cards) = (sum(@told), sum(@cards) || 1);
    return map {
        [log(1 + $told[$_]), $told[$_] / ($told + $weight{'class.few'}), $nearest[$_],
            $cards[$_] / $cards, 1]
    } 0 .. $#classes;
}

my %stored = map { $_->[0] => $_ } query(
    'SELECT d.name, hex(c.data), hex(m.data) FROM document d'
        . ' JOIN document_concept c ON c.document_id = d.id'
        . ' JOIN mechanism_vector m ON m.document_id = d.id');
my @documents;
my $missing = 0;
for my $row (rows($labels)) {
    next if $row->[1] eq 'test';
    my $d = $stored{ $row->[0] };
    $missing++ unless $d;
    next unless $d;
    my %is = map { $_ => 1 } split / /, $row->[2];
    push @documents, { x => [features($d->[1], $d->[2])], y => [map { $is{$_} ? 1 : 0 } @classes] };
}
die "fit.pl: none of the labelled documents is in the index\n" unless @documents;
print "documents: ", scalar @documents, $missing ? ", not here: $missing\n" : "\n";

# -- the model: the shared weights, then a prior for each class --------------------------

sub likelihood {
    my ($w, $x, $class) = @_;
    my $sum = $w->[@fitted + $class];
    $sum += $w->[$_] * $x->[$_] for 0 .. $#fitted;
    return 1 / (1 + exp(-$sum));
}

sub solve { # A x = b, by Gaussian elimination; A is positive definite
    my ($A, $b) = @_;
    my $n = @$b;
    for my $i (0 .. $n - 1) {
        for my $r ($i + 1 .. $n - 1) {
            my $f = $A->[$r][$i] / $A->[$i][$i] or next;
            $A->[$r][$_] -= $f * $A->[$i][$_] for $i .. $n - 1;
            $b->[$r] -= $f * $b->[$i];
        }
    }
    for my $i (reverse 0 .. $n - 1) {
        $b->[$i] -= $A->[$i][$_] * $b->[$_] for $i + 1 .. $n - 1;
        $b->[$i] /= $A->[$i][$i];
    }
    return $b;
}

sub fit {
    my @of = @_;
    my $n = @fitted + @classes;
    my @w = (0) x $n;
    my @ridge = (RIDGE) x $n;
    $ridge[$#fitted] = RIDGE_BIAS;
    for (1 .. STEPS) {
        my @g = map { $ridge[$_] * $w[$_] } 0 .. $n - 1;
        my @H = map { [(0) x $n] } 1 .. $n;
        $H[$_][$_] = $ridge[$_] for 0 .. $n - 1;
        for my $d (@of) {
            for my $c (0 .. $#classes) {
                my $x = $d->{x}[$c];
                my $p = likelihood(\@w, $x, $c);
                my ($error, $curve, $k) = ($p - $d->{y}[$c], $p * (1 - $p), @fitted + $c);
                for my $i (0 .. $#fitted) {
                    $g[$i] += $error * $x->[$i];
                    $H[$i][$_] += $curve * $x->[$i] * $x->[$_] for 0 .. $#fitted;
                    $H[$i][$k] += $curve * $x->[$i];
                    $H[$k][$i] += $curve * $x->[$i];
                }
                $g[$k] += $error;
                $H[$k][$k] += $curve;
            }
        }
        my $step = solve(\@H, \@g);
        $w[$_] -= $step->[$_] for 0 .. $n - 1;
    }
    return \@w;
}

sub given { # the classes of a document, as pm_classes_find chooses them
    my ($w, $d) = @_;
    my @p = map { $d->{x}[$_][0] > 0 ? likelihood($w, $d->{x}[$_], $_) : 0 } 0 .. $#classes;
    my @best = (sort { $p[$b] <=> $p[$a] } 0 .. $#classes)[0, 1];
    my $least = max($weight{'class.least'}, $weight{'class.second'} * $p[$best[0]]);
    return grep { $p[$_] >= $least } @best;
}

sub f1 {
    my ($right, $all) = (0, 0);
    for my $pair (@_) {
        my ($w, $d) = @$pair;
        my @given = given($w, $d);
        $right += $d->{y}[$_] for @given;
        $all += @given + sum(@{ $d->{y} });
    }
    return 2 * $right / $all;
}

srand 1;
my @scores;
for (1 .. WAYS) {
    my @order = shuffle @documents;
    my @pairs;
    for my $fold (0 .. FOLDS - 1) {
        my $w = fit(map { $order[$_] } grep { $_ % FOLDS != $fold } 0 .. $#order);
        push @pairs, map { [$w, $order[$_]] } grep { $_ % FOLDS == $fold } 0 .. $#order;
    }
    push @scores, f1(@pairs);
}
my $mean = sum(@scores) / @scores;
my $spread = sqrt(sum(map { ($_ - $mean)**2 } @scores) / (@scores - 1));
my $w = fit(@documents);
printf "F1 of documents left out: %.3f (spread %.3f); of those fitted to: %.3f\n", $mean, $spread,
    f1(map { [$w, $_] } @documents);

my %new = map { $fitted[$_] => sprintf '%.2f', $w->[$_] } 0 .. $#fitted;
$new{"class.prior.$classes[$_]"} = sprintf '%.2f', $w->[@fitted + $_] for 0 .. $#classes;
my $changed = grep { $new{$_} != ($weight{$_} // 'nan') } keys %new;
print "$_\t$new{$_}\n" for sort keys %new;
print "$changed of ", scalar keys %new, " differ from $dict/weights.tsv\n";
exit 0 unless $write;

open my $in, '<', "$dict/weights.tsv" or die "fit.pl: unable to open '$dict/weights.tsv': $!\n";
my @lines = <$in>;
close $in;
open my $out, '>', "$dict/weights.tsv" or die "fit.pl: unable to write '$dict/weights.tsv': $!\n";
for (@lines) {
    s/^([^\t#]+)\t[^\t]*/$1\t$new{$1}/ if /^([^\t#]+)\t/ && exists $new{$1};
    print $out $_;
}
close $out or die "fit.pl: unable to write '$dict/weights.tsv': $!\n";
