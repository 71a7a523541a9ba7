// The linear layer for sm_80 and later: a ring filled by cp.async, ldmatrix, mma.sync m16n8k16.
//
// As in the Hopper kernel, rows of the weight are the 16-row side of the instruction and tokens its
// 8-column side. All warps fetch and multiply; WARPS_F of them share the rows of a tile, WARPS_T its
// tokens. Blocks of x get the swizzle in shared memory that those of the weight have from the start.
#include "linear_epilogue.cuh"
#include "linear_work.cuh"

__device__ __forceinline__ void fetch_chunk(uint32_t to, const void* from) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from) : "memory");
}

// The rest of the 16 bytes becomes zero.
__device__ __forceinline__ void fetch_chunk_part(uint32_t to, const void* from, int bytes) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(bytes) : "memory");
}

__device__ __forceinline__ void fetch_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int IN_FLIGHT>
__device__ __forceinline__ void fetch_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(IN_FLIGHT) : "memory");
}

__device__ __forceinline__ void load_matrices(uint32_t (&m)[4], uint32_t row_address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(m[0]), "=r"(m[1]), "=r"(m[2]), "=r"(m[3])
               : "r"(row_address));
}

template <typename T>
__device__ __forceinline__ void multiply(float* d, const uint32_t (&a)[4], uint32_t b0, uint32_t b1);
template <>
__device__ __forceinline__ void multiply<bf16>(float* d, const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
template <>
__device__ __forceinline__ void multiply<f16>(float* d, const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

template <typename T, int TOKENS, int FEATURES, int STAGES, int WARPS_F, int WARPS_T, bool ACTIVATES>
__device__ __forceinline__ void linear_mma(const LinearParams& p) {
  constexpr int THREADS = WARP * WARPS_F * WARPS_T;
  constexpr int WEIGHT_BYTES = FEATURES * LINEAR_ROW;
  constexpr int STAGE_BYTES = WEIGHT_BYTES + TOKENS * LINEAR_ROW;
  constexpr int FRAGMENTS = FEATURES / 16 / WARPS_F;  // of 16 rows, of a warp
  constexpr int GROUPS = TOKENS / 8 / WARPS_T;        // of 8 tokens, of a warp
  constexpr int STEPS = LINEAR_K / 16;
  static_assert(GROUPS == 1 || GROUPS % 2 == 0, "groups of tokens are loaded in twos");

  extern __shared__ unsigned char shared[];
  uint32_t ring = static_cast<uint32_t>(__cvta_generic_to_shared(shared));
  int warp = __shfl_sync(0xffffffffu, threadIdx.x / WARP, 0);  // one value for the whole warp
  int lane = threadIdx.x % WARP;
  int warp_f = warp % WARPS_F;
  int warp_t = warp / WARPS_F;

  dependents_may_start();
  LinearWork work(p.m, p.n_padded, p.k, FEATURES, TOKENS, blockIdx.x, gridDim.x);
  auto fetch_weight = [&](const LinearFetch& f, int s) {
    long long row = (long long)f.k_block() * p.n_padded + f.feature_tile * FEATURES;
    const char* from = static_cast<const char*>(p.weight) + row * LINEAR_ROW;
    uint32_t to = ring + s * STAGE_BYTES;
#pragma unroll
    for (int i = threadIdx.x; i < WEIGHT_BYTES / 16; i += THREADS) {
      fetch_chunk(to + i * 16, from + i * 16);
    }
  };
  auto fetch_x = [&](const LinearFetch& f, int s) {
    uint32_t to = ring + s * STAGE_BYTES + WEIGHT_BYTES;
    int column = f.k_block() * LINEAR_K;
    int token = f.token_tile * TOKENS;
    const T* x = static_cast<const T*>(p.x);
#pragma unroll
    for (int i = threadIdx.x; i < TOKENS * 8; i += THREADS) {
      int row = i / 8;
      int chunk = i % 8;
      int inside = token + row < p.m ? min(max(p.k - column - chunk * 8, 0), 8) : 0;
      const T* from = inside > 0 ? x + (long long)(token + row) * p.ldx + column + chunk * 8 : x;
      fetch_chunk_part(to + row * LINEAR_ROW + ((chunk ^ row) & 7) * 16, from, inside * 2);
    }
  };

  // Weights do not depend on the kernels before this one.
  LinearFetch next(work);
  LinearFetch next_x = next;
  int filled = 0;
  for (; filled < STAGES - 1 && next.more; filled++, next.advance()) fetch_weight(next, filled);
  wait_for_predecessors();
  for (int s = 0; s < STAGES - 1; s++) {
    if (s < filled) {
      fetch_x(next_x, s);
      next_x.advance();
    }
    fetch_commit();
  }

  // Where this lane's row of a matrix lies: of the weight 16 rows by 16 of k, of x 16 tokens by 16 of
  // k, or 8 tokens by 32.
  uint32_t row_a = (warp_f * FRAGMENTS * 16 + (lane & 15)) * LINEAR_ROW;
  int chunk_a = lane >> 4;
  int token_b = warp_t * GROUPS * 8 + (lane & 7) + (GROUPS == 1 ? 0 : (lane >> 4) * 8);
  uint32_t row_b = WEIGHT_BYTES + token_b * LINEAR_ROW;
  int chunk_b = GROUPS == 1 ? lane >> 3 : (lane >> 3) & 1;
  int swizzle = lane & 7;

  float sum[FRAGMENTS * GROUPS * 4];
  int s = 0;
  while (work.next()) {
#pragma unroll
    for (int i = 0; i < FRAGMENTS * GROUPS * 4; i++) sum[i] = 0.0f;
    for (int kb = work.k_block; kb < work.k_end; kb++) {
      fetch_wait<STAGES - 2>();
      __syncthreads();
      if (next.more) {
        int free = s == 0 ? STAGES - 1 : s - 1;
        fetch_weight(next, free);
        fetch_x(next, free);
        next.advance();
      }
      fetch_commit();
      __syncwarp();  // matrix instructions need the whole warp
      uint32_t stage = ring + s * STAGE_BYTES;
      uint32_t b[GROUPS == 1 ? 1 : GROUPS / 2][4];
#pragma unroll
      for (int k = 0; k < STEPS; k++) {
        uint32_t a[FRAGMENTS][4];
#pragma unroll
        for (int f = 0; f < FRAGMENTS; f++) {
          load_matrices(a[f], stage + row_a + f * 16 * LINEAR_ROW + ((2 * k + chunk_a) ^ swizzle) * 16);
        }
        if (GROUPS == 1) {
          // One load brings the tokens of two steps.
          if (k % 2 == 0) load_matrices(b[0], stage + row_b + ((2 * k + chunk_b) ^ swizzle) * 16);
#pragma unroll
          for (int f = 0; f < FRAGMENTS; f++) {
            multiply<T>(sum + f * 4, a[f], b[0][k % 2 * 2], b[0][k % 2 * 2 + 1]);
          }
        } else {
#pragma unroll
          for (int g = 0; g < GROUPS / 2; g++) {
            load_matrices(b[g], stage + row_b + g * 16 * LINEAR_ROW + ((2 * k + chunk_b) ^ swizzle) * 16);
          }
#pragma unroll
          for (int f = 0; f < FRAGMENTS; f++) {
#pragma unroll
            for (int g = 0; g < GROUPS; g++) {
              multiply<T>(sum + (f * GROUPS + g) * 4, a[f], b[g / 2][g % 2 * 2], b[g / 2][g % 2 * 2 + 1]);
            }
          }
        }
      }
      if (++s == STAGES) s = 0;
    }
    int feature_tile;
    int token_tile;
    work.place(feature_tile, token_tile);
    int row = feature_tile * FEATURES + warp_f * FRAGMENTS * 16;
    int token = token_tile * TOKENS + warp_t * GROUPS * 8;
    LinearOutput<T, GROUPS, ACTIVATES> output;
    if (FRAGMENTS == 1) output.load(p, row, token);
    linear_finish<GROUPS, FRAGMENTS>(sum, p, work, warp, WARPS_F * WARPS_T, output, row, token);
  }
}

#define LINEAR_KERNEL(NAME, T, TOKENS, FEATURES, STAGES, WARPS_F, WARPS_T, RESIDENT, ACTIVATES) \
  extern "C" __global__ void __launch_bounds__(32 * WARPS_F * WARPS_T, RESIDENT)                \
      NAME(const __grid_constant__ LinearParams p) {                                            \
    linear_mma<T, TOKENS, FEATURES, STAGES, WARPS_F, WARPS_T, ACTIVATES>(p);                    \
  }
#define LINEAR_KERNELS(NAME, T, ...)            \
  LINEAR_KERNEL(NAME##T, T, __VA_ARGS__, false) \
  LINEAR_KERNEL(NAME##act_##T, T, __VA_ARGS__, true)
#define LINEAR_WGMMA(...)
#define LINEAR_MMA(TOKENS, FEATURES, STAGES, ...)                                                         \
  LINEAR_KERNELS(linear_mma_##TOKENS##_##FEATURES##_##STAGES##_, bf16, TOKENS, FEATURES, STAGES, __VA_ARGS__) \
  LINEAR_KERNELS(linear_mma_##TOKENS##_##FEATURES##_##STAGES##_, f16, TOKENS, FEATURES, STAGES, __VA_ARGS__)
#include "linear.def"
