// The first pass over a row of logits: bans, biases and penalties, the largest logit, notes about groups.
#pragma once

#include "sampling_logits.cuh"

namespace sampling {

constexpr int SCAN_THREADS = 256;
constexpr int MARKS = 4096;  // words that mark ids whose logits change

// The row's input token if the step before has drawn it, so that the host's lists lack it; else -1.
__device__ __forceinline__ int unlisted_token(const Sample& p, const SampleRow& row) {
  if (row.token_row < 0) return -1;
  int token = p.tokens[row.token_row];
  return token < 0 ? p.drawn[-1 - token] : -1;
}

// Calls f once for each id of a list, and of one more unless it is -1, that lies from `from` on within
// `length` ids (at most 32 * MARKS).
template <typename F>
__device__ __forceinline__ void each_once(const int32_t* list, int count, int one_more, int from, int length,
                                          uint32_t* marks, F f) {
  for (int i = threadIdx.x; i < (length + 31) / 32; i += blockDim.x) marks[i] = 0;
  __syncthreads();
  auto visit = [&](int id) {
    uint32_t at = id - from;
    if (at < length && !(atomicOr(marks + at / 32, 1u << at % 32) >> at % 32 & 1)) f(id);
  };
  for (int i = threadIdx.x; i < count; i += blockDim.x) visit(list[i]);
  if (threadIdx.x == 0) visit(one_more);
  __syncthreads();
}

// Calls f with each such id and how often it is listed; at most MARKS ids.
template <typename F>
__device__ __forceinline__ void each_counted(const int32_t* list, int count, int one_more, int from,
                                             int length, uint32_t* marks, F f) {
  for (int i = threadIdx.x; i < length; i += blockDim.x) marks[i] = 0;
  __syncthreads();
  auto visit = [&](int id) {
    uint32_t at = id - from;
    if (at < length) atomicAdd(marks + at, 1u);
  };
  for (int i = threadIdx.x; i < count; i += blockDim.x) visit(list[i]);
  if (threadIdx.x == 0) visit(one_more);
  __syncthreads();
  for (int i = threadIdx.x; i < length; i += blockDim.x) {
    if (marks[i] != 0) f(from + i, marks[i]);
  }
  __syncthreads();
}

// Each block changes only the logits of the ids from first to last, which no other block reads.
__device__ __forceinline__ void adjust(const Sample& p, const SampleRow& row, float* logits, int first,
                                       int last, uint32_t* marks) {
  bool repetition = row.repetition_penalty != 1;
  bool presence = row.presence_penalty != 0 || row.frequency_penalty != 0;
  bool restricted = row.permitted_count != 0;
  if (!repetition && !presence && !restricted && row.bias_count == 0 && row.banned_count == 0) return;
  int one_more = repetition || presence ? unlisted_token(p, row) : -1;
  for (int i = threadIdx.x; i < row.bias_count; i += blockDim.x) {
    int id = p.pool[row.bias_at + i];
    float bias = __int_as_float(p.pool[row.bias_at + row.bias_count + i]);
    if (id >= first && id < last) atomicAdd(logits + id, bias);
  }
  __syncthreads();
  auto repeated = [&](int id) {
    float logit = __ldcg(logits + id);
    float penalty = row.repetition_penalty;
    logits[id] = logit > 0 ? __fdiv_rn(logit, penalty) : __fmul_rn(logit, penalty);
  };
  auto generated = [&](int id, uint32_t times) {
    float penalty = __fadd_rn(row.presence_penalty, __fmul_rn((float)times, row.frequency_penalty));
    logits[id] = __fsub_rn(__ldcg(logits + id), penalty);
  };
  if (repetition) {
    for (int from = first; from < last; from += 32 * MARKS) {
      int length = min(32 * MARKS, last - from);
      each_once(p.pool + row.seen_at, row.seen_count, one_more, from, length, marks, repeated);
    }
  }
  if (presence) {
    const int32_t* list = p.pool + row.generated_at;
    bool counted = row.frequency_penalty != 0;
    int range = counted ? MARKS : 32 * MARKS;
    for (int from = first; from < last; from += range) {
      int length = min(range, last - from);
      if (counted) {
        each_counted(list, row.generated_count, one_more, from, length, marks, generated);
      } else {
        auto once = [&](int id) { generated(id, 1); };
        each_once(list, row.generated_count, one_more, from, length, marks, once);
      }
    }
  }
  for (int i = threadIdx.x; i < row.banned_count; i += blockDim.x) {
    int id = p.pool[row.banned_at + i];
    if (id >= first && id < last) logits[id] = -INFINITY;
  }
  if (restricted) {
    const int32_t* words = p.pool + row.permitted_at;
    for (int id = first + (int)threadIdx.x; id < last; id += blockDim.x) {
      uint32_t word = id / 32 < row.permitted_count ? (uint32_t)words[id / 32] : 0;
      if (!(word >> id % 32 & 1)) logits[id] = -INFINITY;
    }
  }
  __syncthreads();
}

__device__ __forceinline__ uint64_t with_id(uint32_t key, int id) {
  return (uint64_t)key << 32 | (uint32_t)~id;
}

// A thread's largest logit of the ids from first to last.
__device__ __forceinline__ uint64_t scan_plainly(const Logits& logits, int first, int last) {
  constexpr int AHEAD = 4;
  float largest = -INFINITY;
  uint32_t key = 0;
  int best = 0;
  for (int64_t from = first + 4 * (int)threadIdx.x; from < last; from += 4 * SCAN_THREADS * AHEAD) {
    float4 fours[AHEAD];
#pragma unroll
    for (int i = 0; i < AHEAD; i++) {
      int64_t id = from + 4 * SCAN_THREADS * i;
      fours[i] = id < last ? logits.four(id) : make_float4(-INFINITY, -INFINITY, -INFINITY, -INFINITY);
    }
#pragma unroll
    for (int i = 0; i < AHEAD; i++) {
      if (largest_of(fours[i]) > largest || any_nan(fours[i])) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          uint32_t other = key_of(element(fours[i], j));
          if (other > key) {
            key = other;
            best = from + 4 * SCAN_THREADS * i + j;
          }
        }
        largest = value_of(key);
      }
    }
  }
  return with_id(key, best);
}

// A warp's largest logit of its groups, with notes about each of them.
__device__ __forceinline__ uint64_t scan_groups(const Logits& logits, const SampleRow& row,
                                                const Notes& notes, int from, int to) {
  constexpr int AHEAD = 4;
  constexpr int WARPS = SCAN_THREADS / WARP;
  int lane = threadIdx.x % WARP;
  bool total = needs_total(row, logits.count);
  bool total_1 = row.logprobs >= 0;
  Weigher weigh(total ? 1.0 / row.temperature : 1.0);
  Weigher weigh_1(1.0);
  uint32_t key = 0;
  int best = 0;
  for (int first = from + threadIdx.x / WARP; first < to; first += WARPS * AHEAD) {
    float4 fours[AHEAD];
#pragma unroll
    for (int i = 0; i < AHEAD; i++) {
      int group = first + i * WARPS;
      if (group < to) fours[i] = logits.four(group * SAMPLE_GROUP + 4 * lane);
    }
#pragma unroll
    for (int i = 0; i < AHEAD; i++) {
      int group = first + i * WARPS;
      if (group >= to) break;
      uint32_t mine = any_nan(fours[i]) ? KEY_NAN : key_of(largest_of(fours[i]));
      uint32_t group_key = __reduce_max_sync(EVERYWHERE, mine);
      if (group_key > key) {
        key = group_key;
        int lowest = 3;
#pragma unroll
        for (int j = 2; j >= 0; j--) lowest = key_of(element(fours[i], j)) == key ? j : lowest;
        int owner = __ffs(__ballot_sync(EVERYWHERE, mine == key)) - 1;
        best = group * SAMPLE_GROUP + 4 * owner + __shfl_sync(EVERYWHERE, lowest, owner);
      }
      float largest = value_of(group_key);
      if (lane == 0) notes.largest[group] = largest;
      if (total) {
        float sum = 0.0f;
#pragma unroll
        for (int j = 0; j < 4; j++) sum += weigh(__fsub_rn(element(fours[i], j), largest));
        sum = warp_sum(sum);
        if (lane == 0) notes.weights[group] = sum;
      }
      if (total_1) {
        float sum = 0.0f;
#pragma unroll
        for (int j = 0; j < 4; j++) sum += weigh_1(__fsub_rn(element(fours[i], j), largest));
        sum = warp_sum(sum);
        if (lane == 0) notes.weights_1[group] = sum;
      }
    }
  }
  return with_id(key, best);
}

}  // namespace sampling
