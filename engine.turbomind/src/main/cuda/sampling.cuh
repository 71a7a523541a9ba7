// What the host and the kernels of sampling.cu agree on: the parameters of a step's rows, the layout
// of results and of scratch memory.
#pragma once

#include "common.cuh"

// Ids are looked at in groups of this many; scratch memory holds some numbers for each group.
constexpr int SAMPLE_GROUP = 128;

// At the head of a step's parameters, at a multiple of 16 bytes; records SampleRow follow (the first at byte
// 16), with memory for as many as a launch has rows. Only copies write them, no kernel.
struct SampleStep {
  int32_t count;       // rows of this step; a launch for more leaves the others alone
  int32_t top_stride;  // places for likeliest ids in each row of results, at least each row's `logprobs`
  int32_t unused[2];
};

// How one row's token is drawn: org.lmdeploy.api.ops.SamplingRow with its lists in a pool of 4-byte
// words. Lists may have repeated ids in any order, and different rows' lists may overlap. 96 bytes.
struct SampleRow {
  uint64_t seed;
  int32_t position;
  int32_t top_k;  // 0 for all
  float temperature;
  float top_p;
  float min_p;
  float repetition_penalty;
  float presence_penalty;
  float frequency_penalty;
  int32_t logprobs;   // -1 for none; at most SAMPLE_TOP
  int32_t token_row;  // the row's own input token: index into `tokens`; -1 for none
  int32_t seen_at;    // index of the list's first word in the pool; looked at only with a repetition penalty
  int32_t seen_count;
  int32_t generated_at;  // looked at only with a presence or frequency penalty
  int32_t generated_count;
  int32_t bias_at;  // `bias_count` ids, then as many float32
  int32_t bias_count;
  int32_t banned_at;
  int32_t banned_count;
  int32_t permitted_at;  // bits of the ids that can be drawn, 32 a word
  int32_t permitted_count;  // words; ids beyond them cannot be drawn; 0: all can
  int32_t forced;  // the id that is taken whatever the logits are; -1 for none
  int32_t unused;
};

// Most log probabilities of likeliest ids that a row may ask for.
constexpr int SAMPLE_TOP = 1024;

// Ids of results that are none: the host raises its error.
constexpr int SAMPLED_NAN = -1;     // a logit is NaN; the 4 bytes of the log probability hold its id
constexpr int SAMPLED_BANNED = -2;  // no logit above minus infinity

// Parameters of sample_scan and sample_finish, which follow each other.
//
// Row r of results has 2 + 2 * top_stride words of 4 bytes: id (int32), log probability (float32, NaN if
// none was asked for), the likeliest ids (int32, likeliest first, -1 behind the last), their log
// probabilities (float32).
struct Sample {
  float* logits;               // [rows, vocabulary], changed in place by biases, penalties and bans
  const SampleStep* step;      // followed by the rows' records
  const int32_t* pool;         // the lists of all rows
  const int32_t* tokens;       // the step's input tokens; t < 0 stands for drawn[-1 - t]
  int32_t* drawn;              // [rows] tokens drawn: those of the step before on entry, this step's after
  int32_t* results;            // [rows, 2 + 2 * top_stride]
  uint8_t* scratch;            // see sample_scratch_bytes; contents do not matter
  int32_t rows;                // as launched
  int32_t vocabulary;
  int32_t stride;              // floats from one row of logits to the next
  int32_t splits;              // blocks that share a row in sample_scan
};

// Of scratch memory: [rows, splits] 8-byte words, then three times [rows, groups] floats, with groups =
// ceil(vocabulary / SAMPLE_GROUP).
__host__ __device__ inline size_t sample_scratch_bytes(int rows, int vocabulary, int splits) {
  size_t groups = (vocabulary + SAMPLE_GROUP - 1) / SAMPLE_GROUP;
  return rows * (8 * (size_t)splits + 12 * groups);
}
