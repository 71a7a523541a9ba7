// What every kernel shares: element types, dependent launch, reductions.
//
// Conventions of all kernels in this folder
//  - A kernel takes one struct by value. Pointers come first, then 4-byte numbers, so that the host
//    writes it without knowing the compiler's padding.
//  - Names are NAME_bf16 and NAME_f16 after the type of activations and weights; NAME alone where
//    the type does not matter. Sums are float32 at least.
//  - Matrices are row-major. Rows of activations begin at multiples of 16 bytes where a kernel says so.
//  - Every kernel calls dependents_may_start() early and wait_for_predecessors() before it touches
//    anything that an earlier kernel writes or reads (not weights, nor what was copied to the device
//    before the step), on every path through it:
//    kernels of a step follow each other with programmatic dependent launch, and a kernel may rely
//    on the one before the last being over only because the last one waited for it.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <stdint.h>

using bf16 = __nv_bfloat16;
using f16 = __half;

constexpr int WARP = 32;

__device__ __forceinline__ float to_float(bf16 x) { return __bfloat162float(x); }
__device__ __forceinline__ float to_float(f16 x) { return __half2float(x); }
__device__ __forceinline__ float to_float(float x) { return x; }

template <typename T>
__device__ __forceinline__ T from_float(float x);
template <>
__device__ __forceinline__ bf16 from_float<bf16>(float x) { return __float2bfloat16_rn(x); }
template <>
__device__ __forceinline__ f16 from_float<f16>(float x) { return __float2half_rn(x); }
template <>
__device__ __forceinline__ float from_float<float>(float x) { return x; }

// Two neighbours at once, as tensor cores take them.
template <typename T>
__device__ __forceinline__ uint32_t pack2(float low, float high);
template <>
__device__ __forceinline__ uint32_t pack2<bf16>(float low, float high) {
  __nv_bfloat162 both = __floats2bfloat162_rn(low, high);
  return *reinterpret_cast<uint32_t*>(&both);
}
template <>
__device__ __forceinline__ uint32_t pack2<f16>(float low, float high) {
  __half2 both = __floats2half2_rn(low, high);
  return *reinterpret_cast<uint32_t*>(&both);
}

template <typename T>
__device__ __forceinline__ float2 unpack2(uint32_t both);
template <>
__device__ __forceinline__ float2 unpack2<bf16>(uint32_t both) {
  return __bfloat1622float2(*reinterpret_cast<__nv_bfloat162*>(&both));
}
template <>
__device__ __forceinline__ float2 unpack2<f16>(uint32_t both) {
  return __half22float2(*reinterpret_cast<__half2*>(&both));
}

// The next kernel of the stream may be made resident from now on (it still waits for this one's
// results). Without hardware support the launch order alone does it.
__device__ __forceinline__ void dependents_may_start() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

// Returns when all kernels before this one are over and their writes can be seen.
__device__ __forceinline__ void wait_for_predecessors() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

__device__ __forceinline__ float warp_sum(float value) {
#pragma unroll
  for (int offset = WARP / 2; offset > 0; offset /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, offset);
  }
  return value;
}

__device__ __forceinline__ float warp_max(float value) {
#pragma unroll
  for (int offset = WARP / 2; offset > 0; offset /= 2) {
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, offset));
  }
  return value;
}

// Elementwise functions; the numbers are the ordinals of org.lmdeploy.api.ops.Activation.
enum Activation { NONE, SILU, GELU, GELU_TANH, QUICK_GELU, RELU };

__device__ __forceinline__ float activate(float x, int function) {
  switch (function) {
    case SILU: return x / (1.0f + __expf(-x));
    case GELU: return 0.5f * x * (1.0f + erff(x * 0.70710678118654752f));
    case GELU_TANH: return 0.5f * x * (1.0f + tanhf(0.79788456080286536f * (x + 0.044715f * x * x * x)));
    case QUICK_GELU: return x / (1.0f + __expf(-1.702f * x));
    case RELU: return fmaxf(x, 0.0f);
    default: return x;
  }
}
