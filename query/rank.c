#include "query/rank.h"

#include <math.h>
#include <stdio.h>

void pm_rank_weights_read(struct pm_dict *dict, struct pm_rank_weights *out)
{
    for (int s = 0; s < PM_SEC_COUNT; s++) {
        char name[48];
        (void)snprintf(name, sizeof name, "section.%s", pm_section_name((enum pm_section)s));
        out->section[s] = pm_dict_weight(dict, name, 1.0);
    }
    out->k1 = pm_dict_weight(dict, "bm25f.k1", 1.2);
    out->b = pm_dict_weight(dict, "bm25f.b", 0.5);
    out->whole = pm_dict_weight(dict, "compound.whole", 0.5);
    out->part = pm_dict_weight(dict, "compound.part", 0.7);
    out->concept = pm_dict_weight(dict, "concept.word", 0.5);
    out->concept_phrase = pm_dict_weight(dict, "concept.phrase", 0.8);
    out->concept_both = pm_dict_weight(dict, "concept.both", 0.5);
    out->lexicon[0] = pm_dict_weight(dict, "lexicon.taught", 0.6);
    out->lexicon[1] = pm_dict_weight(dict, "lexicon.edict", 0.4);
    out->lexicon[2] = pm_dict_weight(dict, "lexicon.sound", 0.5);
    out->lexicon_common = pm_dict_weight(dict, "lexicon.common", 0.25);
    out->ngram = pm_dict_weight(dict, "ngram.weight", 0.3);
    out->ngram_alone = pm_dict_weight(dict, "ngram.alone", 0);
    out->coverage = pm_dict_weight(dict, "rank.coverage", 1.0);
    out->proximity = pm_dict_weight(dict, "rank.proximity", 0.3);
    out->phrase = pm_dict_weight(dict, "rank.phrase", 0.5);
    out->mechanism = pm_dict_weight(dict, "mechanism.weight", 0.5);
    out->mechanism_cover = pm_dict_weight(dict, "mechanism.cover", 0.4);
    out->mechanism_least = pm_dict_weight(dict, "mechanism.least", 1);
    out->mechanism_alone = pm_dict_weight(dict, "mechanism.alone", 0.5);
    out->feedback = pm_dict_weight(dict, "feedback.weight", 0.4);
    out->feedback_documents = pm_dict_weight(dict, "feedback.documents", 3);
    out->not_incident = pm_dict_weight(dict, "rank.notincident", 0.3);
}

double pm_rank_idf(double documents, double df)
{
    if (df > documents)
        df = documents;
    return log(1.0 + (documents - df + 0.5) / (df + 0.5));
}

double pm_rank_length(const struct pm_rank_weights *w, const uint32_t length[PM_SEC_COUNT])
{
    double sum = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        sum += w->section[s] * length[s];
    return sum;
}

double pm_rank_bm25f(const struct pm_rank_weights *w, const struct pm_rank_corpus *c, double length,
                     const struct pm_rank_match *m, double share[PM_SEC_COUNT])
{
    double mean = c->mean_length > 0 ? c->mean_length : 1;
    double norm = 1 - w->b + w->b * length / mean;
    double tf = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++) {
        share[s] = w->section[s] * m->count[s] / norm;
        tf += share[s];
    }
    if (tf <= 0)
        return 0;
    double score = m->idf * tf * (w->k1 + 1) / (w->k1 + tf);
    for (int s = 0; s < PM_SEC_COUNT; s++)
        share[s] *= score / tf;
    return score;
}

double pm_rank_coverage(const struct pm_rank_weights *w, double matched, double total)
{
    if (total <= 0 || matched >= total)
        return 1;
    return matched <= 0 ? 0 : pow(matched / total, w->coverage);
}

double pm_rank_pair(const struct pm_rank_weights *w, double idf, uint32_t distance, int ordered,
                    uint32_t gap)
{
    if (distance == 0)
        return 0;
    uint32_t apart = distance > gap ? distance - gap : gap - distance;
    if (ordered && apart == 0)
        return (w->phrase + w->proximity) * idf;
    return w->proximity * idf / (1.0 + (ordered ? apart : apart + 1) / 4.0);
}
