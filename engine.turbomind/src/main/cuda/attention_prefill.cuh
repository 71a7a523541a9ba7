// The tile of queries that a block of a prefill kernel works on, as read from the paged or the dense
// kernel's parameters.
#pragma once

#include "attention.cuh"

constexpr float LOG2E = 1.4426950408889634f;

// What differs between the paged and the dense kernel.
template <typename T>
struct PrefillWork {
  const T* queries;  // row 0 of the tile, of this head
  T* output;
  int64_t query_pitch;
  int64_t output_pitch;
  int rows;       // of the tile
  int position;   // of row 0; the keys' positions begin at 0
  int end;        // keys that any row sees
  int first;
  bool causal;
  int window;
  float factor;   // of scores, for powers of two
  const uint8_t* keys;
  const uint8_t* values;
  int64_t key_pitch;  // bytes; of the dense kernel
  const KvView* kv;   // of the paged kernel
  int sequence;
};

// Reads block (head, tile) of a paged kernel and has `Kernel` work on it.
template <typename Kernel, typename T, int HEAD_DIM, int Q_ROWS>
__device__ void paged_tile(const PagedParams& p, uint8_t* shared) {
  dependents_may_start();
  wait_for_predecessors();
  int head = blockIdx.x;
  int sequence = p.tiles[2 * blockIdx.y];
  int row = p.tiles[2 * blockIdx.y + 1] * Q_ROWS;
  int context = p.context[sequence];
  int first_token = p.first_token[sequence];
  int fresh = p.first_token[sequence + 1] - first_token;
  if (context == 0) {
    return;
  }
  int64_t token = first_token + row;
  int64_t columns = (int64_t)(p.heads + 2 * p.kv.kv_heads) * HEAD_DIM;
  int kv_head = head / p.group;
  PrefillWork<T> work;
  work.queries = static_cast<const T*>(p.qkv) + token * columns + head * HEAD_DIM;
  work.query_pitch = columns;
  work.output = static_cast<T*>(p.output) + (token * p.heads + head) * HEAD_DIM;
  work.output_pitch = p.heads * HEAD_DIM;
  work.rows = min(Q_ROWS, fresh - row);
  work.position = context - fresh + row;
  work.end = work.position + work.rows;
  work.first = p.window > 0 ? max(0, work.position + 1 - p.window) : 0;
  work.causal = true;
  work.window = p.window;
  work.factor = p.scale * LOG2E;
  work.keys = kv_rows(p.kv, 0, KEYS, kv_head);
  work.values = kv_rows(p.kv, 0, VALUES, kv_head);
  work.key_pitch = 0;
  work.kv = &p.kv;
  work.sequence = sequence;
  Kernel(work, shared).run();
}

// The same for a dense kernel.
template <typename Kernel, typename T, int HEAD_DIM, int Q_ROWS>
__device__ void dense_tile(const DenseParams& p, uint8_t* shared) {
  dependents_may_start();
  wait_for_predecessors();
  int head = blockIdx.x;
  int group = p.tiles[2 * blockIdx.y];
  int row = p.tiles[2 * blockIdx.y + 1] * Q_ROWS;
  int64_t start = p.group_start[group];
  int length = p.group_start[group + 1] - (int)start;
  int64_t columns = (int64_t)(p.heads + 2 * p.kv_heads) * HEAD_DIM;
  int kv_head = head / (p.heads / p.kv_heads);
  const T* qkv = static_cast<const T*>(p.qkv) + start * columns;
  PrefillWork<T> work;
  work.queries = qkv + row * columns + head * HEAD_DIM;
  work.query_pitch = columns;
  work.output = static_cast<T*>(p.output) + ((start + row) * p.heads + head) * HEAD_DIM;
  work.output_pitch = p.heads * HEAD_DIM;
  work.rows = min(Q_ROWS, length - row);
  work.position = row;
  work.end = length;
  work.first = 0;
  work.causal = false;
  work.window = 0;
  work.factor = p.scale * LOG2E;
  work.keys = reinterpret_cast<const uint8_t*>(qkv + (p.heads + kv_head) * HEAD_DIM);
  work.values = work.keys + (int64_t)p.kv_heads * HEAD_DIM * sizeof(T);
  work.key_pitch = columns * sizeof(T);
  work.kv = nullptr;
  work.sequence = 0;
  Kernel(work, shared).run();
}

