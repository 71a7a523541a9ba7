// Where a token's key and value lie in the paged KV pool.
//
// Block b begins at pool + b * block_bytes; inside, [layer][keys, values][kv head], and of each head
// block_tokens * head_dim elements of two bytes. If head_dim is a multiple of 64, these are slabs of 64
// elements of the head, [head_dim / 64][block_tokens][64], where the 16-byte chunk c of a token's 128 bytes
// lies at chunk position c ^ (token of the block & 7): runs of tokens can then be copied to shared memory in
// one piece and read there by ldmatrix without bank conflicts, and by wgmma as its 128-byte swizzle.
// Otherwise they are [block_tokens][head_dim]. Blocks are at least 16 tokens long and a multiple of 16, so
// the key of the swizzle is that of the position in the sequence.
#pragma once

#include "common.cuh"

// 48 bytes: four of 8, four of 4.
struct KvView {
  uint8_t* pool;
  const int* block_tables;     // [sequences][table_stride]: blocks of each sequence in order
  int64_t block_bytes;
  int64_t layer_offset_bytes;  // layer * 2 * kv_heads * block_tokens * head_dim * 2
  int block_tokens;
  int kv_heads;
  int head_dim;
  int table_stride;
};

enum KvSide { KEYS, VALUES };

// A block's keys or values of one head.
__device__ __forceinline__ uint8_t* kv_rows(const KvView& kv, int block, KvSide side, int head) {
  int rows = (side * kv.kv_heads + head) * kv.block_tokens;
  return kv.pool + block * kv.block_bytes + kv.layer_offset_bytes + (int64_t)rows * kv.head_dim * 2;
}

__device__ __forceinline__ int kv_block(const KvView& kv, int sequence, int position) {
  return kv.block_tables[(int64_t)sequence * kv.table_stride + position / kv.block_tokens];
}

// Bytes from a token to the next.
__host__ __device__ constexpr int kv_token_bytes(int head_dim) { return head_dim % 64 == 0 ? 128 : head_dim * 2; }

__host__ __device__ constexpr int kv_slabs(int head_dim) { return head_dim % 64 == 0 ? head_dim / 64 : 1; }

// Where a 16-byte chunk of a token of the block lies from kv_rows on.
__device__ __forceinline__ int kv_chunk(int head_dim, int block_tokens, int token, int chunk) {
  if (head_dim % 64 != 0) {
    return token * head_dim * 2 + chunk * 16;
  }
  return (chunk / 8 * block_tokens + token) * 128 + ((chunk ^ token) & 7) * 16;
}
