// Parameters of the attention kernels; what they mean is said once here, names and launch sizes are in
// attention.def.
//
// Fused rows are [tokens][(heads + 2 kv_heads) * head_dim]: queries, keys, values, already rotated but for
// decoding with a table; they begin at multiples of 16 bytes where head_dim is a multiple of 8. Outputs are [tokens][heads * head_dim].
// A window w > 0 lets position p see only the positions above p - w; 0 means all.
// A sequence whose context is 0 is padding: nothing of it is read, its output is left as it is.
#pragma once

#include "kv_cache.cuh"

// Tokens by which the host cuts the work of decoding, and to which the first tile is aligned.
constexpr int DECODE_TILE = 16;
constexpr int DECODE_ALIGNMENT = 64;

// Decoding: row s of qkv and output is the one new token of sequence s.
//
// The host gives tile_start[0] = 0, tile_start[s + 1] = tile_start[s] + tiles of sequence s, where
//   first = window > 0 ? max(0, context - window) : 0, rounded down to a multiple of DECODE_ALIGNMENT
//   tiles = context == 0 ? 0 : (context - first - 1) / DECODE_TILE + 1
// Units of work are (sequence, kv head, tile) in that order; each block of the grid takes an equal run of
// units. The grid is at most what the device holds at once. There may be 2^31 units.
//
// With a table of rotary_table, whose row s is that of sequence s, the kernel rotates queries and keys and
// writes keys and values to the cache; without, rotate_and_store did. It takes what RoPE does to whole
// heads (rotary_dim == head_dim) or, interleaved, to any multiple of 4 elements.
struct DecodeParams {  // 128 bytes
  KvView kv;
  void* output;
  const void* qkv;
  const int* context;     // [sequences] tokens in the cache, the new one included
  const int* tile_start;  // [sequences + 1]
  float* partials;        // [grid][2][HEADS * head_dim], empty (partial_sums.cuh) before and after
  const float* table;     // [sequences][rotary_dim], or null
  int sequences;
  int heads;
  int window;
  float scale;
  int group;              // heads / kv_heads, at most HEADS of the variant
  int rotary_dim;
  int interleaved;        // 0: elements i and i + rotary_dim / 2 are a pair; 1: 2i and 2i + 1
  int early;              // 1: no kernel of the step before this one writes what the sequences have cached
};

// Prefill: a sequence's new tokens are the last ones of its context. Also of the plain kernel, which
// takes all rows from 0 to tokens and does not look at tiles.
struct PagedParams {  // 120 bytes
  KvView kv;
  void* output;
  const void* qkv;
  const int* first_token;     // [sequences + 1] row of each sequence's first new token
  const int* context;         // [sequences]
  const int* token_sequence;  // [tokens]; only the plain kernel reads it
  const int* tiles;           // [grid.y][2]: sequence, tile of Q_ROWS new tokens; the heaviest first
  int tokens;
  int heads;
  int window;
  float scale;
  int group;
  int reserved;
};

// Attention in both directions within groups of rows, without a cache. The plain kernel takes all rows
// from 0 to tokens and finds a row's group by row_group.
struct DenseParams {  // 64 bytes
  void* output;
  const void* qkv;
  const int* group_start;  // [groups + 1] first row of each group
  const int* tiles;        // [grid.y][2]: group, tile of Q_ROWS rows
  const int* row_group;    // [tokens]; only the plain kernel reads it
  int tokens;
  int heads;
  int kv_heads;
  int head_dim;
  float scale;
  int reserved;
};
