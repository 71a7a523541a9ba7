// Attention of many queries at once on tensor cores of any device since sm_80: causal over the paged
// cache, or in both directions within groups of rows (after FlashAttention-2, Dao).
//
// A block takes Q_ROWS queries of one head; each warp a part of them. Keys and values pass through
// shared memory in tiles of KV_ROWS, the next one copied while this one is worked on; scores stay in
// registers, with a running maximum and sum a row.
#include "attention_mma.cuh"
#include "attention_prefill.cuh"

namespace {

template <typename T, int HEAD_DIM, int Q_ROWS, int KV_ROWS, int THREADS>
struct Prefill {
  static constexpr int WARPS = THREADS / WARP;
  static constexpr int M_BLOCKS = Q_ROWS / WARPS / 16;
  static constexpr int N_BLOCKS = KV_ROWS / 8;
  static constexpr int PADDED = (HEAD_DIM + 15) / 16 * 16;
  static constexpr int STEPS = PADDED / 16;
  static constexpr int CHUNKS = HEAD_DIM / 8;
  static constexpr int ROW_CHUNKS = PADDED / 8;
  static constexpr bool SWIZZLED = HEAD_DIM % 64 == 0;
  static constexpr int PITCH = 16 * (SWIZZLED ? ROW_CHUNKS : ROW_CHUNKS | 1);
  static constexpr int Q_BYTES = Q_ROWS * PITCH;
  static constexpr int SIDE_BYTES = KV_ROWS * PITCH;
  static constexpr int SHARED_BYTES = Q_BYTES + 4 * SIDE_BYTES;
  static constexpr int CACHE_RUN = 16;  // tokens that surely lie in one block
  static_assert(HEAD_DIM % 8 == 0 && KV_ROWS * ROW_CHUNKS % THREADS == 0);

  using Work = PrefillWork<T>;

  const Work& work;
  uint32_t query_tile;
  uint32_t ring;
  int64_t run_offset;  // of the tile that is copied next: where run lane % 4 lies

  __device__ Prefill(const Work& w, uint8_t* shared)
      : work(w), query_tile(shared_address(shared)), ring(query_tile + Q_BYTES), run_offset(0) {}

  __device__ static uint32_t place(uint32_t tile, int row, int chunk) {
    return tile + row * PITCH + (SWIZZLED ? chunk ^ (row & 7) : chunk) * 16;
  }

  __device__ void find_runs(int tile) {
    if (work.kv != nullptr) {
      int token = tile * KV_ROWS + threadIdx.x % (KV_ROWS / CACHE_RUN) * CACHE_RUN;
      if (token < work.end && token + CACHE_RUN > work.first) {
        run_offset = kv_block(*work.kv, work.sequence, token) * work.kv->block_bytes +
                     (int64_t)(token % work.kv->block_tokens) * kv_token_bytes(HEAD_DIM);
      }
    }
  }

  __device__ void copy_queries() {
    for (int i = threadIdx.x; i < Q_ROWS * ROW_CHUNKS; i += THREADS) {
      int row = i / ROW_CHUNKS;
      int chunk = i % ROW_CHUNKS;
      bool there = row < work.rows && chunk < CHUNKS;
      copy_chunk(place(query_tile, row, chunk), work.queries + (there ? row * work.query_pitch + chunk * 8 : 0),
                 there ? 16 : 0);
    }
  }

  // Copies a tile whose runs have been found; what no row sees becomes zeros, for the cache may hold
  // anything there.
  __device__ void copy_tile(int tile) {
    uint32_t keys = ring + tile % 2 * 2 * SIDE_BYTES;
#pragma unroll
    for (int i = 0; i < KV_ROWS * ROW_CHUNKS / THREADS; i++) {
      int index = threadIdx.x + i * THREADS;
      int row = index / ROW_CHUNKS;
      int chunk = index % ROW_CHUNKS;
      int token = tile * KV_ROWS + row;
      bool there = token >= work.first && token < work.end && chunk < CHUNKS;
      int64_t offset;
      if (work.kv != nullptr) {
        // Tiles begin at multiples of 16 tokens, so a row has the swizzle of its token.
        offset = __shfl_sync(0xffffffffu, run_offset, row / CACHE_RUN) +
                 kv_chunk(HEAD_DIM, work.kv->block_tokens, row % CACHE_RUN, chunk);
      } else {
        offset = token * work.key_pitch + chunk * 16;
      }
      offset = there ? offset : 0;
      uint32_t to = place(keys, row, chunk);
      copy_chunk(to, work.keys + offset, there ? 16 : 0);
      copy_chunk(to + SIDE_BYTES, work.values + offset, there ? 16 : 0);
    }
  }

  __device__ void run() {
    int lane = threadIdx.x % WARP;
    int warp_row = threadIdx.x / WARP * (M_BLOCKS * 16);
    int row = lane / 4;
    int column = lane % 4 * 2;
    float result[M_BLOCKS][2 * STEPS][4] = {};
    float largest[M_BLOCKS][2];
    float sum[M_BLOCKS][2] = {};
#pragma unroll
    for (int m = 0; m < M_BLOCKS; m++) {
      largest[m][0] = largest[m][1] = -INFINITY;
    }
    int tile = work.first / KV_ROWS;
    int tiles = (work.end + KV_ROWS - 1) / KV_ROWS;
    find_runs(tile);
    copy_queries();
    copy_tile(tile);
    end_copy_group();
    find_runs(tile + 1);
    int warp_first = work.position + warp_row;
    int warp_last = warp_first + M_BLOCKS * 16 - 1;

    for (; tile < tiles; tile++) {
      wait_copy_groups<0>();
      __syncthreads();
      if (tile + 1 < tiles) {
        copy_tile(tile + 1);
        end_copy_group();
        find_runs(tile + 2);
      }
      int tile_first = tile * KV_ROWS;
      if (work.causal && tile_first > warp_last) {
        continue;
      }
      uint32_t keys = ring + tile % 2 * 2 * SIDE_BYTES;
      uint32_t values = keys + SIDE_BYTES;

      float score[M_BLOCKS][N_BLOCKS][4] = {};
#pragma unroll
      for (int step = 0; step < STEPS; step++) {
        uint32_t a[M_BLOCKS][4];
#pragma unroll
        for (int m = 0; m < M_BLOCKS; m++) {
          load_matrices(a[m], place(query_tile, warp_row + m * 16 + lane % 16, step * 2 + lane / 16));
        }
#pragma unroll
        for (int n = 0; n < N_BLOCKS; n += 2) {
          uint32_t b[4];
          load_matrices(b, place(keys, n * 8 + lane % 8 + lane / 16 * 8, step * 2 + lane / 8 % 2));
#pragma unroll
          for (int m = 0; m < M_BLOCKS; m++) {
            multiply<T>(score[m][n], a[m], b[0], b[1]);
            multiply<T>(score[m][n + 1], a[m], b[2], b[3]);
          }
        }
      }

      bool masked = tile_first + KV_ROWS > work.end || (work.causal && tile_first + KV_ROWS - 1 > warp_first) ||
                    (work.window > 0 && tile_first <= warp_last - work.window);
      if (masked) {
#pragma unroll
        for (int m = 0; m < M_BLOCKS; m++) {
#pragma unroll
          for (int n = 0; n < N_BLOCKS; n++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
              int key = tile_first + n * 8 + column + i % 2;
              int position = warp_first + m * 16 + row + i / 2 * 8;
              bool seen = key < work.end && (!work.causal || key <= position) &&
                          (work.window == 0 || key > position - work.window);
              score[m][n][i] = seen ? score[m][n][i] : -INFINITY;
            }
          }
        }
      }

      bool grown = false;
      float shrink[M_BLOCKS][2];
#pragma unroll
      for (int m = 0; m < M_BLOCKS; m++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
          float top = fmaxf(score[m][0][2 * half], score[m][0][2 * half + 1]);
#pragma unroll
          for (int n = 1; n < N_BLOCKS; n++) {
            top = fmaxf(top, fmaxf(score[m][n][2 * half], score[m][n][2 * half + 1]));
          }
          top = fmaxf(top, __shfl_xor_sync(0xffffffffu, top, 1));
          top = fmaxf(top, __shfl_xor_sync(0xffffffffu, top, 2));
          top = fmaxf(top, largest[m][half]);
          grown |= top > largest[m][half];
          float base = top == -INFINITY ? 0 : top * work.factor;  // a row may see nothing of this tile
          shrink[m][half] = exp2_fast(largest[m][half] * work.factor - base);
          largest[m][half] = top;
          float part = 0;
#pragma unroll
          for (int n = 0; n < N_BLOCKS; n++) {
#pragma unroll
            for (int i = 0; i < 2; i++) {
              float& s = score[m][n][2 * half + i];
              s = exp2_fast(s * work.factor - base);
              part += s;
            }
          }
          sum[m][half] = sum[m][half] * shrink[m][half] + part;
        }
      }
      if (__any_sync(0xffffffffu, grown)) {
#pragma unroll
        for (int m = 0; m < M_BLOCKS; m++) {
#pragma unroll
          for (int n = 0; n < 2 * STEPS; n++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
              result[m][n][i] *= shrink[m][i / 2];
            }
          }
        }
      }

#pragma unroll
      for (int step = 0; step < KV_ROWS / 16; step++) {
        uint32_t a[M_BLOCKS][4];
#pragma unroll
        for (int m = 0; m < M_BLOCKS; m++) {
#pragma unroll
          for (int i = 0; i < 4; i++) {
            const float* from = score[m][step * 2 + i / 2];
            a[m][i] = pack2<T>(from[i % 2 * 2], from[i % 2 * 2 + 1]);
          }
        }
#pragma unroll
        for (int n = 0; n < 2 * STEPS; n += 2) {
          uint32_t b[4];
          load_transposed(b, place(values, step * 16 + lane % 16, n + lane / 16));
#pragma unroll
          for (int m = 0; m < M_BLOCKS; m++) {
            multiply<T>(result[m][n], a[m], b[0], b[1]);
            multiply<T>(result[m][n + 1], a[m], b[2], b[3]);
          }
        }
      }
    }

#pragma unroll
    for (int m = 0; m < M_BLOCKS; m++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        float all = sum[m][half];
        all += __shfl_xor_sync(0xffffffffu, all, 1);
        all += __shfl_xor_sync(0xffffffffu, all, 2);
        float factor = 1 / all;
        int at = warp_row + m * 16 + half * 8 + row;
        if (at < work.rows) {
          T* to = work.output + at * work.output_pitch + column;
#pragma unroll
          for (int n = 0; n < CHUNKS; n++) {
            *reinterpret_cast<uint32_t*>(to + n * 8) =
                pack2<T>(result[m][n][2 * half] * factor, result[m][n][2 * half + 1] * factor);
          }
        }
      }
    }
  }
};

}  // namespace

#define KERNEL(NAME, PARAMS, BODY, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, TYPE)        \
  extern "C" __global__ void __launch_bounds__(THREADS)                                     \
      attention_##NAME##_##HEAD_DIM##_##TYPE(__grid_constant__ const PARAMS p) {            \
    extern __shared__ __align__(128) uint8_t shared[];                                      \
    using Variant = Prefill<TYPE, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS>;                      \
    static_assert(Variant::SHARED_BYTES == SHARED);                                         \
    BODY<Variant, TYPE, HEAD_DIM, Q_ROWS>(p, shared);                                       \
  }
#define PREFILL(HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED)                                        \
  KERNEL(prefill, PagedParams, paged_tile, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, bf16)       \
  KERNEL(prefill, PagedParams, paged_tile, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, f16)
#define DENSE(HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED)                                          \
  KERNEL(dense, DenseParams, dense_tile, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, bf16)         \
  KERNEL(dense, DenseParams, dense_tile, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, f16)
#include "attention.def"
