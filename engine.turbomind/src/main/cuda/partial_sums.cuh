// How one block hands partial results to another: through words of memory that are empty before. A word
// that is not PARTIAL_EMPTY has arrived: one way through memory, without flags or fences. The reader
// empties what it has read. Blocks wait for each other, so all must run at once.
#pragma once

#include "common.cuh"

// What an empty place holds, in each word: a NaN that no number is stored as.
constexpr unsigned int PARTIAL_EMPTY = 0xffffffffu;

__device__ __forceinline__ uint4 partial_read(const uint4* from) {
  uint4 v;
  asm volatile("ld.relaxed.gpu.global.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
               : "l"(from)
               : "memory");
  return v;
}

__device__ __forceinline__ void partial_store(
    uint4* to, unsigned int x, unsigned int y, unsigned int z, unsigned int w) {
  asm volatile("st.relaxed.gpu.global.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(to), "r"(x), "r"(y), "r"(z),
               "r"(w)
               : "memory");
}

__device__ __forceinline__ void partial_give(uint4* to, float x, float y, float z, float w) {
  auto bits = [](float f) {
    unsigned int b = __float_as_uint(f);
    return b == PARTIAL_EMPTY ? 0x7fffffffu : b;
  };
  partial_store(to, bits(x), bits(y), bits(z), bits(w));
}

__device__ __forceinline__ bool partial_is_here(const uint4& v) {
  return v.x != PARTIAL_EMPTY && v.y != PARTIAL_EMPTY && v.z != PARTIAL_EMPTY && v.w != PARTIAL_EMPTY;
}

__device__ __forceinline__ void partial_empty(uint4* place) {
  partial_store(place, PARTIAL_EMPTY, PARTIAL_EMPTY, PARTIAL_EMPTY, PARTIAL_EMPTY);
}
