// Shared by the checks and timings of the attention kernels.
#pragma once
#include <cuda_runtime.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "attention.cuh"

#define CHECK(call)                                                                            \
  do {                                                                                         \
    cudaError_t status_ = (call);                                                              \
    if (status_ != cudaSuccess) {                                                              \
      printf("FAILED %s:%d %s: %s\n", __FILE__, __LINE__, #call, cudaGetErrorString(status_)); \
      exit(1);                                                                                 \
    }                                                                                          \
  } while (0)

struct RotaryTableParams {
  float* table;
  const int* positions;
  const double* inverse_frequencies;
  const float* factors;
  const int* frequency_set;
  int tokens;
  int rotary_dim;
};
struct RotateParams {
  KvView kv;
  void* qkv;
  const float* table;
  const int* positions;
  const int* token_sequence;
  const int* context;
  int heads;
  int rotary_dim;
  int interleaved;
  int reserved;
};

extern "C" {
__global__ void rotary_table(RotaryTableParams);
__global__ void rotate_and_store_bf16(RotateParams);
__global__ void rotate_and_store_f16(RotateParams);
__global__ void attention_plain_paged_bf16(PagedParams);
__global__ void attention_plain_paged_f16(PagedParams);
__global__ void attention_plain_dense_bf16(DenseParams);
__global__ void attention_plain_dense_f16(DenseParams);
#define DECODE(D, H, ...)                                          \
  __global__ void attention_decode_##D##x##H##_bf16(DecodeParams); \
  __global__ void attention_decode_##D##x##H##_f16(DecodeParams);
#define PREFILL(D, ...)                                      \
  __global__ void attention_prefill_##D##_bf16(PagedParams); \
  __global__ void attention_prefill_##D##_f16(PagedParams);
#define PREFILL_90(D, ...)                                     \
  __global__ void attention_prefill90_##D##_bf16(PagedParams); \
  __global__ void attention_prefill90_##D##_f16(PagedParams);
#define DENSE(D, ...)                                      \
  __global__ void attention_dense_##D##_bf16(DenseParams); \
  __global__ void attention_dense_##D##_f16(DenseParams);
#define DENSE_90(D, ...)                                     \
  __global__ void attention_dense90_##D##_bf16(DenseParams); \
  __global__ void attention_dense90_##D##_f16(DenseParams);
#include "attention.def"
#undef DECODE
#undef PREFILL
#undef DENSE
#undef PREFILL_90
#undef DENSE_90
}

struct DecodeVariant {
  int head_dim, heads, stage_tokens, stages, threads, shared;
  void (*kernel[2])(DecodeParams);
};
struct PrefillVariant {
  int head_dim, q_rows, kv_rows, threads, shared;
  void (*kernel[2])(PagedParams);
};
struct DenseVariant {
  int head_dim, q_rows, kv_rows, threads, shared;
  void (*kernel[2])(DenseParams);
};
static const DecodeVariant decode_variants[] = {
#define DECODE(D, H, A, B, C, E) \
  {D, H, A, B, C, E, {attention_decode_##D##x##H##_bf16, attention_decode_##D##x##H##_f16}},
#include "attention.def"
#undef DECODE
};
static const PrefillVariant prefill_variants[] = {
#define PREFILL(D, A, B, C, E) {D, A, B, C, E, {attention_prefill_##D##_bf16, attention_prefill_##D##_f16}},
#include "attention.def"
#undef PREFILL
};
static const DenseVariant dense_variants[] = {
#define DENSE(D, A, B, C, E) {D, A, B, C, E, {attention_dense_##D##_bf16, attention_dense_##D##_f16}},
#include "attention.def"
#undef DENSE
};
#ifndef PORTABLE
static const PrefillVariant prefill90_variants[] = {
    {0, 0, 0, 0, 0, {nullptr, nullptr}},
#define PREFILL_90(D, A, B, C, E) \
  {D, A, B, C, E, {attention_prefill90_##D##_bf16, attention_prefill90_##D##_f16}},
#include "attention.def"
#undef PREFILL_90
};
static const DenseVariant dense90_variants[] = {
    {0, 0, 0, 0, 0, {nullptr, nullptr}},
#define DENSE_90(D, A, B, C, E) {D, A, B, C, E, {attention_dense90_##D##_bf16, attention_dense90_##D##_f16}},
#include "attention.def"
#undef DENSE_90
};
#else
static const PrefillVariant prefill90_variants[] = {{0, 0, 0, 0, 0, {nullptr, nullptr}}};
static const DenseVariant dense90_variants[] = {{0, 0, 0, 0, 0, {nullptr, nullptr}}};
#endif

template <typename P>
void launch(void (*kernel)(P), dim3 grid, int threads, int shared, P& params, cudaStream_t stream, bool pdl) {
  static std::map<void*, int> prepared;
  if (shared > 48 * 1024 && !prepared.count((void*)kernel)) {
    CHECK(cudaFuncSetAttribute((void*)kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, shared));
    prepared[(void*)kernel] = 1;
  }
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = threads;
  config.dynamicSmemBytes = shared;
  config.stream = stream;
  cudaLaunchAttribute attribute;
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  config.attrs = &attribute;
  config.numAttrs = pdl ? 1 : 0;
  CHECK(cudaLaunchKernelEx(&config, kernel, params));
}

template <typename T>
T* device(size_t count) {
  void* p;
  CHECK(cudaMalloc(&p, std::max<size_t>(count, 1) * sizeof(T)));
  return (T*)p;
}
template <typename T>
T* device(const std::vector<T>& v) {
  T* p = device<T>(v.size());
  CHECK(cudaMemcpy(p, v.data(), v.size() * sizeof(T), cudaMemcpyHostToDevice));
  return p;
}
template <typename T>
std::vector<T> host(const T* p, size_t count) {
  std::vector<T> v(count);
  CHECK(cudaMemcpy(v.data(), p, count * sizeof(T), cudaMemcpyDeviceToHost));
  return v;
}

inline float from_bits(uint16_t bits, int f16_type) {
  if (f16_type) {
    __half h;
    memcpy(&h, &bits, 2);
    return __half2float(h);
  }
  __nv_bfloat16 b;
  memcpy(&b, &bits, 2);
  return __bfloat162float(b);
}
inline uint16_t to_bits(float x, int f16_type) {
  uint16_t bits;
  if (f16_type) {
    __half h = __float2half_rn(x);
    memcpy(&bits, &h, 2);
  } else {
    __nv_bfloat16 b = __float2bfloat16_rn(x);
    memcpy(&bits, &b, 2);
  }
  return bits;
}

inline void parallel(int n, const std::function<void(int)>& f) {
  std::atomic<int> next{0};
  std::vector<std::thread> threads;
  int workers = std::max(1u, std::thread::hardware_concurrency());
  for (int t = 0; t < workers; t++) {
    threads.emplace_back([&] {
      for (int i; (i = next++) < n;) f(i);
    });
  }
  for (auto& t : threads) t.join();
}

inline int decode_tiles(int context, int window) {
  int first = window > 0 ? std::max(0, context - window) : 0;
  first = first / DECODE_ALIGNMENT * DECODE_ALIGNMENT;
  return context == 0 ? 0 : (context - first - 1) / DECODE_TILE + 1;
}
