// Decode attention: one new token a sequence, its keys and values streamed once through shared memory.
//
// The new token's query and key are rotated here, and its key and value written to the cache: a kernel
// for that alone would take as long as a tenth of a short attention. So what is in the cache does not
// depend on the kernel before, and its first stages are copied while that one still runs.
//
// All (sequence, kv head, tile) units of a step lie in one line that is cut into equal runs, one a block
// of the grid. In a block one warp copies stages of up to STAGE_TOKENS tokens ahead through a ring; each
// of the other warps takes one tile of every stage and keeps its own running maximum, sum and result, so
// that they meet only where a run or the tiles of a (sequence, kv head) end. Tokens are the M side of the
// matrix products and the query heads of the group the N side. Where a (sequence, kv head) is shared by
// several blocks, the one that has its first tokens merges all parts in the order of tokens: for that block
// it is the last work, for the others the first, so that it seldom has to wait.
#include "attention.cuh"
#include "attention_mma.cuh"
#include "partial_sums.cuh"

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
  int kv_block;     // block of the cache that gets the new token if it is in the stage, else -1
};

template <typename T, int HEAD_DIM, int HEADS, int STAGE_TOKENS, int STAGES, int THREADS>
struct Decode {
  static constexpr int WORKERS = STAGE_TOKENS / DECODE_TILE;
  static constexpr int WORKER_THREADS = WORKERS * WARP;
  static constexpr int ROW_BYTES = HEAD_DIM * 2;
  static constexpr int SIDE_BYTES = STAGE_TOKENS * ROW_BYTES;
  static constexpr int CHUNKS = HEAD_DIM / 8;         // of 16 bytes in a row
  static constexpr int ROW_PITCH = ROW_BYTES + 16;    // rows of queries lie in different banks
  static constexpr int ANGLE_BYTES = HEAD_DIM * 4;
  // Of the new token: queries, key, value, cosines and sines.
  static constexpr int KEY_ROW = HEADS;
  static constexpr int VALUE_ROW = HEADS + 1;
  static constexpr int ANGLES = (HEADS + 2) * ROW_PITCH;
  static constexpr int STAGE_BYTES = 2 * SIDE_BYTES + ANGLES + ANGLE_BYTES;
  static constexpr int SHARED_BYTES = STAGES * STAGE_BYTES + CONTROL_BYTES;
  static constexpr int STEPS = HEAD_DIM / 16;
  static constexpr int COLUMNS = HEADS / 8;  // groups of 8 heads
  static constexpr int SLABS = kv_slabs(HEAD_DIM);
  static constexpr int TOKEN_BYTES = kv_token_bytes(HEAD_DIM);
  static constexpr int SLAB_BYTES = STAGE_TOKENS * TOKEN_BYTES;
  static constexpr int MIN_UNITS = 4;  // of a block; fewer are not worth a part to merge
  static constexpr int ITEMS = HEADS * HEAD_DIM / 4;  // of four elements of a head
  static constexpr int PARTS_AT_ONCE = 4;
  static_assert(THREADS == WORKER_THREADS + WARP && DECODE_ALIGNMENT % STAGE_TOKENS == 0);

  struct Control {
    uint64_t full[STAGES];
    uint64_t empty[STAGES];
    Stage stages[STAGES];
    float largest[WORKERS][HEADS];
    float sum[WORKERS][HEADS];
  };
  static_assert(sizeof(Control) <= CONTROL_BYTES);

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
    bool has_new = mine.to == context;
    mine.kv_block = has_new ? table[(context - 1) / kv.block_tokens - first_index] : -1;
    mine.first_block = block_of(first_unit);
    mine.parts = block_of(first_unit + tiles - 1) - mine.first_block + 1;
    int here = __popc(__ballot_sync(0xffffffffu, next + lane < window.stages && from_unit < end));
    bool more_stages = !__any_sync(0xffffffffu, mine.final);
#if ATTENTION_BULK
    uint64_t once;
    uint64_t often;  // other heads and layers read the same
    asm volatile("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(once));
    asm volatile("createpolicy.fractional.L2::evict_normal.b64 %0, 1.0;" : "=l"(often));
#endif

    // The first stages' tokens of the cache are copied before the kernel before is over, what it makes of
    // the new tokens afterwards.
    int early = ATTENTION_BULK && p.early && count == 0 ? min(here, STAGES) : 0;
    for (int i = 0; i < early + here; i++) {
      bool new_rows = i >= early;
      int j = new_rows ? i - early : i;
      bool cached = !new_rows || j >= early;
      if (new_rows && count == 0) {
        wait_for_predecessors();
      }
      int slot = (new_rows ? count : j) % STAGES;
      int round = new_rows ? count / STAGES : 0;
      int sequence = __shfl_sync(0xffffffffu, mine.sequence, j);
      int head = __shfl_sync(0xffffffffu, mine.head, j);
      int token = __shfl_sync(0xffffffffu, mine.token, j);
      int from = __shfl_sync(0xffffffffu, mine.from, j);
      int to = __shfl_sync(0xffffffffu, mine.to, j);
      int begins = __shfl_sync(0xffffffffu, mine.begins, j);
      bool has_new = __shfl_sync(0xffffffffu, mine.kv_block, j) >= 0;
      uint32_t full = shared_address(&control.full[slot]);
      uint32_t stage = shared_address(ring + slot * STAGE_BYTES);
      bool turns = p.table != nullptr && (begins || has_new);
      if (cached) {
        int piece = lane / (2 * SLABS);
        int piece_start = (__shfl_sync(0xffffffffu, first_index, j) + piece) * kv.block_tokens;
        int block = 0;
#pragma unroll
        for (int k = 0; k < WORKERS; k++) {
          int candidate = __shfl_sync(0xffffffffu, blocks[k], j);
          block = piece == k ? candidate : block;
        }
        if (round > 0) {
          barrier_wait(shared_address(&control.empty[slot]), (round - 1) & 1);
        }
        // Each lane copies a slab of keys or values of the tokens in one block.
        int last = has_new ? to - 1 : to;
        KvSide side = lane / SLABS % 2 == 0 ? KEYS : VALUES;
        int slab = lane % SLABS;
        int piece_from = max(from, piece_start);
        int piece_to = piece < WORKERS ? min(last, piece_start + kv.block_tokens) : piece_from;
        int bytes = max(0, piece_to - piece_from) * TOKEN_BYTES;
        const uint8_t* source = kv_rows(kv, block, side, head) +
                                (slab * kv.block_tokens + piece_from - piece_start) * TOKEN_BYTES;
        uint32_t target = stage + side * SIDE_BYTES + slab * SLAB_BYTES + (piece_from - token) * TOKEN_BYTES;
        if (lane == j) {
          control.stages[slot] = mine;
#if ATTENTION_BULK
          int expected = max(0, last - from) * 2 * ROW_BYTES + (begins ? p.group * ROW_BYTES : 0) +
                         (has_new ? 2 * ROW_BYTES : 0) + (turns ? p.rotary_dim * 4 : 0);
          asm volatile(
              "{\n.reg .b64 state;\nmbarrier.arrive.expect_tx.shared.b64 state, [%0], %1;\n}" ::"r"(full),
              "r"(expected)
              : "memory");
#endif
        }
        __syncwarp();
#if ATTENTION_BULK
        if (bytes > 0) {
          bulk_copy(target, source, bytes, full, once);
        }
#else
        for (uint32_t owners = __ballot_sync(0xffffffffu, bytes > 0); owners != 0; owners &= owners - 1) {
          int owner = __ffs(owners) - 1;
          const uint8_t* run = reinterpret_cast<const uint8_t*>(
              __shfl_sync(0xffffffffu, reinterpret_cast<uint64_t>(source), owner));
          uint32_t run_target = __shfl_sync(0xffffffffu, target, owner);
          int run_bytes = __shfl_sync(0xffffffffu, bytes, owner);
          for (int k = lane * 16; k < run_bytes; k += WARP * 16) {
            copy_chunk(run_target + k, run + k);
          }
        }
#endif
      }
      if (new_rows) {
        // Lane r copies row r: the group's queries, the key, the value, the angles.
        uint32_t target = stage + 2 * SIDE_BYTES + lane * ROW_PITCH;
        int row = head * p.group + lane;
        int bytes = begins && lane < p.group ? ROW_BYTES : 0;
        if (has_new && (lane == KEY_ROW || lane == VALUE_ROW)) {
          row = p.heads + head + (lane == VALUE_ROW ? kv.kv_heads : 0);
          bytes = ROW_BYTES;
        }
        const void* source = static_cast<const uint8_t*>(p.qkv) +
                             ((int64_t)sequence * (p.heads + 2 * kv.kv_heads) + row) * ROW_BYTES;
        if (turns && lane == VALUE_ROW + 1) {
          source = p.table + (int64_t)sequence * p.rotary_dim;
          bytes = p.rotary_dim * 4;
        }
#if ATTENTION_BULK
        if (bytes > 0) {
          bulk_copy(target, source, bytes, full, often);
        }
#else
        for (int k = 0; k < bytes; k += 16) {
          copy_chunk(target + k, static_cast<const uint8_t*>(source) + k);
        }
        asm volatile("cp.async.mbarrier.arrive.noinc.shared.b64 [%0];" ::"r"(full) : "memory");
        if (lane == j) {
          barrier_arrive(full);
        }
#endif
        count++;
      }
    }
    return more_stages;
  }

#if ATTENTION_BULK
  __device__ static void bulk_copy(uint32_t to, const void* from, int bytes, uint32_t full, uint64_t policy) {
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

  // Turns a pair of numbers by an angle.
  __device__ static void turn(float& a, float& b, float cosine, float sine) {
    float x = a;
    a = x * cosine - b * sine;
    b = b * cosine + x * sine;
  }

  // Rotates the queries of a fragment: lane / 4 is the head, and its elements of unit u, of 8 elements, are
  // 8 u + lane % 4 * 2 and the next.
  __device__ void rotate_queries(uint32_t (&query)[STEPS][COLUMNS][2], const float* angles) const {
    int element = threadIdx.x % 4 * 2;
    if (p.interleaved) {
#pragma unroll
      for (int u = 0; u < CHUNKS; u++) {
        int pair = (u * 8 + element) / 2;
        if (pair < p.rotary_dim / 2) {
          float cosine = angles[pair];
          float sine = angles[p.rotary_dim / 2 + pair];
#pragma unroll
          for (int n = 0; n < COLUMNS; n++) {
            float2 ab = unpack2<T>(query[u / 2][n][u % 2]);
            turn(ab.x, ab.y, cosine, sine);
            query[u / 2][n][u % 2] = pack2<T>(ab.x, ab.y);
          }
        }
      }
      return;
    }
    constexpr int HALF = CHUNKS / 2;
#pragma unroll
    for (int u = 0; u < HALF; u++) {
      float2 cosine = *reinterpret_cast<const float2*>(angles + u * 8 + element);
      float2 sine = *reinterpret_cast<const float2*>(angles + HEAD_DIM / 2 + u * 8 + element);
#pragma unroll
      for (int n = 0; n < COLUMNS; n++) {
        uint32_t& first = query[u / 2][n][u % 2];
        uint32_t& second = query[(u + HALF) / 2][n][(u + HALF) % 2];
        float2 a = unpack2<T>(first);
        float2 b = unpack2<T>(second);
        turn(a.x, b.x, cosine.x, sine.x);
        turn(a.y, b.y, cosine.y, sine.y);
        first = pack2<T>(a.x, a.y);
        second = pack2<T>(b.x, b.y);
      }
    }
  }

  // Puts the new token's key and value to the stage's others and into the cache.
  __device__ void add_new_token(const Stage& stage, uint8_t* memory) const {
    const uint8_t* rows = memory + 2 * SIDE_BYTES;
    const float* angles = reinterpret_cast<const float*>(rows + ANGLES);
    int position = stage.to - 1;
    int row = position - stage.token;
    int in_block = position % p.kv.block_tokens;
    for (int i = threadIdx.x % WARP; i < 2 * CHUNKS; i += WARP) {
      KvSide side = i < CHUNKS ? KEYS : VALUES;
      int chunk = i % CHUNKS;
      const uint4* source =
          reinterpret_cast<const uint4*>(rows + (side == KEYS ? KEY_ROW : VALUE_ROW) * ROW_PITCH);
      uint4 packed = source[chunk];
      if (side == KEYS && p.table != nullptr) {
        packed = p.interleaved ? rotated_pairs(packed, chunk, angles)
                               : rotated_halves(packed, source[(chunk + CHUNKS / 2) % CHUNKS], chunk, angles);
      }
      *reinterpret_cast<uint4*>(memory + side * SIDE_BYTES + kv_chunk(HEAD_DIM, STAGE_TOKENS, row, chunk)) =
          packed;
      if (p.table != nullptr) {
        uint8_t* block = kv_rows(p.kv, stage.kv_block, side, stage.head);
        *reinterpret_cast<uint4*>(block + kv_chunk(HEAD_DIM, p.kv.block_tokens, in_block, chunk)) = packed;
      }
    }
    __syncwarp();
  }

  // A chunk of a key of which elements i and i + HEAD_DIM / 2 are pairs; `other` has the partners.
  __device__ static uint4 rotated_halves(uint4 own, uint4 other, int chunk, const float* angles) {
    uint32_t a[4] = {own.x, own.y, own.z, own.w};
    uint32_t b[4] = {other.x, other.y, other.z, other.w};
    bool second = chunk >= CHUNKS / 2;
    const float* cosines = angles + (second ? chunk - CHUNKS / 2 : chunk) * 8;
    const float* sines = cosines + HEAD_DIM / 2;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      float2 x = unpack2<T>(a[i]);
      float2 y = unpack2<T>(b[i]);
      if (second) {
        turn(y.x, x.x, cosines[2 * i], sines[2 * i]);
        turn(y.y, x.y, cosines[2 * i + 1], sines[2 * i + 1]);
      } else {
        turn(x.x, y.x, cosines[2 * i], sines[2 * i]);
        turn(x.y, y.y, cosines[2 * i + 1], sines[2 * i + 1]);
      }
      a[i] = pack2<T>(x.x, x.y);
    }
    return make_uint4(a[0], a[1], a[2], a[3]);
  }

  // A chunk of a key of which elements 2 i and 2 i + 1 are pairs.
  __device__ uint4 rotated_pairs(uint4 own, int chunk, const float* angles) const {
    uint32_t a[4] = {own.x, own.y, own.z, own.w};
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int pair = chunk * 4 + i;
      if (pair < p.rotary_dim / 2) {
        float2 x = unpack2<T>(a[i]);
        turn(x.x, x.y, angles[pair], angles[p.rotary_dim / 2 + pair]);
        a[i] = pack2<T>(x.x, x.y);
      }
    }
    return make_uint4(a[0], a[1], a[2], a[3]);
  }

  __device__ void attend() {
    wait_for_predecessors();
    int lane = threadIdx.x % WARP;
    int worker = threadIdx.x / WARP;
    int row = lane / 4;       // of a fragment: token of scores, element of results
    int column = lane % 4;    // of a fragment: heads 2 column and 2 column + 1
    float factor = p.scale * LOG2E;
    uint32_t query[STEPS][COLUMNS][2];
    float result[STEPS][COLUMNS][4];
    float largest[COLUMNS][2];
    float sum[COLUMNS][2];

    for (int i = 0;; i++) {
      int slot = i % STAGES;
      barrier_wait(shared_address(&control.full[slot]), (i / STAGES) & 1);
      const Stage stage = control.stages[slot];
      uint8_t* memory = ring + slot * STAGE_BYTES;
      uint32_t keys = shared_address(memory);
      uint32_t values = keys + SIDE_BYTES;
      if (stage.begins) {
        uint32_t queries = values + SIDE_BYTES;
#pragma unroll
        for (int n = 0; n < COLUMNS; n++) {
          int step = 0;
#pragma unroll
          for (; step + 1 < STEPS; step += 2) {
            uint32_t both[4];
            load_matrices(both, queries + (n * 8 + lane % 8) * ROW_PITCH + (step * 2 + lane / 8) * 16);
            query[step][n][0] = both[0];
            query[step][n][1] = both[1];
            query[step + 1][n][0] = both[2];
            query[step + 1][n][1] = both[3];
          }
          if (step < STEPS) {
            uint32_t both[4];
            load_matrices(both, queries + (n * 8 + lane % 8) * ROW_PITCH + (step * 2 + lane / 8 % 2) * 16);
            query[step][n][0] = both[0];
            query[step][n][1] = both[1];
          }
          largest[n][0] = largest[n][1] = -INFINITY;
          sum[n][0] = sum[n][1] = 0;
        }
        if (p.table != nullptr) {
          rotate_queries(query, reinterpret_cast<const float*>(memory + 2 * SIDE_BYTES + ANGLES));
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
        if (stage.kv_block >= 0 && token + DECODE_TILE >= stage.to) {
          add_new_token(stage, memory);
        }
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
        finish(stage, reinterpret_cast<float*>(memory), result, largest, sum);
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
  }

  // Merges the workers' results of a (sequence, head) in the stage that was just used up, and writes them
  // out, if need be with those of other blocks, or hands them to the block that does.
  __device__ void finish(const Stage& stage, float* merge, const float (&result)[STEPS][COLUMNS][4],
                         const float (&largest)[COLUMNS][2], const float (&sum)[COLUMNS][2]) {
    int lane = threadIdx.x % WARP;
    int worker = threadIdx.x / WARP;
    int row = lane / 4;
    int column = lane % 4;
    join_threads(1, WORKER_THREADS);  // all have read the stage, and what the last merge wrote
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
      if (stage.parts > 1) {
        if ((int)blockIdx.x != stage.first_block) {
          uint4* place = place_of(blockIdx.x, item);
          partial_give(place, value.x, value.y, value.z, value.w);
          partial_give(place + ITEMS, top, all, 0, 0);
          continue;
        }
        take_parts(stage, item, value, top, all);
      }
      store(output + head * HEAD_DIM + element, value, 1 / all);
    }
  }

  // Where a block leaves its part of an item: the elements, and ITEMS further the largest score and the sum.
  __device__ uint4* place_of(int block, int item) const {
    return reinterpret_cast<uint4*>(p.partials) + (int64_t)block * 2 * ITEMS + item;
  }

  // Adds what the other blocks that have parts hand over.
  __device__ void take_parts(const Stage& stage, int item, float4& value, float& top, float& all) const {
    for (int start = 1; start < stage.parts; start += PARTS_AT_ONCE) {
      uint4 values[PARTS_AT_ONCE];
      uint4 others[PARTS_AT_ONCE];
      bool here;
      do {
        here = true;
#pragma unroll
        for (int i = 0; i < PARTS_AT_ONCE; i++) {
          if (start + i < stage.parts) {
            const uint4* place = place_of(stage.first_block + start + i, item);
            values[i] = partial_read(place);
            others[i] = partial_read(place + ITEMS);
            here &= partial_is_here(values[i]) && partial_is_here(others[i]);
          }
        }
      } while (!here);
#pragma unroll
      for (int i = 0; i < PARTS_AT_ONCE; i++) {
        if (start + i < stage.parts) {
          uint4* place = place_of(stage.first_block + start + i, item);
          partial_empty(place);
          partial_empty(place + ITEMS);
          float other_top = __uint_as_float(others[i].x);
          float new_top = fmaxf(top, other_top);
          float shrink = part_weight(top, new_top);
          float weight = part_weight(other_top, new_top);
          top = new_top;
          all = all * shrink + weight * __uint_as_float(others[i].y);
          value = make_float4(value.x * shrink, value.y * shrink, value.z * shrink, value.w * shrink);
          add(value, weight,
              make_float4(__uint_as_float(values[i].x), __uint_as_float(values[i].y),
                          __uint_as_float(values[i].z), __uint_as_float(values[i].w)));
        }
      }
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
    // How the work is cut came to the device before the step began: no kernel of the step makes it.
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
      wait_for_predecessors();
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
  extern "C" __global__ void __launch_bounds__(THREADS, 2)                                        \
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
