// Decode attention: one new token a sequence, its keys and values streamed once through shared memory.
//
// All (sequence, kv head, tile) units of a step lie in one line that is cut into equal runs, one a block
// of the grid. In a block one warp copies stages of up to STAGE_TOKENS tokens ahead through a ring; each
// of the other warps takes one tile of every stage and keeps its own running maximum, sum and result, so
// that they meet only where a run or the tiles of a (sequence, kv head) end. Tokens are the M side of the
// matrix products and the query heads of the group the N side. Where a (sequence, kv head) is shared by
// several blocks, each leaves its part in device memory, and the one that comes last merges them in the
// order of tokens.
#include "attention.cuh"
#include "attention_mma.cuh"

namespace {

constexpr int CONTROL_BYTES = 1024;
constexpr float LOG2E = 1.4426950408889634f;

// What the copying warp tells the others about a stage.
struct Stage {
  int sequence;
  int head;
  int token;        // position of the stage's first token
  int from;         // positions from..to-1 count
  int to;
  int begins;       // the block's first stage of this (sequence, head)
  int ends;         // the block's last stage of it
  int final;        // the block's last stage
  int first_block;  // the first block that has a part of this (sequence, head)
  int parts;        // how many have
};

template <typename T, int HEAD_DIM, int HEADS, int STAGE_TOKENS, int STAGES, int THREADS>
struct Decode {
  static constexpr int WORKERS = STAGE_TOKENS / DECODE_TILE;
  static constexpr int WORKER_THREADS = WORKERS * WARP;
  static constexpr int ROW_BYTES = HEAD_DIM * 2;
  static constexpr int SIDE_BYTES = STAGE_TOKENS * ROW_BYTES;
  static constexpr int QUERY_PITCH = ROW_BYTES + 16;  // rows of queries lie in different banks
  static constexpr int STAGE_BYTES = 2 * SIDE_BYTES + HEADS * QUERY_PITCH;
  static constexpr int SHARED_BYTES = STAGES * STAGE_BYTES + CONTROL_BYTES;
  static constexpr int STEPS = HEAD_DIM / 16;
  static constexpr int COLUMNS = HEADS / 8;  // groups of 8 heads
  static constexpr int SLABS = kv_slabs(HEAD_DIM);
  static constexpr int TOKEN_BYTES = kv_token_bytes(HEAD_DIM);
  static constexpr int SLAB_BYTES = STAGE_TOKENS * TOKEN_BYTES;
  static constexpr int MIN_UNITS = 4;  // of a block; fewer are not worth a part to merge
  static constexpr int PART_FLOATS = HEADS * (HEAD_DIM + 2);
  static_assert(THREADS == WORKER_THREADS + WARP && DECODE_ALIGNMENT % STAGE_TOKENS == 0);

  struct Control {
    uint64_t full[STAGES];
    uint64_t empty[STAGES];
    Stage stages[STAGES];
    float largest[WORKERS][HEADS];
    float sum[WORKERS][HEADS];
    int last[2];
  };
  static_assert(sizeof(Control) <= CONTROL_BYTES);

  // A part of a (sequence, head) that the block left in device memory: at most its first and its last.
  struct Part {
    T* output;
    int first_block;
    int parts;    // 0: there is none
    int arrived;  // how many had been left before; known to thread 0
  };

  const DecodeParams& p;
  uint8_t* ring;
  Control& control;
  int blocks;  // that have work
  int share;   // units of each
  int more;    // so many of the first blocks have one more
  int begin;   // this block's units
  int end;

  __device__ Decode(const DecodeParams& params, uint8_t* shared)
      : p(params), ring(shared), control(*reinterpret_cast<Control*>(shared + STAGES * STAGE_BYTES)) {}

  __device__ int begin_of(int block) const { return block * share + min(block, more); }

  __device__ int block_of(int unit) const {
    int in_larger = more * (share + 1);
    return unit < in_larger ? unit / (share + 1) : more + (unit - in_larger) / share;
  }

  // ---- the copying warp ----

  // 32 sequences, one a lane, among them the one whose units are copied next. Its stages are numbered.
  struct Window {
    int low;      // sequence of lane 0
    int begin;    // first unit of the lane's sequence
    int tiles;    // of a head of it
    int context;
    int stage;    // number of the first stage of the lane's sequence
    int limit;    // one past the last unit of all
    int stages;   // one past the last stage of all
  };

  __device__ int first_unit(int sequence) const {
    return p.tile_start[min(sequence, p.sequences)] * p.kv.kv_heads;
  }

  __device__ static int stages_of(int tiles) { return (tiles + WORKERS - 1) / WORKERS; }

  __device__ Window window_at(int low) const {
    int lane = threadIdx.x % WARP;
    int sequence = low + lane;
    int tile = p.tile_start[min(sequence, p.sequences)];
    int next_tile = p.tile_start[min(sequence + 1, p.sequences)];
    Window window;
    window.low = low;
    window.context = sequence < p.sequences ? p.context[sequence] : 0;
    window.begin = tile * p.kv.kv_heads;
    window.tiles = next_tile - tile;
    window.limit = __shfl_sync(0xffffffffu, next_tile, WARP - 1) * p.kv.kv_heads;
    int stages = stages_of(window.tiles) * p.kv.kv_heads;
    window.stage = stages;
#pragma unroll
    for (int offset = 1; offset < WARP; offset *= 2) {
      int before = __shfl_up_sync(0xffffffffu, window.stage, offset);
      window.stage += lane >= offset ? before : 0;
    }
    window.stages = __shfl_sync(0xffffffffu, window.stage, WARP - 1);
    window.stage -= stages;
    return window;
  }

  // The last lane whose value is at most `key`; values ascend.
  __device__ static int last_lane(int value, int key) {
    int at = 0;
#pragma unroll
    for (int jump = WARP / 2; jump > 0; jump /= 2) {
      at += __shfl_sync(0xffffffffu, value, at + jump) <= key ? jump : 0;
    }
    return at;
  }

  // Number of the stage that has a unit of the window.
  __device__ int stage_of(const Window& window, int unit) const {
    int at = last_lane(window.begin, unit);
    int within = unit - __shfl_sync(0xffffffffu, window.begin, at);
    int tiles = __shfl_sync(0xffffffffu, window.tiles, at);
    int head = within / tiles;
    int tile = within - head * tiles;
    return __shfl_sync(0xffffffffu, window.stage, at) + head * stages_of(tiles) + tile / WORKERS;
  }

  // Of count sequences from low on, every step-th is in `probe`; keeps the step sequences that have the
  // unit, until they fit a window.
  __device__ int find_sequence(int unit, int probe) const {
    int lane = threadIdx.x % WARP;
    int low = 0;
    int count = p.sequences;
    while (count > WARP) {
      int step = (count + WARP - 1) / WARP;
      int taken = __popc(__ballot_sync(0xffffffffu, lane * step < count && probe <= unit)) - 1;
      low += taken * step;
      count = min(step, count - taken * step);
      if (count > WARP) {
        probe = first_unit(low + lane * ((count + WARP - 1) / WARP));
      }
    }
    return low;
  }

  __device__ void copy_units(Window window, int probe) {
    if (p.sequences > WARP) {
      window = window_at(find_sequence(begin, probe));
    }
    int count = 0;
    int next = stage_of(window, begin);
    while (copy_stages(window, next, count)) {
      next += WARP;
      int done = window.limit;
      while (next >= window.stages && window.limit == done) {
        window = window_at(window.low + WARP);
        if (window.limit != done) {
          next = 0;
        }
      }
    }
#if !ATTENTION_BULK
    wait_copy_groups<0>();
#endif
  }

  // Copies up to 32 stages of the window from number `next` on, each looked up by one lane; says whether
  // there are more.
  __device__ bool copy_stages(const Window& window, int next, int& count) {
    int lane = threadIdx.x % WARP;
    const KvView& kv = p.kv;
    Stage mine;
    int first_index;      // of the blocks that the lane's stage lies in
    int blocks[WORKERS];
    int number = min(next + lane, window.stages - 1);
    int at = last_lane(window.stage, number);
    int tiles = __shfl_sync(0xffffffffu, window.tiles, at);
    int first_unit = __shfl_sync(0xffffffffu, window.begin, at);
    int context = __shfl_sync(0xffffffffu, window.context, at);
    number -= __shfl_sync(0xffffffffu, window.stage, at);
    mine.sequence = window.low + at;
    mine.head = number / stages_of(tiles);
    int index = number - mine.head * stages_of(tiles);
    first_unit += mine.head * tiles;
    int from_unit = max(begin, first_unit + index * WORKERS);
    int to_unit = min(end, first_unit + min(tiles, (index + 1) * WORKERS));
    int first = p.window > 0 ? max(0, context - p.window) : 0;
    int aligned = first / DECODE_ALIGNMENT * DECODE_ALIGNMENT;
    mine.token = aligned + index * STAGE_TOKENS;
    mine.from = max(first, aligned + (from_unit - first_unit) * DECODE_TILE);
    mine.to = min(context, aligned + (to_unit - first_unit) * DECODE_TILE);
    first_index = mine.from / kv.block_tokens;
    const int* table = kv.block_tables + (int64_t)mine.sequence * kv.table_stride + first_index;
#pragma unroll
    for (int i = 0; i < WORKERS; i++) {
      blocks[i] = (first_index + i) * kv.block_tokens < mine.to ? table[i] : 0;
    }
    mine.begins = from_unit == max(begin, first_unit);
    mine.ends = to_unit == min(end, first_unit + tiles);
    mine.final = to_unit == end;
    mine.first_block = block_of(first_unit);
    mine.parts = block_of(first_unit + tiles - 1) - mine.first_block + 1;
    int here = __popc(__ballot_sync(0xffffffffu, next + lane < window.stages && from_unit < end));
    bool more_stages = !__any_sync(0xffffffffu, mine.final);
#if ATTENTION_BULK
    uint64_t policy;
    asm volatile("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(policy));
#endif

    for (int j = 0; j < here; j++, count++) {
      int slot = count % STAGES;
      int round = count / STAGES;
      int sequence = __shfl_sync(0xffffffffu, mine.sequence, j);
      int head = __shfl_sync(0xffffffffu, mine.head, j);
      int token = __shfl_sync(0xffffffffu, mine.token, j);
      int from = __shfl_sync(0xffffffffu, mine.from, j);
      int to = __shfl_sync(0xffffffffu, mine.to, j);
      int begins = __shfl_sync(0xffffffffu, mine.begins, j);
      int piece = lane / (2 * SLABS);
      int piece_start = (__shfl_sync(0xffffffffu, first_index, j) + piece) * kv.block_tokens;
      int block = 0;
#pragma unroll
      for (int i = 0; i < WORKERS; i++) {
        int candidate = __shfl_sync(0xffffffffu, blocks[i], j);
        block = piece == i ? candidate : block;
      }
      if (round > 0) {
        barrier_wait(shared_address(&control.empty[slot]), (round - 1) & 1);
      }
      // Each lane copies a slab of keys or values of the tokens in one block.
      KvSide side = lane / SLABS % 2 == 0 ? KEYS : VALUES;
      int slab = lane % SLABS;
      int piece_from = max(from, piece_start);
      int piece_to = piece < WORKERS ? min(to, piece_start + kv.block_tokens) : piece_from;
      int bytes = max(0, piece_to - piece_from) * TOKEN_BYTES;
      const uint8_t* source = kv_rows(kv, block, side, head) +
                              (slab * kv.block_tokens + piece_from - piece_start) * TOKEN_BYTES;
      uint32_t full = shared_address(&control.full[slot]);
      uint32_t stage = shared_address(ring + slot * STAGE_BYTES);
      uint32_t target = stage + side * SIDE_BYTES + slab * SLAB_BYTES + (piece_from - token) * TOKEN_BYTES;
      uint32_t query_target = stage + 2 * SIDE_BYTES;
      const uint8_t* queries = static_cast<const uint8_t*>(p.qkv) +
                               ((int64_t)sequence * (p.heads + 2 * kv.kv_heads) + head * p.group) * ROW_BYTES;
      if (lane == j) {
        control.stages[slot] = mine;
#if ATTENTION_BULK
        int expected = max(0, to - from) * 2 * ROW_BYTES + (begins ? p.group * ROW_BYTES : 0);
        asm volatile(
            "{\n.reg .b64 state;\nmbarrier.arrive.expect_tx.shared.b64 state, [%0], %1;\n}" ::"r"(full),
            "r"(expected)
            : "memory");
#endif
      }
      __syncwarp();
#if ATTENTION_BULK
      if (begins && lane < p.group) {
        bulk_copy(query_target + lane * QUERY_PITCH, queries + lane * ROW_BYTES, ROW_BYTES, full, policy);
      }
      if (bytes > 0) {
        bulk_copy(target, source, bytes, full, policy);
      }
#else
      if (begins) {
        for (int i = lane; i < p.group * (ROW_BYTES / 16); i += WARP) {
          int row = i / (ROW_BYTES / 16);
          int at = i % (ROW_BYTES / 16) * 16;
          copy_chunk(query_target + row * QUERY_PITCH + at, queries + row * ROW_BYTES + at);
        }
      }
      for (uint32_t owners = __ballot_sync(0xffffffffu, bytes > 0); owners != 0; owners &= owners - 1) {
        int owner = __ffs(owners) - 1;
        const uint8_t* run = reinterpret_cast<const uint8_t*>(
            __shfl_sync(0xffffffffu, reinterpret_cast<uint64_t>(source), owner));
        uint32_t run_target = __shfl_sync(0xffffffffu, target, owner);
        int run_bytes = __shfl_sync(0xffffffffu, bytes, owner);
        for (int i = lane * 16; i < run_bytes; i += WARP * 16) {
          copy_chunk(run_target + i, run + i);
        }
      }
      asm volatile("cp.async.mbarrier.arrive.noinc.shared.b64 [%0];" ::"r"(full) : "memory");
      if (lane == j) {
        barrier_arrive(full);
      }
#endif
    }
    return more_stages;
  }

#if ATTENTION_BULK
  __device__ static void bulk_copy(uint32_t to, const uint8_t* from, int bytes, uint32_t full,
                                   uint64_t policy) {
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint "
        "[%0], [%1], %2, [%3], %4;" ::"r"(to),
        "l"(from), "r"(bytes), "r"(full), "l"(policy)
        : "memory");
  }
#endif

  // ---- the other warps ----

  __device__ static uint32_t row_chunk(uint32_t side, int row, int chunk) {
    return side + kv_chunk(HEAD_DIM, STAGE_TOKENS, row, chunk);
  }

  // Where a worker's result of a head lies while workers are merged; keeps writes of a warp apart.
  __device__ static int merge_place(int head, int row) {
    int key = HEAD_DIM % 32 == 0 ? (head / 2 & 3) << 3 : (head / 2 & 1) << 3;
    return head * HEAD_DIM + (row ^ key);
  }

  __device__ void attend() {
    int lane = threadIdx.x % WARP;
    int worker = threadIdx.x / WARP;
    int row = lane / 4;       // of a fragment: token of scores, element of results
    int column = lane % 4;    // of a fragment: heads 2 column and 2 column + 1
    float factor = p.scale * LOG2E;
    uint32_t query[STEPS][COLUMNS][2];
    float result[STEPS][COLUMNS][4];
    float largest[COLUMNS][2];
    float sum[COLUMNS][2];
    Part left_parts[2];
    left_parts[0].parts = left_parts[1].parts = 0;

    for (int i = 0;; i++) {
      int slot = i % STAGES;
      barrier_wait(shared_address(&control.full[slot]), (i / STAGES) & 1);
      const Stage stage = control.stages[slot];
      uint32_t keys = shared_address(ring + slot * STAGE_BYTES);
      uint32_t values = keys + SIDE_BYTES;
      if (stage.begins) {
        uint32_t queries = values + SIDE_BYTES;
#pragma unroll
        for (int n = 0; n < COLUMNS; n++) {
          int step = 0;
#pragma unroll
          for (; step + 1 < STEPS; step += 2) {
            uint32_t both[4];
            load_matrices(both, queries + (n * 8 + lane % 8) * QUERY_PITCH + (step * 2 + lane / 8) * 16);
            query[step][n][0] = both[0];
            query[step][n][1] = both[1];
            query[step + 1][n][0] = both[2];
            query[step + 1][n][1] = both[3];
          }
          if (step < STEPS) {
            uint32_t both[4];
            load_matrices(both, queries + (n * 8 + lane % 8) * QUERY_PITCH + (step * 2 + lane / 8 % 2) * 16);
            query[step][n][0] = both[0];
            query[step][n][1] = both[1];
          }
          largest[n][0] = largest[n][1] = -INFINITY;
          sum[n][0] = sum[n][1] = 0;
        }
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
#pragma unroll
          for (int n = 0; n < COLUMNS; n++) {
            result[step][n][0] = result[step][n][1] = result[step][n][2] = result[step][n][3] = 0;
          }
        }
      }

      int token = stage.token + worker * DECODE_TILE;
      if (token < stage.to && token + DECODE_TILE > stage.from) {
        float score[2][COLUMNS][4] = {};
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
          uint32_t a[4];
          load_matrices(a, row_chunk(keys, worker * 16 + lane % 16, step * 2 + lane / 16));
#pragma unroll
          for (int n = 0; n < COLUMNS; n++) {
            multiply<T>(score[step % 2][n], a, query[step][n][0], query[step][n][1]);
          }
        }
        bool seen_low = token + row >= stage.from && token + row < stage.to;
        bool seen_high = token + row + 8 >= stage.from && token + row + 8 < stage.to;
        float shrink[COLUMNS][2];
        uint32_t weights[COLUMNS][2];
        bool grown = false;
#pragma unroll
        for (int n = 0; n < COLUMNS; n++) {
          float s[4];
#pragma unroll
          for (int j = 0; j < 4; j++) {
            s[j] = (j < 2 ? seen_low : seen_high) ? (score[0][n][j] + score[1][n][j]) * factor : -INFINITY;
          }
#pragma unroll
          for (int j = 0; j < 2; j++) {
            float top = fmaxf(s[j], s[j + 2]);
#pragma unroll
            for (int offset = 4; offset < WARP; offset *= 2) {
              top = fmaxf(top, __shfl_xor_sync(0xffffffffu, top, offset));
            }
            top = fmaxf(top, largest[n][j]);
            grown |= top > largest[n][j];
            shrink[n][j] = exp2_fast(largest[n][j] - top);
            largest[n][j] = top;
            s[j] = exp2_fast(s[j] - top);
            s[j + 2] = exp2_fast(s[j + 2] - top);
            sum[n][j] = sum[n][j] * shrink[n][j] + s[j] + s[j + 2];
          }
          weights[n][0] = transpose(pack2<T>(s[0], s[1]));
          weights[n][1] = transpose(pack2<T>(s[2], s[3]));
        }
        if (__any_sync(0xffffffffu, grown)) {
#pragma unroll
          for (int step = 0; step < STEPS; step++) {
#pragma unroll
            for (int n = 0; n < COLUMNS; n++) {
#pragma unroll
              for (int j = 0; j < 4; j++) {
                result[step][n][j] *= shrink[n][j % 2];
              }
            }
          }
        }
        // What lies beside the tokens that count is no number one may multiply by zero.
        uint32_t keep[2];
#pragma unroll
        for (int half = 0; half < 2; half++) {
          int t = token + half * 8 + column * 2;
          keep[half] = (t >= stage.from && t < stage.to ? 0xffffu : 0) |
                       (t + 1 >= stage.from && t + 1 < stage.to ? 0xffff0000u : 0);
        }
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
          uint32_t a[4];
          load_transposed(a, row_chunk(values, worker * 16 + lane % 8 + lane / 16 * 8,
                                       step * 2 + lane / 8 % 2));
          a[0] &= keep[0];
          a[1] &= keep[0];
          a[2] &= keep[1];
          a[3] &= keep[1];
#pragma unroll
          for (int n = 0; n < COLUMNS; n++) {
            multiply<T>(result[step][n], a, weights[n][0], weights[n][1]);
          }
        }
      }

      if (stage.ends) {
        finish(stage, reinterpret_cast<float*>(ring + slot * STAGE_BYTES), result, largest, sum, left_parts);
        fence_copy_engine();
      }
      __syncwarp();
      if (lane == 0) {
        barrier_arrive(shared_address(&control.empty[slot]));
      }
      if (stage.final) {
        break;
      }
    }
    if (left_parts[0].parts > 0 || left_parts[1].parts > 0) {
      merge_parts(left_parts);
    }
  }

  // Merges the workers' results of a (sequence, head) in the stage that was just used up, and writes them
  // out or leaves them as a part.
  __device__ void finish(const Stage& stage, float* merge, const float (&result)[STEPS][COLUMNS][4],
                         const float (&largest)[COLUMNS][2], const float (&sum)[COLUMNS][2],
                         Part (&left_parts)[2]) {
    int lane = threadIdx.x % WARP;
    int worker = threadIdx.x / WARP;
    int row = lane / 4;
    int column = lane % 4;
    join_threads(1, WORKER_THREADS);  // all have read the stage, and the control of the last merge
    float* mine = merge + worker * HEADS * HEAD_DIM;
#pragma unroll
    for (int n = 0; n < COLUMNS; n++) {
#pragma unroll
      for (int j = 0; j < 2; j++) {
        int head = n * 8 + column * 2 + j;
        float all = sum[n][j];
#pragma unroll
        for (int offset = 4; offset < WARP; offset *= 2) {
          all += __shfl_xor_sync(0xffffffffu, all, offset);
        }
        if (row == 0) {
          control.largest[worker][head] = largest[n][j];
          control.sum[worker][head] = all;
        }
        if (head < p.group) {
#pragma unroll
          for (int step = 0; step < STEPS; step++) {
            mine[merge_place(head, step * 16 + row)] = result[step][n][j];
            mine[merge_place(head, step * 16 + row + 8)] = result[step][n][j + 2];
          }
        }
      }
    }
    join_threads(1, WORKER_THREADS);

    int first_block = stage.first_block;
    int parts = stage.parts;
    int my_part = blockIdx.x - first_block;
    float* part = p.partials + ((int64_t)blockIdx.x * 2 + (my_part == 0 ? 1 : 0)) * PART_FLOATS;
    T* output = static_cast<T*>(p.output) +
                ((int64_t)stage.sequence * p.heads + stage.head * p.group) * HEAD_DIM;
    for (int item = threadIdx.x; item < p.group * (HEAD_DIM / 4); item += WORKER_THREADS) {
      int head = item / (HEAD_DIM / 4);
      int element = item % (HEAD_DIM / 4) * 4;
      float top = control.largest[0][head];
#pragma unroll
      for (int w = 1; w < WORKERS; w++) {
        top = fmaxf(top, control.largest[w][head]);
      }
      float all = 0;
      float4 value = make_float4(0, 0, 0, 0);
#pragma unroll
      for (int w = 0; w < WORKERS; w++) {
        float weight = part_weight(control.largest[w][head], top);
        all += weight * control.sum[w][head];
        add(value, weight,
            *reinterpret_cast<const float4*>(merge + w * HEADS * HEAD_DIM + merge_place(head, element)));
      }
      if (parts == 1) {
        store(output + head * HEAD_DIM + element, value, 1 / all);
      } else {
        *reinterpret_cast<float4*>(part + head * HEAD_DIM + element) = value;
        if (element == 0) {
          part[HEADS * HEAD_DIM + head] = top;
          part[HEADS * HEAD_DIM + HEADS + head] = all;
        }
      }
    }
    if (parts == 1) {
      return;
    }
    join_threads(1, WORKER_THREADS);
    int arrived = 0;
    if (threadIdx.x == 0) {
      asm volatile("atom.add.acq_rel.gpu.global.u32 %0, [%1], 1;"
                   : "=r"(arrived)
                   : "l"(&p.counters[first_block])
                   : "memory");
    }
    if (my_part == 0) {
      left_parts[1] = Part{output, first_block, parts, arrived};
    } else {
      left_parts[0] = Part{output, first_block, parts, arrived};
    }
  }

  // Merges those of the block's parts of which it was the last to arrive. This is done at the end, for
  // then the answer of an earlier arrival has long come.
  __device__ void merge_parts(const Part (&left_parts)[2]) {
    if (threadIdx.x == 0) {
#pragma unroll
      for (int i = 0; i < 2; i++) {
        control.last[i] = left_parts[i].parts > 0 && left_parts[i].arrived == left_parts[i].parts - 1;
        if (control.last[i]) {
          p.counters[left_parts[i].first_block] = 0;
        }
      }
    }
    join_threads(1, WORKER_THREADS);
#pragma unroll
    for (int i = 0; i < 2; i++) {
      if (control.last[i]) {
        merge_part(left_parts[i].output, left_parts[i].first_block, left_parts[i].parts);
      }
    }
  }

  __device__ void merge_part(T* output, int first_block, int parts) {
    for (int item = threadIdx.x; item < p.group * (HEAD_DIM / 4); item += WORKER_THREADS) {
      int head = item / (HEAD_DIM / 4);
      int element = item % (HEAD_DIM / 4) * 4;
      constexpr int AT_ONCE = 8;
      float top = -INFINITY;
      float all = 0;
      float4 value = make_float4(0, 0, 0, 0);
      for (int start = 0; start < parts; start += AT_ONCE) {
        float tops[AT_ONCE];
        float sums[AT_ONCE];
        float4 values[AT_ONCE];
#pragma unroll
        for (int i = 0; i < AT_ONCE; i++) {
          int other = min(start + i, parts - 1);
          const float* from =
              p.partials + ((int64_t)(first_block + other) * 2 + (other == 0 ? 1 : 0)) * PART_FLOATS;
          values[i] = __ldcg(reinterpret_cast<const float4*>(from + head * HEAD_DIM + element));
          tops[i] = start + i < parts ? __ldcg(from + HEADS * HEAD_DIM + head) : -INFINITY;
          sums[i] = __ldcg(from + HEADS * HEAD_DIM + HEADS + head);
        }
        float new_top = top;
#pragma unroll
        for (int i = 0; i < AT_ONCE; i++) {
          new_top = fmaxf(new_top, tops[i]);
        }
        float shrink = part_weight(top, new_top);
        top = new_top;
        all *= shrink;
        value = make_float4(value.x * shrink, value.y * shrink, value.z * shrink, value.w * shrink);
#pragma unroll
        for (int i = 0; i < AT_ONCE; i++) {
          float weight = part_weight(tops[i], top);
          all += weight * sums[i];
          add(value, weight, values[i]);
        }
      }
      store(output + head * HEAD_DIM + element, value, 1 / all);
    }
  }

  // A part without a token has no largest score; there may be nothing but such parts so far.
  __device__ static float part_weight(float largest, float top) {
    return largest == -INFINITY ? 0 : exp2_fast(largest - top);
  }

  __device__ static void add(float4& sum, float weight, const float4& x) {
    sum.x += weight * x.x;
    sum.y += weight * x.y;
    sum.z += weight * x.z;
    sum.w += weight * x.w;
  }

  __device__ static void store(T* to, const float4& x, float factor) {
    *reinterpret_cast<uint2*>(to) =
        make_uint2(pack2<T>(x.x * factor, x.y * factor), pack2<T>(x.z * factor, x.w * factor));
  }

  __device__ void run() {
    dependents_may_start();
    if (threadIdx.x == 0) {
      for (int slot = 0; slot < STAGES; slot++) {
        barrier_init(shared_address(&control.full[slot]), ATTENTION_BULK ? 1 : WARP + 1);
        barrier_init(shared_address(&control.empty[slot]), WORKERS);
      }
      barrier_init_done();
    }
    __syncthreads();
    wait_for_predecessors();
    // What the copying warp needs to find its place is read along with the total.
    bool copies = threadIdx.x >= WORKER_THREADS;
    Window window;
    int probe = 0;
    if (copies) {
      if (p.sequences > WARP) {
        probe = first_unit(threadIdx.x % WARP * ((p.sequences + WARP - 1) / WARP));
      } else {
        window = window_at(0);
      }
    }
    int total = first_unit(p.sequences);
    blocks = min((int)gridDim.x, (total + MIN_UNITS - 1) / MIN_UNITS);
    if ((int)blockIdx.x >= blocks) {
      return;
    }
    share = total / blocks;
    more = total - share * blocks;
    begin = begin_of(blockIdx.x);
    end = begin_of(blockIdx.x + 1);
    if (copies) {
      copy_units(window, probe);
    } else {
      attend();
    }
  }
};

}  // namespace

#define DECODE_OF(NAME, HEAD_DIM, HEADS, STAGE_TOKENS, STAGES, THREADS, SHARED, TYPE)            \
  extern "C" __global__ void __launch_bounds__(THREADS, 1)                                        \
      NAME##_##HEAD_DIM##x##HEADS##_##TYPE(__grid_constant__ const DecodeParams p) {              \
    extern __shared__ __align__(128) uint8_t shared[];                                            \
    using Kernel = Decode<TYPE, HEAD_DIM, HEADS, STAGE_TOKENS, STAGES, THREADS>;                  \
    static_assert(Kernel::SHARED_BYTES == SHARED);                                                \
    Kernel(p, shared).run();                                                                      \
  }
#define DECODE(HEAD_DIM, HEADS, STAGE_TOKENS, STAGES, THREADS, SHARED)                              \
  DECODE_OF(attention_decode, HEAD_DIM, HEADS, STAGE_TOKENS, STAGES, THREADS, SHARED, bf16)         \
  DECODE_OF(attention_decode, HEAD_DIM, HEADS, STAGE_TOKENS, STAGES, THREADS, SHARED, f16)
#define DECODE_SMALL(HEAD_DIM, HEADS, STAGE_TOKENS, STAGES, THREADS, SHARED)                        \
  DECODE_OF(attention_decode_small, HEAD_DIM, HEADS, STAGE_TOKENS, STAGES, THREADS, SHARED, bf16)   \
  DECODE_OF(attention_decode_small, HEAD_DIM, HEADS, STAGE_TOKENS, STAGES, THREADS, SHARED, f16)
#include "attention.def"
