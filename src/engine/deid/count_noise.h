/*
 * Noise for counts with differential privacy, by whole numbers alone: Canonne, Kamath, Steinke, "The discrete Gaussian
 * for differential privacy" (2020), algorithms 1 and 2. No floating point touches a sample, so none of its low bits tell.
 */
#ifndef ENGINE_DEID_COUNT_NOISE_H
#define ENGINE_DEID_COUNT_NOISE_H

#include <stdbool.h>

#include "engine/deid/chance.h"

/* True with probability exp(-num/den). den > 0. */
bool noise_exp(struct chance *r, uint64_t num, uint64_t den);
/* The discrete Laplace distribution: P(x) ∝ exp(-|x| · num/den). ε = num/den for counts that a person changes by one. */
int64_t noise_laplace(struct chance *r, uint64_t num, uint64_t den);

#endif
