// Attention of many queries at once on the warpgroup matrix units of sm_90a: what attention_prefill.cu
// does, with one warpgroup that copies and two or three that compute (after FlashAttention-3, Shah et al.).
//
// Each computing warpgroup takes 64 queries of the tile. The products of one tile of keys run while the
// softmax of the tile before is followed by its values, and the warpgroups take turns in starting
// products, so that one computes exponentials while the other's products run.
#include "attention_mma.cuh"
#include "attention_prefill.cuh"
#include "attention_wgmma.cuh"

// For other chips there are entries without what they cannot do; the host never calls them.
#if defined(__CUDA_ARCH_FEAT_SM90_ALL) || !defined(__CUDA_ARCH__)
#define ONLY_90A(...) __VA_ARGS__

namespace {

constexpr int GROUP = 128;  // threads of a warpgroup

template <typename T, int HEAD_DIM, int Q_ROWS, int KV_ROWS, int THREADS, bool PAGED>
struct Prefill90 {
  static constexpr int GROUPS = Q_ROWS / 64;
  // Registers of a thread; all threads together have those of a multiprocessor.
  static constexpr int COPY_REGISTERS = GROUPS == 3 ? 32 : 40;
  static constexpr int COMPUTE_REGISTERS = GROUPS == 3 ? 160 : 232;
  static constexpr int PADDED = (HEAD_DIM + 15) / 16 * 16;
  static constexpr int STEPS = PADDED / 16;
  static constexpr int CHUNKS = HEAD_DIM / 8;
  static constexpr int ROW_CHUNKS = PADDED / 8;
  static constexpr int SLABS = (PADDED + 63) / 64;
  static constexpr int Q_SLAB = Q_ROWS * 128;
  static constexpr int KV_SLAB = KV_ROWS * 128;
  static constexpr int Q_BYTES = SLABS * Q_SLAB;
  static constexpr int SIDE_BYTES = SLABS * KV_SLAB;
  static constexpr int MOST_SHARED = 227 * 1024;
  static constexpr int STAGES = Q_BYTES + 6 * SIDE_BYTES + 1024 <= MOST_SHARED ? 3 : 2;
  static constexpr int SHARED_BYTES = Q_BYTES + 2 * STAGES * SIDE_BYTES + 1024;
  static constexpr int CACHE_RUN = 16;  // tokens that surely lie in one block
  static constexpr int LONG_RUN = 64;   // tokens that do if blocks are multiples of this
  // The cache's slabs are what the matrix units read, so the copy engine can bring them.
  static constexpr bool BULK = PAGED && HEAD_DIM % 64 == 0;
  static constexpr int FIRST_TURN = 2;  // barriers by which the warpgroups take turns
  static_assert((GROUPS == 2 || GROUPS == 3) && THREADS == (GROUPS + 1) * GROUP);
  static_assert(HEAD_DIM % 8 == 0 && KV_ROWS * ROW_CHUNKS % GROUP == 0 && Q_ROWS * ROW_CHUNKS % GROUP == 0);
  static_assert(KV_ROWS / CACHE_RUN * (BULK ? SLABS : 1) <= WARP);

  struct Barriers {
    uint64_t queries;
    uint64_t full[2][STAGES];   // of keys, of values
    uint64_t empty[2][STAGES];
  };

  const PrefillWork<T>& work;
  uint32_t query_tile;
  uint32_t ring[2];  // of keys, of values
  Barriers& barriers;
  int run_tokens;  // of the runs that the lanes of a copying warp know
  int first_tile;
  int tiles;  // worked on from the last to the first

  __device__ Prefill90(const PrefillWork<T>& w, uint8_t* shared)
      : work(w), query_tile(shared_address(shared)),
        barriers(*reinterpret_cast<Barriers*>(shared + SHARED_BYTES - 1024)) {
    ring[KEYS] = query_tile + Q_BYTES;
    ring[VALUES] = ring[KEYS] + STAGES * SIDE_BYTES;
    run_tokens = BULK && work.kv->block_tokens % LONG_RUN == 0 ? LONG_RUN : CACHE_RUN;
    first_tile = work.first / KV_ROWS;
    tiles = (work.end + KV_ROWS - 1) / KV_ROWS - first_tile;
  }

  __device__ static uint32_t place(uint32_t tile, int slab_bytes, int row, int chunk) {
    return tile + chunk / 8 * slab_bytes + row * 128 + ((chunk ^ row) & 7) * 16;
  }

  // ---- the copying warpgroup ----

  __device__ static void arrive_when_copied(uint64_t& barrier) {
    asm volatile("cp.async.mbarrier.arrive.noinc.shared.b64 [%0];" ::"r"(shared_address(&barrier))
                 : "memory");
  }

  // Where run lane % (KV_ROWS / run_tokens) of a tile lies from the first token of block 0 on.
  __device__ int64_t find_runs(int tile) const {
    int token = tile * KV_ROWS + threadIdx.x % WARP % (KV_ROWS / run_tokens) * run_tokens;
    if (!PAGED || token >= work.end || token + run_tokens <= work.first) {
      return 0;
    }
    return kv_block(*work.kv, work.sequence, token) * work.kv->block_bytes +
           (int64_t)(token % work.kv->block_tokens) * kv_token_bytes(HEAD_DIM);
  }

  // Copies a tile's keys or values; what no row sees becomes zeros, for the cache may hold anything there.
  __device__ void copy_tile(int index, KvSide side, int64_t run_offset) {
    int stage = index % STAGES;
    if (index >= STAGES) {
      barrier_wait(shared_address(&barriers.empty[side][stage]), (index / STAGES - 1) & 1);
    }
    int tile = first_tile + tiles - 1 - index;
    const uint8_t* from = side == KEYS ? work.keys : work.values;
    uint32_t to = ring[side] + stage * SIDE_BYTES;
    if constexpr (BULK) {
      copy_runs(tile, side, from + run_offset, to, shared_address(&barriers.full[side][stage]));
      return;
    }
    int thread = threadIdx.x % GROUP;
#pragma unroll 4
    for (int i = 0; i < KV_ROWS * ROW_CHUNKS / GROUP; i++) {
      int row = (thread + i * GROUP) / ROW_CHUNKS;
      int chunk = (thread + i * GROUP) % ROW_CHUNKS;
      int token = tile * KV_ROWS + row;
      bool there = token >= work.first && token < work.end && chunk < CHUNKS;
      int64_t offset;
      if (PAGED) {
        offset = __shfl_sync(0xffffffffu, run_offset, row / CACHE_RUN) +
                 kv_chunk(HEAD_DIM, work.kv->block_tokens, row % CACHE_RUN, chunk);
      } else {
        offset = token * work.key_pitch + chunk * 16;
      }
      copy_chunk(place(to, KV_SLAB, row, chunk), from + (there ? offset : 0), there ? 16 : 0);
    }
    arrive_when_copied(barriers.full[side][stage]);
  }

  // The same by one warp and the copy engine; each lane brings one slab of one run.
  __device__ void copy_runs(int tile, KvSide side, const uint8_t* from, uint32_t to, uint32_t full) const {
    int lane = threadIdx.x % WARP;
    int tile_first = tile * KV_ROWS;
    int from_row = max(0, work.first - tile_first);
    int to_row = min(KV_ROWS, work.end - tile_first);
    if (side == VALUES && to_row - from_row < KV_ROWS) {
      for (int i = lane; i < KV_ROWS * ROW_CHUNKS; i += WARP) {
        int row = i / ROW_CHUNKS;
        if (row < from_row || row >= to_row) {
          asm volatile("st.shared.v4.b32 [%0], {%1, %1, %1, %1};" ::"r"(
                           place(to, KV_SLAB, row, i % ROW_CHUNKS)),
                       "r"(0)
                       : "memory");
        }
      }
      fence_copy_engine();
      __syncwarp();
    }
    if (lane == 0) {
      asm volatile(
          "{\n.reg .b64 state;\nmbarrier.arrive.expect_tx.shared.b64 state, [%0], %1;\n}" ::"r"(full),
          "r"((to_row - from_row) * HEAD_DIM * 2)
          : "memory");
    }
    __syncwarp();
    int runs = KV_ROWS / run_tokens;
    int run_row = lane % runs * run_tokens;
    int slab = lane / runs;
    int first = max(run_row, from_row);
    int bytes = (min(run_row + run_tokens, to_row) - first) * 128;
    if (slab < SLABS && bytes > 0) {
      asm volatile(
          "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
              to + slab * KV_SLAB + first * 128),
          "l"(from + (slab * work.kv->block_tokens + first - run_row) * 128), "r"(bytes), "r"(full)
          : "memory");
    }
  }

  __device__ void copy() {
    int64_t runs = find_runs(first_tile + tiles - 1);
    int thread = threadIdx.x % GROUP;
#pragma unroll 4
    for (int i = 0; i < Q_ROWS * ROW_CHUNKS / GROUP; i++) {
      int row = (thread + i * GROUP) / ROW_CHUNKS;
      int chunk = (thread + i * GROUP) % ROW_CHUNKS;
      bool there = row < work.rows && chunk < CHUNKS;
      copy_chunk(place(query_tile, Q_SLAB, row, chunk),
                 work.queries + (there ? row * work.query_pitch + chunk * 8 : 0), there ? 16 : 0);
    }
    arrive_when_copied(barriers.queries);
    if (BULK && thread >= WARP) {
      return;
    }
    copy_tile(0, KEYS, runs);
    for (int index = 0; index < tiles; index++) {
      int64_t next_runs = runs;
      if (index + 1 < tiles) {
        next_runs = find_runs(first_tile + tiles - 2 - index);
        copy_tile(index + 1, KEYS, next_runs);
      }
      copy_tile(index, VALUES, runs);
      runs = next_runs;
    }
    wait_copy_groups<0>();
  }

  // ---- the computing warpgroups ----

  // Waits for copied data; what threads copied must be made visible to the matrix units.
  __device__ static void wait_copied(uint64_t& barrier, int round, bool by_threads = !BULK) {
    barrier_wait(shared_address(&barrier), round & 1);
    if (by_threads) {
      fence_copy_engine();
    }
  }

  __device__ static void release(uint64_t& barrier) {
    if (threadIdx.x % WARP == 0) {
      barrier_arrive(shared_address(&barrier));
    }
  }

  // Warpgroups that have rows.
  __device__ int working() const { return (work.rows + 63) / 64; }

  __device__ void wait_turn(int group) const {
    if (working() > 1) {
      join_threads(FIRST_TURN + group, 2 * GROUP);
    }
  }

  __device__ void pass_turn(int group) const {
    if (working() > 1) {
      int next = group + 1 < working() ? group + 1 : 0;
      asm volatile("bar.arrive %0, %1;" ::"r"(FIRST_TURN + next), "n"(2 * GROUP) : "memory");
    }
  }

  __device__ void start_scores(float (&score)[KV_ROWS / 2], int group, int stage) {
    products_begin();
#pragma unroll
    for (int step = 0; step < STEPS; step++) {
      uint32_t at = step % 4 * 32;
      uint32_t queries = query_tile + group * 64 * 128 + step / 4 * Q_SLAB + at;
      uint32_t keys = ring[KEYS] + stage * SIDE_BYTES + step / 4 * KV_SLAB + at;
      Products<T, KV_ROWS>::rows(score, operand(queries), operand(keys), step > 0);
    }
    products_end();
  }

  __device__ void start_results(float (&result)[PADDED / 2],
                                const uint32_t (&weights)[KV_ROWS / 16][4],
                                int stage) {
    products_begin();
#pragma unroll
    for (int step = 0; step < KV_ROWS / 16; step++) {
      Products<T, PADDED>::columns(result, weights[step],
                                   operand(ring[VALUES] + stage * SIDE_BYTES + step * 16 * 128, KV_SLAB));
    }
    products_end();
  }

  // Turns a tile's scores into weights; says by how much what was summed before shrinks.
  __device__ void soften(float (&score)[KV_ROWS / 2], float (&largest)[2], float (&sum)[2],
                         float (&shrink)[2], int tile, int group_row) {
    int lane = threadIdx.x % WARP;
    int tile_first = tile * KV_ROWS;
    int group_first = work.position + group_row;
    bool masked = tile_first + KV_ROWS > work.end ||
                  (work.causal && tile_first + KV_ROWS - 1 > group_first) ||
                  (work.window > 0 && tile_first <= group_first + 63 - work.window);
    if (masked) {
      int position = group_first + threadIdx.x % GROUP / WARP * 16 + lane / 4;
#pragma unroll
      for (int i = 0; i < KV_ROWS / 2; i++) {
        int key = tile_first + i / 4 * 8 + lane % 4 * 2 + i % 2;
        int at = position + i / 2 % 2 * 8;
        bool seen = key < work.end && (!work.causal || key <= at) &&
                    (work.window == 0 || key > at - work.window);
        score[i] = seen ? score[i] : -INFINITY;
      }
    }
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float top = score[2 * half];
#pragma unroll
      for (int i = 0; i < KV_ROWS / 2; i += 4) {
        top = fmaxf(top, fmaxf(score[i + 2 * half], score[i + 2 * half + 1]));
      }
      top = fmaxf(top, __shfl_xor_sync(0xffffffffu, top, 1));
      top = fmaxf(top, __shfl_xor_sync(0xffffffffu, top, 2));
      top = fmaxf(top, largest[half]);
      float base = top == -INFINITY ? 0 : top * work.factor;  // a row may see nothing of this tile
      shrink[half] = exp2_fast(largest[half] * work.factor - base);
      largest[half] = top;
      float part = 0;
#pragma unroll
      for (int i = 0; i < KV_ROWS / 2; i += 4) {
#pragma unroll
        for (int j = 0; j < 2; j++) {
          float& s = score[i + 2 * half + j];
          s = exp2_fast(s * work.factor - base);
          part += s;
        }
      }
      sum[half] = sum[half] * shrink[half] + part;
    }
  }

  __device__ static void pack(uint32_t (&weights)[KV_ROWS / 16][4], const float (&score)[KV_ROWS / 2]) {
#pragma unroll
    for (int step = 0; step < KV_ROWS / 16; step++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        weights[step][i] = pack2<T>(score[step * 8 + i * 2], score[step * 8 + i * 2 + 1]);
      }
    }
  }

  __device__ static void settle(uint32_t (&weights)[KV_ROWS / 16][4]) {
#pragma unroll
    for (int step = 0; step < KV_ROWS / 16; step++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        asm volatile("" : "+r"(weights[step][i])::"memory");
      }
    }
  }

  __device__ void compute() {
    int group = threadIdx.x / GROUP;
    int group_row = group * 64;
    if (group_row >= work.rows) {
      for (int index = 0; index < tiles; index++) {
        for (int side = 0; side < 2; side++) {
          wait_copied(barriers.full[side][index % STAGES], index / STAGES);
          release(barriers.empty[side][index % STAGES]);
        }
      }
      return;
    }
    float result[PADDED / 2];
    float score[KV_ROWS / 2];
    uint32_t weights[KV_ROWS / 16][4];
    float largest[2] = {-INFINITY, -INFINITY};
    float sum[2] = {};
    float shrink[2];
#pragma unroll
    for (int i = 0; i < PADDED / 2; i++) {
      result[i] = 0;
    }
    bool last_group = group + 1 == working();
    if (last_group) {
      pass_turn(group);
    }
    wait_copied(barriers.queries, 0, true);
    wait_copied(barriers.full[KEYS][0], 0);
    wait_turn(group);
    start_scores(score, group, 0);
    if (!last_group || tiles > 1) {
      pass_turn(group);
    }
    products_wait<0>();
    products_settle(score);
    release(barriers.empty[KEYS][0]);
    int tile = first_tile + tiles - 1;
    soften(score, largest, sum, shrink, tile, group_row);
    pack(weights, score);

    for (int index = 1; index < tiles; index++) {
      int stage = index % STAGES;
      int before = (index - 1) % STAGES;
      wait_copied(barriers.full[KEYS][stage], index / STAGES);
      wait_turn(group);
      start_scores(score, group, stage);
      wait_copied(barriers.full[VALUES][before], (index - 1) / STAGES);
      start_results(result, weights, before);
      if (!last_group || index + 1 < tiles) {
        pass_turn(group);
      }
      products_wait<1>();
      products_settle(score);
      release(barriers.empty[KEYS][stage]);
      soften(score, largest, sum, shrink, tile - index, group_row);
      products_wait<0>();
      products_settle(result);
      settle(weights);
      release(barriers.empty[VALUES][before]);
#pragma unroll
      for (int i = 0; i < PADDED / 2; i++) {
        result[i] *= shrink[i / 2 % 2];
      }
      pack(weights, score);
    }
    int stage = (tiles - 1) % STAGES;
    wait_copied(barriers.full[VALUES][stage], (tiles - 1) / STAGES);
    start_results(result, weights, stage);
    products_wait<0>();
    products_settle(result);
    settle(weights);

    int lane = threadIdx.x % WARP;
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float all = sum[half];
      all += __shfl_xor_sync(0xffffffffu, all, 1);
      all += __shfl_xor_sync(0xffffffffu, all, 2);
      float factor = 1 / all;
      int row = group_row + threadIdx.x % GROUP / WARP * 16 + half * 8 + lane / 4;
      if (row < work.rows) {
        T* to = work.output + row * work.output_pitch + lane % 4 * 2;
#pragma unroll
        for (int n = 0; n < CHUNKS; n++) {
          *reinterpret_cast<uint32_t*>(to + n * 8) =
              pack2<T>(result[n * 4 + 2 * half] * factor, result[n * 4 + 2 * half + 1] * factor);
        }
      }
    }
  }

  __device__ void run() {
    if (threadIdx.x == 0) {
      barrier_init(shared_address(&barriers.queries), GROUP);
      for (int side = 0; side < 2; side++) {
        for (int stage = 0; stage < STAGES; stage++) {
          barrier_init(shared_address(&barriers.full[side][stage]), BULK ? 1 : GROUP);
          barrier_init(shared_address(&barriers.empty[side][stage]), GROUPS * GROUP / WARP);
        }
      }
      barrier_init_done();
    }
    __syncthreads();
    if (threadIdx.x >= GROUPS * GROUP) {
      asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(COPY_REGISTERS));
      copy();
    } else {
      asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(COMPUTE_REGISTERS));
      compute();
    }
  }
};

}  // namespace

#else
#define ONLY_90A(...) __trap()
#endif

#define KERNEL(NAME, PARAMS, BODY, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, TYPE)        \
  extern "C" __global__ void __launch_bounds__(THREADS, 1)                                  \
      attention_##NAME##_##HEAD_DIM##_##TYPE(__grid_constant__ const PARAMS p) {            \
    ONLY_90A(extern __shared__ __align__(1024) uint8_t shared[];                            \
             constexpr bool PAGED = sizeof(PARAMS) == sizeof(PagedParams);                  \
             using Variant = Prefill90<TYPE, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, PAGED>;    \
             static_assert(Variant::SHARED_BYTES == SHARED);                                \
             BODY<Variant, TYPE, HEAD_DIM, Q_ROWS>(p, shared));                             \
  }
#define PREFILL_90(HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED)                                     \
  KERNEL(prefill90, PagedParams, paged_tile, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, bf16)     \
  KERNEL(prefill90, PagedParams, paged_tile, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, f16)
#define DENSE_90(HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED)                                       \
  KERNEL(dense90, DenseParams, dense_tile, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, bf16)       \
  KERNEL(dense90, DenseParams, dense_tile, HEAD_DIM, Q_ROWS, KV_ROWS, THREADS, SHARED, f16)
#include "attention.def"
