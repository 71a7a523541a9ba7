// The wgmma instructions of the linear kernels: 64 features by N tokens by 16 of k, both operands in
// shared memory with k contiguous, sums in float32.
#pragma once

#include "linear.cuh"

#if defined(__CUDA_ARCH_FEAT_SM90_ALL)

// A matrix of rows of 128 bytes under the 128-byte swizzle, rows in groups of 8 (PTX ISA, "Matrix
// descriptor"). 16 further elements of k are 2 further in the descriptor.
__device__ __forceinline__ uint64_t wgmma_matrix(uint32_t shared_address) {
  constexpr uint64_t SWIZZLE_128 = 1ull << 62;
  constexpr uint64_t GROUP_STRIDE = uint64_t(LINEAR_ATOM >> 4) << 32;
  constexpr uint64_t UNUSED_STRIDE = 1ull << 16;
  return SWIZZLE_128 | GROUP_STRIDE | UNUSED_STRIDE | ((shared_address & 0x3ffff) >> 4);
}

__device__ __forceinline__ void wgmma_begin() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ __forceinline__ void wgmma_commit() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
template <int IN_FLIGHT>
__device__ __forceinline__ void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(IN_FLIGHT) : "memory");
}

template <typename T, int N>
struct Wgmma;

#define WGMMA_R0 "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15"
#define WGMMA_R16 "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define WGMMA_R32 "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47"
#define WGMMA_R48 "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define WGMMA_R64 "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79"
#define WGMMA_R80 "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95"
#define WGMMA_R96 "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111"
#define WGMMA_R112 "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, " \
                   "%123, %124, %125, %126, %127"
#define WGMMA_D4(i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define WGMMA_D16(i) WGMMA_D4(i), WGMMA_D4(i + 4), WGMMA_D4(i + 8), WGMMA_D4(i + 12)
#define WGMMA_D64(i) WGMMA_D16(i), WGMMA_D16(i + 16), WGMMA_D16(i + 32), WGMMA_D16(i + 48)

#define WGMMA_SHAPE(T, TYPE, N, REGISTERS, A, B, ...)                                              \
  template <>                                                                                      \
  struct Wgmma<T, N> {                                                                             \
    __device__ static __forceinline__ void add(float (&d)[N / 2], uint64_t a, uint64_t b) {        \
      asm volatile("wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." TYPE "." TYPE " {" REGISTERS  \
                   "}, " A ", " B ", 1, 1, 1, 0, 0;"                                               \
                   : __VA_ARGS__                                                                   \
                   : "l"(a), "l"(b));                                                              \
    }                                                                                              \
  };
#define WGMMA_R64_ALL WGMMA_R0 ", " WGMMA_R16 ", " WGMMA_R32 ", " WGMMA_R48
#define WGMMA_R128_ALL WGMMA_R64_ALL ", " WGMMA_R64 ", " WGMMA_R80 ", " WGMMA_R96 ", " WGMMA_R112
#define WGMMA_SHAPES(T, TYPE)                                                                      \
  WGMMA_SHAPE(T, TYPE, 8, "%0, %1, %2, %3", "%4", "%5", WGMMA_D4(0))                               \
  WGMMA_SHAPE(T, TYPE, 16, "%0, %1, %2, %3, %4, %5, %6, %7", "%8", "%9", WGMMA_D4(0), WGMMA_D4(4)) \
  WGMMA_SHAPE(T, TYPE, 32, WGMMA_R0, "%16", "%17", WGMMA_D16(0))                                   \
  WGMMA_SHAPE(T, TYPE, 64, WGMMA_R0 ", " WGMMA_R16, "%32", "%33", WGMMA_D16(0), WGMMA_D16(16))     \
  WGMMA_SHAPE(T, TYPE, 128, WGMMA_R64_ALL, "%64", "%65", WGMMA_D64(0))                             \
  WGMMA_SHAPE(T, TYPE, 256, WGMMA_R128_ALL, "%128", "%129", WGMMA_D64(0), WGMMA_D64(64))

WGMMA_SHAPES(bf16, "bf16")
WGMMA_SHAPES(f16, "f16")

#endif
