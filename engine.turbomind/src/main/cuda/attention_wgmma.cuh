// Warpgroup matrix products of sm_90a: 64 rows, both operands as 2-byte elements in shared memory in 128-byte
// rows with the 128-byte swizzle, or the first in registers.
#pragma once

#include "common.cuh"

// Where an operand lies. Rows (tokens) are 128 bytes apart; columns (elements of heads) beyond 64 lie in
// further slabs of slab_bytes. Operands whose columns are summed over do not look at slab_bytes.
__device__ __forceinline__ uint64_t operand(uint32_t address, int slab_bytes = 16) {
  constexpr uint64_t SWIZZLE_128 = 1ull << 62;
  constexpr uint64_t EIGHT_ROWS = 1024 / 16;
  return SWIZZLE_128 | EIGHT_ROWS << 32 | (uint64_t)(slab_bytes / 16) << 16 | address / 16;
}

__device__ __forceinline__ void products_begin() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ __forceinline__ void products_end() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

// Waits until at most LEFT of the warpgroup's groups of products are under way.
template <int LEFT>
__device__ __forceinline__ void products_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(LEFT) : "memory");
}

// Keeps the compiler from reading registers before the wait above, or giving them away.
template <int COUNT>
__device__ __forceinline__ void products_settle(float (&registers)[COUNT]) {
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    asm volatile("" : "+f"(registers[i])::"memory");
  }
}

#define D4_(i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define D8_(i) D4_(i), D4_(i + 4)
#define D32_(i) D8_(i), D8_(i + 8), D8_(i + 16), D8_(i + 24)
#define D32 D32_(0)
#define D40 D32_(0), D8_(32)
#define D48 D40, D8_(40)
#define D64 D32_(0), D32_(32)
#define D88 D64, D8_(64), D8_(72), D8_(80)
#define D128 D64, D32_(64), D32_(96)
#define OUT32 \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15" \
  ", %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define OUT40 \
  OUT32 \
  ", %32, %33, %34, %35, %36, %37, %38, %39"
#define OUT48 \
  OUT40 \
  ", %40, %41, %42, %43, %44, %45, %46, %47"
#define OUT64 \
  OUT32 \
  ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47" \
  ", %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define OUT88 \
  OUT64 \
  ", %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79" \
  ", %80, %81, %82, %83, %84, %85, %86, %87"
#define OUT128 \
  OUT64 \
  ", %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79" \
  ", %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95" \
  ", %96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111" \
  ", %112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"

// d[64 x N] = a[64 x 16] b[N x 16]^T, added to d if `add`; and d += a b[16 x N] with a as fragments.
template <typename T, int N>
struct Products;

#define PRODUCTS(TYPE, N, COUNT, A0, A1, A2, A3, A4)                                                          \
  template <>                                                                                                 \
  struct Products<TYPE, N> {                                                                                  \
    static __device__ __forceinline__ void rows(float (&d)[COUNT], uint64_t a, uint64_t b, int add) {         \
      asm volatile(                                                                                           \
          "{\n.reg .pred add;\nsetp.ne.b32 add, " A2 ", 0;\n"                                                \
          "wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." #TYPE "." #TYPE " {" OUT##COUNT "}, " A0 ", " A1  \
          ", add, 1, 1, 0, 0;\n}"                                                                             \
          : D##COUNT                                                                                         \
          : "l"(a), "l"(b), "r"(add)                                                                          \
          : "memory");                                                                                        \
    }                                                                                                         \
    static __device__ __forceinline__ void columns(float (&d)[COUNT], const uint32_t (&a)[4], uint64_t b) {   \
      asm volatile("wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." #TYPE "." #TYPE " {" OUT##COUNT "}, {"   \
                   A0 ", " A1 ", " A2 ", " A3 "}, " A4 ", 1, 1, 1, 1;"                                        \
                   : D##COUNT                                                                                \
                   : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b)                                       \
                   : "memory");                                                                               \
    }                                                                                                         \
  };
#define PRODUCTS_OF(N, COUNT, ...)        \
  PRODUCTS(bf16, N, COUNT, __VA_ARGS__)   \
  PRODUCTS(f16, N, COUNT, __VA_ARGS__)
PRODUCTS_OF(64, 32, "%32", "%33", "%34", "%35", "%36")
PRODUCTS_OF(80, 40, "%40", "%41", "%42", "%43", "%44")
PRODUCTS_OF(96, 48, "%48", "%49", "%50", "%51", "%52")
PRODUCTS_OF(128, 64, "%64", "%65", "%66", "%67", "%68")
PRODUCTS_OF(176, 88, "%88", "%89", "%90", "%91", "%92")
PRODUCTS_OF(256, 128, "%128", "%129", "%130", "%131", "%132")

#undef PRODUCTS_OF
#undef PRODUCTS
