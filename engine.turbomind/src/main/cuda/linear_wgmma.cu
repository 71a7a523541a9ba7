// The linear layer on Hopper: weights by bulk copies, x by tensor maps, products by wgmma.
//
// Rows of the weight are the 64-row side of the instruction and tokens its other side, so that few
// tokens cost few products. One warp fetches; every 4 others multiply 64 rows of the weight. Blocks of
// k go through a ring in shared memory; an mbarrier for each place of the ring says that it is full,
// another that it is empty. In a cluster of two, each CTA fetches half of the block of x for both.
//
// x_map: cuTensorMapEncodeTiled of x as 16-bit elements: rank 2, dimensions {k, m}, stride {2 ldx},
// box {64, TOKENS / CLUSTER}, element strides 1, CU_TENSOR_MAP_SWIZZLE_128B, no interleave, L2
// promotion of 256 bytes, zeros outside.
#include "linear_epilogue.cuh"
#include "linear_wgmma.cuh"
#include "linear_work.cuh"

#if defined(__CUDA_ARCH_FEAT_SM90_ALL)

__device__ __forceinline__ uint32_t shared_address(const void* p) {
  return static_cast<uint32_t>(__cvta_generic_to_shared(p));
}

__device__ __forceinline__ void barrier_init(uint32_t barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals) : "memory");
}

__device__ __forceinline__ void barrier_arrive(uint32_t barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(barrier) : "memory");
}

// Arrives at the barrier in the same place of another CTA of the cluster.
__device__ __forceinline__ void barrier_arrive_at(uint32_t barrier, uint32_t rank) {
  asm volatile(
      "{\n"
      ".reg .b32 there;\n"
      "mapa.shared::cluster.u32 there, %0, %1;\n"
      "mbarrier.arrive.shared::cluster.b64 _, [there];\n"
      "}\n" ::"r"(barrier),
      "r"(rank)
      : "memory");
}

__device__ __forceinline__ void barrier_expect(uint32_t barrier, uint32_t bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes)
               : "memory");
}

__device__ __forceinline__ void barrier_wait(uint32_t barrier, uint32_t parity) {
  asm volatile(
      "{\n"
      ".reg .pred done;\n"
      "again:\n"
      "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
      "@done bra over;\n"
      "bra again;\n"
      "over:\n"
      "}\n" ::"r"(barrier),
      "r"(parity)
      : "memory");
}

__device__ __forceinline__ uint64_t policy_evict_first() {
  uint64_t policy;
  asm volatile("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(policy));
  return policy;
}

__device__ __forceinline__ uint64_t policy_evict_last() {
  uint64_t policy;
  asm volatile("createpolicy.fractional.L2::evict_last.b64 %0, 1.0;" : "=l"(policy));
  return policy;
}

__device__ __forceinline__ uint64_t policy_evict_normal() {
  uint64_t policy;
  asm volatile("createpolicy.fractional.L2::evict_normal.b64 %0, 1.0;" : "=l"(policy));
  return policy;
}

__device__ __forceinline__ void fetch_bytes(
    uint32_t to, const void* from, uint32_t bytes, uint32_t barrier, uint64_t policy) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint "
      "[%0], [%1], %2, [%3], %4;" ::"r"(to),
      "l"(from), "r"(bytes), "r"(barrier), "l"(policy)
      : "memory");
}

// A box of x; in a cluster to the same place of every CTA in it.
template <int CLUSTER>
__device__ __forceinline__ void fetch_box(
    uint32_t to, const CUtensorMap* map, int column, int row, uint32_t barrier, uint64_t policy) {
  if (CLUSTER == 1) {
    asm volatile(
        "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.L2::cache_hint "
        "[%0], [%1, {%2, %3}], [%4], %5;" ::"r"(to),
        "l"(map), "r"(column), "r"(row), "r"(barrier), "l"(policy)
        : "memory");
  } else {
    asm volatile(
        "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster"
        ".L2::cache_hint [%0], [%1, {%2, %3}], [%4], %5, %6;" ::"r"(to),
        "l"(map), "r"(column), "r"(row), "r"(barrier), "h"((uint16_t)((1 << CLUSTER) - 1)), "l"(policy)
        : "memory");
  }
}

__device__ __forceinline__ uint32_t cluster_rank() {
  uint32_t rank;
  asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
  return rank;
}

__device__ __forceinline__ void cluster_sync() {
  asm volatile("barrier.cluster.arrive.aligned;\nbarrier.cluster.wait.aligned;" ::: "memory");
}

template <typename T, int TOKENS, int FEATURES, int STAGES, int CLUSTER, bool ACTIVATES>
__device__ __forceinline__ void linear_wgmma(const LinearParams& p) {
  constexpr int CONSUMER_WARPS = FEATURES / 16;
  constexpr int WEIGHT_BYTES = FEATURES * LINEAR_ROW;
  constexpr int X_BYTES = TOKENS * LINEAR_ROW;
  constexpr int X_BOX_ROWS = TOKENS / CLUSTER;
  constexpr int STAGE_BYTES = WEIGHT_BYTES + X_BYTES;
  // Many tokens keep the tensor cores busy from block to block; few give places of the ring back early.
  constexpr bool OVERLAP = TOKENS > 64;
  constexpr bool EARLY = TOKENS <= 64;
  // So many sums that the registers of the fetching warpgroup are needed for them.
  constexpr bool MOVE_REGISTERS = TOKENS > 128;
  static_assert(WEIGHT_BYTES % 1024 == 0 && X_BYTES % 1024 == 0, "swizzled blocks begin at 1,024 bytes");
  static_assert(2 * STAGES * 8 <= 256, "room for barriers");

  extern __shared__ unsigned char shared[];
  uint32_t ring = (shared_address(shared) + 1023) & ~1023u;
  uint32_t full = ring + STAGES * STAGE_BYTES;
  uint32_t empty = full + STAGES * 8;
  int warp = __shfl_sync(0xffffffffu, threadIdx.x / WARP, 0);
  int lane = threadIdx.x % WARP;
  uint32_t rank = CLUSTER == 1 ? 0 : cluster_rank();

  dependents_may_start();
  if (threadIdx.x == 0) {
    for (int s = 0; s < STAGES; s++) {
      barrier_init(full + s * 8, 1);
      barrier_init(empty + s * 8, CONSUMER_WARPS * CLUSTER);
    }
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
  if (CLUSTER == 1) {
    __syncthreads();
  } else {
    cluster_sync();
  }

  LinearWork work(
      p.m, p.n_padded, p.k, FEATURES * CLUSTER, TOKENS, blockIdx.x / CLUSTER, gridDim.x / CLUSTER);

  if (warp >= CONSUMER_WARPS) {
    if (MOVE_REGISTERS) asm volatile("setmaxnreg.dec.sync.aligned.u32 40;");
    if (warp == CONSUMER_WARPS && lane == 0) {
      bool once = work.token_tiles == 1;
      uint64_t policy = once ? policy_evict_first() : policy_evict_normal();
      uint64_t policy_x = once ? policy_evict_last() : policy_evict_normal();
      auto weight_of = [&](const LinearFetch& f) {
        // The last cluster may have no rows for its second CTA; that one repeats the last rows.
        int row = (f.feature_tile * CLUSTER + (int)rank) * FEATURES;
        if (CLUSTER > 1) row = min(row, p.n_padded - FEATURES);
        return static_cast<const char*>(p.weight) + ((long long)f.k_block() * p.n_padded + row) * LINEAR_ROW;
      };
      auto fetch_weight = [&](const char* from, int s) {
        barrier_expect(full + s * 8, STAGE_BYTES);
        fetch_bytes(ring + s * STAGE_BYTES, from, WEIGHT_BYTES, full + s * 8, policy);
      };
      auto fetch_x = [&](int column, int row, int s) {
        fetch_box<CLUSTER>(
            ring + s * STAGE_BYTES + WEIGHT_BYTES + rank * X_BOX_ROWS * LINEAR_ROW, &p.x_map, column, row,
            full + s * 8, policy_x);
      };

      // Weights do not depend on the kernels before this one.
      LinearFetch next(work);
      LinearFetch next_x = next;
      int filled = 0;
      for (; filled < STAGES && next.more; filled++, next.advance()) {
        fetch_weight(weight_of(next), filled);
      }
      asm volatile("prefetch.tensormap [%0];" ::"l"(&p.x_map) : "memory");
      wait_for_predecessors();
      for (int s = 0; s < filled; s++, next_x.advance()) {
        fetch_x(next_x.k_block() * LINEAR_K, next_x.token_tile * TOKENS + rank * X_BOX_ROWS, s);
      }

      long long step = (long long)p.n_padded * LINEAR_ROW;
      uint32_t parity = 0;
      int s = 0;
      for (; next.more; next.next_tile()) {
        const char* from = weight_of(next);
        int column = next.k_block() * LINEAR_K;
        int row = next.token_tile * TOKENS + rank * X_BOX_ROWS;
        for (int left = next.left(); left > 0; left--) {
          barrier_wait(empty + s * 8, parity);
          fetch_weight(from, s);
          fetch_x(column, row, s);
          from += step;
          column += LINEAR_K;
          if (++s == STAGES) {
            s = 0;
            parity ^= 1;
          }
        }
      }
    } else {
      wait_for_predecessors();
    }
  } else {
    if (MOVE_REGISTERS) asm volatile("setmaxnreg.inc.sync.aligned.u32 232;");
    wait_for_predecessors();
    float sum[TOKENS / 2];
    int s = 0;
    uint32_t parity = 0;
    uint32_t rows = warp / 4 * 64 * LINEAR_ROW;
    auto release = [&](int stage) {
      if (CLUSTER == 1) {
        if (lane == 0) barrier_arrive(empty + stage * 8);
      } else {
        if (lane < CLUSTER) barrier_arrive_at(empty + stage * 8, lane);
      }
    };
    LinearOutput<T, TOKENS / 8, ACTIVATES> output;
    while (work.next()) {
      int feature_tile;
      int token_tile;
      work.place(feature_tile, token_tile);
      int row = (feature_tile * CLUSTER + (int)rank) * FEATURES + warp * 16;
      if (EARLY) output.load(p, row, token_tile * TOKENS);
#pragma unroll
      for (int i = 0; i < TOKENS / 2; i++) sum[i] = 0.0f;
      int before = -1;
#pragma unroll 1
      for (int left = work.k_end - work.k_block; left > 0; left--) {
        barrier_wait(full + s * 8, parity);
        uint64_t a = wgmma_matrix(ring + s * STAGE_BYTES + rows);
        uint64_t b = wgmma_matrix(ring + s * STAGE_BYTES + WEIGHT_BYTES);
        wgmma_begin();
#pragma unroll
        for (int k = 0; k < LINEAR_K / 16; k++) Wgmma<T, TOKENS>::add(sum, a + 2 * k, b + 2 * k);
        wgmma_commit();
        if (OVERLAP) {
          // The products of the block before are over now; its place may be filled again.
          wgmma_wait<1>();
          if (before >= 0) release(before);
        } else {
          wgmma_wait<0>();
          release(s);
        }
        before = s;
        if (++s == STAGES) {
          s = 0;
          parity ^= 1;
        }
      }
      if (OVERLAP) {
        wgmma_wait<0>();
        // From here on the sums may be read. A compiler that is not told reads some before the wait, and
        // then has to run all products one after the other (ptxas warns: C7514).
#pragma unroll
        for (int i = 0; i < TOKENS / 2; i++) asm volatile("" : "+f"(sum[i])::"memory");
        release(before);
      }
      if (!EARLY) output.load(p, row, token_tile * TOKENS);
      linear_finish<TOKENS / 8, 1>(
          sum, p, work, rank * CONSUMER_WARPS + warp, CLUSTER * CONSUMER_WARPS, output, row,
          token_tile * TOKENS);
    }
  }
  // A CTA must not end while the other of its cluster still writes to it.
  if (CLUSTER > 1) {
    __syncwarp();
    cluster_sync();
  }
}

#define LINEAR_BODY(T, ...) linear_wgmma<T, __VA_ARGS__>(p)
#else
#define LINEAR_BODY(T, ...) __trap()
#endif

#define LINEAR_THREADS(TOKENS, FEATURES) (2 * FEATURES + (TOKENS > 128 ? 128 : 32))
#define LINEAR_KERNEL(NAME, T, TOKENS, FEATURES, STAGES, CLUSTER, RESIDENT, ACTIVATES)                   \
  extern "C" __global__ void __launch_bounds__(LINEAR_THREADS(TOKENS, FEATURES), RESIDENT)               \
      NAME(const __grid_constant__ LinearParams p) {                                                     \
    LINEAR_BODY(T, TOKENS, FEATURES, STAGES, CLUSTER, ACTIVATES);                                        \
  }
#define LINEAR_KERNELS(NAME, T, ...)          \
  LINEAR_KERNEL(NAME##T, T, __VA_ARGS__, false) \
  LINEAR_KERNEL(NAME##act_##T, T, __VA_ARGS__, true)
#define LINEAR_MMA(...)
#define LINEAR_WGMMA(TOKENS, FEATURES, STAGES, CLUSTER, RESIDENT)                                        \
  LINEAR_KERNELS(                                                                                        \
      linear_wgmma_##TOKENS##_##FEATURES##_##STAGES##_##CLUSTER##_, bf16, TOKENS, FEATURES, STAGES,      \
      CLUSTER, RESIDENT)                                                                                 \
  LINEAR_KERNELS(                                                                                        \
      linear_wgmma_##TOKENS##_##FEATURES##_##STAGES##_##CLUSTER##_, f16, TOKENS, FEATURES, STAGES,       \
      CLUSTER, RESIDENT)
#include "linear.def"
