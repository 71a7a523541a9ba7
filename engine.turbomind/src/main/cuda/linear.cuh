// The linear kernels' parameters and the layout of their weights.
//
//   out[m, n] = epilogue(x[m, k] W[n, k]^T)
//
// Weights in device memory: k is padded with zeros to a multiple of 64 and n to a multiple of 128
// (n_padded). An atom is 8 rows by 64 elements of k, 1,024 bytes: row r has 128 bytes, its 16-byte
// chunk c lies at place c ^ (r & 7). Atoms are ordered [k / 64][n_padded / 8]. So the rows n0.. of one
// block of 64 k are one contiguous piece of memory, and in shared memory it is already what wgmma's
// 128-byte swizzle and conflict-free ldmatrix want.
//
// Gated weights alternate by atoms: 8 gate rows, the 8 up rows of the same features, the next 8 gate
// rows ...; a thread that holds rows r and r + 8 of a tensor-core fragment holds both halves of a
// feature. Their n_padded is 2 * (n rounded up to 8), rounded up to 128.
#pragma once

#include <cuda.h>

#include "common.cuh"

// Written by the host; offsets in bytes stand on the right.
struct alignas(128) LinearParams {
  CUtensorMap x_map;        //   0  x for the wgmma kernels (see linear_wgmma.cu); the others ignore it
  const void* x;            // 128  [m, k], type T, 16-byte aligned
  const void* weight;       // 136  layout above, 1,024-byte aligned
  const float* bias;        // 144  [n], gated: [2 n], gate first; or null
  const float* scale;       // 152  [n], used with a residual; null is 1
  const void* residual;     // 160  [m, n], type T, may be out; or null
  void* out;                // 168  [m, n], type T or float32
  float* workspace;         // 176  partial sums, 16-byte aligned; all bytes 0xff before the first launch,
                            //      and every launch leaves them so
  int m;                    // 184
  int n;                    // 188  columns of out
  int k;                    // 192  columns of x
  int n_padded;             // 196  rows of the weight
  int ldx;                  // 200  elements from row to row of x, a multiple of 8
  int ldo;                  // 204  ... of out
  int ldr;                  // 208  ... of residual
  int activation;           // 212  enum Activation, of (acc + bias), gated: of the gate
  int gated;                // 216  1: out = activation(gate) * up
  int out_float;            // 220  1: out is float32
};
static_assert(sizeof(LinearParams) == 256, "the host writes 224 bytes, the rest is unused");

constexpr int LINEAR_K = 64;                       // elements of k in a block, the unit of work
constexpr int LINEAR_ROW = LINEAR_K * 2;           // bytes of a row of a block
constexpr int LINEAR_ATOM = 8 * LINEAR_ROW;        // bytes of an atom
