// Rotary position embedding: tables of angles; rotating queries and keys while keys and values go to the
// KV pool; rotating rows that no pool keeps.
#include "kv_cache.cuh"

// Pair i of a token is turned by position * inverse_frequencies[set][i] radians, with its position on the
// axis of the pair.
// Grid ceil(tokens * rotary_dim / 2 / 256), 256 threads.
struct RotaryTableParams {  // 64 bytes
  float* table;                       // [tokens][rotary_dim]: cosines of all pairs, then their sines
  const int* positions;               // [axes][stride], of which the first tokens count
  const int* axes;                    // [rotary_dim / 2] the axis of each pair, or null: 0 for all
  const double* inverse_frequencies;  // [sets][rotary_dim / 2]
  const float* factors;               // [sets] factor of sine and cosine
  const int* frequency_set;           // [tokens], or null: set 0 for all
  int tokens;
  int rotary_dim;
  int stride;
  int reserved;
};

// Grid (ceil(items / 128), tokens), 128 threads. An item is one 16-byte chunk, or one pair of chunks that
// is turned together:
//   vectors = head_dim % 8 == 0 && rotary_dim % (interleaved ? 8 : 16) == 0; unit = vectors ? 8 : 1
//   turned = interleaved && vectors ? rotary_dim / 8 : rotary_dim / 2 / unit
//   items = (heads + kv_heads) * (turned + (head_dim - rotary_dim) / unit) + kv_heads * head_dim / unit
struct RotateParams {  // 104 bytes
  KvView kv;
  void* qkv;                  // [tokens][(heads + 2 kv_heads) * head_dim]
  const float* table;         // of rotary_table
  const int* positions;       // [tokens]
  const int* token_sequence;  // [tokens]
  const int* context;         // [sequences]; tokens of a sequence with 0 are left out
  int heads;
  int rotary_dim;
  int interleaved;            // 0: elements i and i + rotary_dim / 2 are a pair; 1: 2i and 2i + 1
  int reserved;
};

// Grid (rows, ceil(items / 128)), 128 threads; items = heads * turned, units as above.
struct RotateRowsParams {  // 40 bytes
  void* rows;          // [rows][columns], the heads that are rotated first
  const float* table;  // of rotary_table
  int heads;           // of queries and keys
  int head_dim;
  int columns;
  int rotary_dim;
  int interleaved;     // 0: elements i and i + rotary_dim / 2 are a pair; 1: 2i and 2i + 1
  int reserved;
};

namespace {

template <typename T>
__device__ __forceinline__ void turn(T& a, T& b, float cosine, float sine) {
  float x = to_float(a);
  float y = to_float(b);
  a = from_float<T>(x * cosine - y * sine);
  b = from_float<T>(y * cosine + x * sine);
}

template <typename T, int UNIT>
struct alignas(sizeof(T) * UNIT) Chunk {
  T values[UNIT];
};

template <int UNIT>
struct alignas(UNIT >= 4 ? 16 : sizeof(float) * UNIT) Angles {
  float values[UNIT];
};

// Turns the pairs of two units, or those inside of one.
template <typename T, int UNIT>
__device__ __forceinline__ void turn_units(Chunk<T, UNIT>& a, Chunk<T, UNIT>& b, const float* cosines, const float* sines,
                                           int within, bool inside) {
  if (inside) {
    constexpr int PAIRS = UNIT > 1 ? UNIT / 2 : 1;
    Angles<PAIRS> cosine = reinterpret_cast<const Angles<PAIRS>*>(cosines)[within];
    Angles<PAIRS> sine = reinterpret_cast<const Angles<PAIRS>*>(sines)[within];
#pragma unroll
    for (int i = 0; i < UNIT / 2; i++) {
      turn(a.values[2 * i], a.values[2 * i + 1], cosine.values[i], sine.values[i]);
    }
  } else {
    Angles<UNIT> cosine = reinterpret_cast<const Angles<UNIT>*>(cosines)[within];
    Angles<UNIT> sine = reinterpret_cast<const Angles<UNIT>*>(sines)[within];
#pragma unroll
    for (int i = 0; i < UNIT; i++) {
      turn(a.values[i], b.values[i], cosine.values[i], sine.values[i]);
    }
  }
}

// All indices count units of UNIT elements.
template <typename T, int UNIT>
__device__ void rotate_and_store(const RotateParams& p, int token) {
  using Unit = Chunk<T, UNIT>;
  const KvView& kv = p.kv;
  int head_units = kv.head_dim / UNIT;
  bool inside = p.interleaved && UNIT > 1;  // both elements of a pair lie in one unit
  int turned = inside ? p.rotary_dim / UNIT : p.rotary_dim / 2 / UNIT;
  int per_head = turned + (kv.head_dim - p.rotary_dim) / UNIT;
  int item = blockIdx.x * blockDim.x + threadIdx.x;
  int turned_items = (p.heads + kv.kv_heads) * per_head;
  if (item >= turned_items + kv.kv_heads * head_units) {
    return;
  }
  bool is_value = item >= turned_items;
  int within = is_value ? item - turned_items : item;
  int head = within / (is_value ? head_units : per_head);
  within -= head * (is_value ? head_units : per_head);
  bool pass = is_value || within >= turned;
  if (pass && !is_value && head < p.heads) {
    return;  // these elements of a query stay as they are
  }

  int first = within;
  int second = within;
  if (!pass && !inside) {
    first = p.interleaved ? 2 * within : within;
    second = p.interleaved ? first + 1 : within + turned;
  } else if (pass && !is_value) {
    first = second = p.rotary_dim / UNIT + within - turned;
  }

  int sequence = p.token_sequence[token];
  int position = p.positions[token];
  int fused_head = is_value ? p.heads + kv.kv_heads + head : head;
  int64_t row = (int64_t)token * (p.heads + 2 * kv.kv_heads) * head_units;
  Unit* units = static_cast<Unit*>(p.qkv) + row + fused_head * head_units;
  Unit a = units[first];
  Unit b = units[second];
  bool padding = p.context[sequence] == 0;  // asked after the loads above are on their way
  if (!pass) {
    const float* cosines = p.table + (int64_t)token * p.rotary_dim;
    const float* sines = cosines + p.rotary_dim / 2;
    turn_units(a, b, cosines, sines, within, inside);
    if (!padding) {
      units[first] = a;
      if (!inside) {
        units[second] = b;
      }
    }
  }
  if (fused_head < p.heads || padding) {
    return;
  }
  int kv_head = is_value ? head : head - p.heads;
  uint8_t* rows = kv_rows(kv, kv_block(kv, sequence, position), is_value ? VALUES : KEYS, kv_head);
  int in_block = position % kv.block_tokens;
  auto stored = [&](int unit) -> Unit& {
    int element = unit * UNIT;
    int at = kv_chunk(kv.head_dim, kv.block_tokens, in_block, element / 8) + element % 8 * sizeof(T);
    return *reinterpret_cast<Unit*>(rows + at);
  };
  stored(first) = a;
  if (second != first) {
    stored(second) = b;
  }
}

template <typename T, int UNIT>
__device__ void rotate_rows(const RotateRowsParams& p) {
  using Unit = Chunk<T, UNIT>;
  bool inside = p.interleaved && UNIT > 1;  // both elements of a pair lie in one unit
  int turned = inside ? p.rotary_dim / UNIT : p.rotary_dim / 2 / UNIT;
  int item = blockIdx.y * blockDim.x + threadIdx.x;
  if (item >= p.heads * turned) {
    return;
  }
  int head = item / turned;
  int within = item - head * turned;
  int first = p.interleaved && !inside ? 2 * within : within;
  int second = inside ? first : (p.interleaved ? first + 1 : first + turned);
  int64_t row = blockIdx.x;
  Unit* units = static_cast<Unit*>(p.rows) + (row * p.columns + head * p.head_dim) / UNIT;
  Unit a = units[first];
  Unit b = units[second];
  const float* cosines = p.table + row * p.rotary_dim;
  turn_units(a, b, cosines, cosines + p.rotary_dim / 2, within, inside);
  units[first] = a;
  if (!inside) {
    units[second] = b;
  }
}

template <typename T>
__device__ void rotate_rows(const RotateRowsParams& p) {
  dependents_may_start();
  wait_for_predecessors();
  if (p.head_dim % 8 == 0 && p.rotary_dim % (p.interleaved ? 8 : 16) == 0) {
    rotate_rows<T, 8>(p);
  } else {
    rotate_rows<T, 1>(p);
  }
}

template <typename T>
__device__ void rotate_and_store(const RotateParams& p) {
  dependents_may_start();
  wait_for_predecessors();
  if (p.kv.head_dim % 8 == 0 && p.rotary_dim % (p.interleaved ? 8 : 16) == 0) {
    rotate_and_store<T, 8>(p, blockIdx.y);
  } else {
    rotate_and_store<T, 1>(p, blockIdx.y);
  }
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256) rotary_table(RotaryTableParams p) {
  dependents_may_start();
  wait_for_predecessors();
  int pairs = p.rotary_dim / 2;
  int64_t index = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= (int64_t)p.tokens * pairs) {
    return;
  }
  int token = index / pairs;
  int pair = index % pairs;
  int set = p.frequency_set == nullptr ? 0 : p.frequency_set[token];
  double sine;
  double cosine;
  int axis = p.axes == nullptr ? 0 : p.axes[pair];
  int position = p.positions[(int64_t)axis * p.stride + token];
  sincos(position * p.inverse_frequencies[(int64_t)set * pairs + pair], &sine, &cosine);
  double factor = p.factors[set];
  float* row = p.table + (int64_t)token * p.rotary_dim;
  row[pair] = (float)(cosine * factor);
  row[pairs + pair] = (float)(sine * factor);
}

extern "C" __global__ void __launch_bounds__(128) rotate_rows_bf16(RotateRowsParams p) {
  rotate_rows<bf16>(p);
}

extern "C" __global__ void __launch_bounds__(128) rotate_rows_f16(RotateRowsParams p) {
  rotate_rows<f16>(p);
}

extern "C" __global__ void __launch_bounds__(128) rotate_and_store_bf16(RotateParams p) {
  rotate_and_store<bf16>(p);
}

extern "C" __global__ void __launch_bounds__(128) rotate_and_store_f16(RotateParams p) {
  rotate_and_store<f16>(p);
}
