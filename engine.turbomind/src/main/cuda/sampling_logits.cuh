// What both kernels of sampling see of a row: its record, its logits, their keys and weights, and the notes
// that the first kernel leaves to the second.
//
// A logit's key is an integer that grows with it, so that thresholds can be found digit by digit.
// Probabilities are weighed relative to the likeliest id's. Sums that decide between ids are integers or have
// an order that depends on nothing but the row, so that a draw does not depend on the batch.
#pragma once

#include "sampling.cuh"

namespace sampling {

constexpr uint32_t EVERYWHERE = 0xffffffffu;
constexpr uint32_t KEY_NAN = 0xffffffffu;
constexpr uint32_t KEY_BANNED = 0x007fffffu;  // of minus infinity
constexpr double LOG2_E = 1.4426950408889634;
constexpr double FIXED_ONE = 4398046511104.0;  // 2^42: a weight of 1 as an integer

__device__ __forceinline__ uint32_t key_of(float x) {
  if (x != x) return KEY_NAN;
  // adding 0 makes zeros of both signs equal
  uint32_t bits = __float_as_uint(__fadd_rn(x, 0.0f));
  return bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u);
}

__device__ __forceinline__ float value_of(uint32_t key) {
  return __uint_as_float(key & 0x80000000u ? key ^ 0x80000000u : ~key);
}

// exp(distance / temperature) for distances <= 0 to about a float's precision: the product is carried in two
// parts, so that its rounding does not grow with the distance. 0 for minus infinity and for NaN.
struct Weigher {
  float high;
  float low;

  __device__ __forceinline__ explicit Weigher(double inverse_temperature) {
    double factor = fmin(LOG2_E * inverse_temperature, 1e30);
    high = (float)factor;
    low = (float)(factor - high);
  }

  __device__ __forceinline__ float operator()(float distance) const {
    float product = __fmul_rn(distance, high);
    float rest = __fmaf_rn(distance, low, __fmaf_rn(distance, high, -product));
    float power;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(product));
    return product > -126.0f ? __fmaf_rn(power, rest * 0.69314718f, power) : 0.0f;
  }

  __device__ __forceinline__ uint64_t fixed(float distance) const {
    return (uint64_t)((*this)(distance) * (float)FIXED_ONE);
  }
};

// A row's record and the step's head. Copies of the host alone write them, so that they can be on their way
// before other kernels are over. Few threads fetch them for the whole block.
struct Parameters {
  alignas(16) SampleRow row;
  SampleStep step;

  __device__ __forceinline__ void fetch(const Sample& p, int index) {
    static_assert(sizeof(SampleRow) == 96 && sizeof(SampleStep) == 16, "as the host writes them");
    constexpr int WORDS = sizeof(SampleRow) / 16;
    const uint4* words = reinterpret_cast<const uint4*>(p.step);
    if (threadIdx.x < WORDS) {
      reinterpret_cast<uint4*>(&row)[threadIdx.x] = __ldcg(words + 1 + (size_t)index * WORDS + threadIdx.x);
    } else if (threadIdx.x == WORDS) {
      *reinterpret_cast<uint4*>(&step) = __ldcg(words);
    }
  }
};

__device__ __forceinline__ bool greedy(const SampleRow& row) {
  return row.top_k == 1 || row.temperature == 0;
}

// Whether the weights of all ids are to be summed: where top-k does not choose some first.
__device__ __forceinline__ bool needs_total(const SampleRow& row, int vocabulary) {
  return !greedy(row) && (row.top_k == 0 || row.top_k >= vocabulary);
}

// The places of a row in scratch memory.
struct Notes {
  uint64_t* best;    // of each block of sample_scan: key, then the complement of the lowest id that has it
  float* largest;    // of each group of ids: the largest logit
  float* weights;    // of each group: sum of the weights at the row's temperature, relative to the largest
  float* weights_1;  // the same at temperature 1
  int groups;

  __device__ __forceinline__ Notes(const Sample& p, int row) {
    groups = (p.vocabulary + SAMPLE_GROUP - 1) / SAMPLE_GROUP;
    best = reinterpret_cast<uint64_t*>(p.scratch) + (size_t)row * p.splits;
    float* all = reinterpret_cast<float*>(p.scratch + (size_t)p.rows * p.splits * 8);
    size_t rows = (size_t)p.rows * groups;
    largest = all + (size_t)row * groups;
    weights = largest + rows;
    weights_1 = weights + rows;
  }
};

// A row of logits. Reads pass the L1 cache by, which does not see what atomics changed.
struct Logits {
  float* at;
  int count;
  bool vectors;

  __device__ __forceinline__ Logits(const Sample& p, int row)
      : at(p.logits + (size_t)row * p.stride), count(p.vocabulary),
        vectors(p.stride % 4 == 0 && ((uintptr_t)p.logits & 15) == 0) {}

  __device__ __forceinline__ float operator[](int id) const {
    return id < count ? __ldcg(at + id) : -INFINITY;
  }

  // Four neighbours from a multiple of 4 on; minus infinity behind the last id.
  __device__ __forceinline__ float4 four(int id) const {
    if (vectors && id + 4 <= count) return __ldcg(reinterpret_cast<const float4*>(at + id));
    return make_float4((*this)[id], (*this)[id + 1], (*this)[id + 2], (*this)[id + 3]);
  }
};

__device__ __forceinline__ float element(const float4& four, int index) {
  return index == 0 ? four.x : index == 1 ? four.y : index == 2 ? four.z : four.w;
}

__device__ __forceinline__ bool any_nan(const float4& v) {
  return v.x != v.x || v.y != v.y || v.z != v.z || v.w != v.w;
}

__device__ __forceinline__ float largest_of(const float4& v) {
  return fmaxf(fmaxf(v.x, v.y), fmaxf(v.z, v.w));
}

__device__ __forceinline__ uint64_t warp_largest(uint64_t value) {
#pragma unroll
  for (int offset = WARP / 2; offset > 0; offset /= 2) {
    uint64_t other = __shfl_xor_sync(EVERYWHERE, value, offset);
    value = other > value ? other : value;
  }
  return value;
}

}  // namespace sampling
