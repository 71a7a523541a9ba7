// Normalizations of rows and of groups of columns, float32 inside.
#include "common.cuh"

// out = x / sqrt(mean(x^2) + epsilon) * weight, row by row.
// Launch: threads = multiple of 32 that is at least columns / 8, at most 1024; blocks = min(rows, what the
// device holds at once, or any number); each block walks over rows.
struct RmsNorm {
  const void* x;        // [rows, columns]
  const float* weight;  // [columns]
  void* out;            // [rows, columns]; may be x
  int32_t rows;
  int32_t columns;
  float epsilon;
};

// residual += x, then out = the RMS norm of the residual as it was rounded. Launch as RmsNorm.
struct AddRmsNorm {
  void* residual;       // [rows, columns]
  const void* x;        // [rows, columns]
  const float* weight;  // [columns]
  void* out;            // [rows, columns]; may be x
  int32_t rows;
  int32_t columns;
  float epsilon;
};

// out = (x - mean) / sqrt(variance + epsilon) * weight + bias, row by row. Launch as RmsNorm.
struct LayerNorm {
  const void* x;        // [rows, columns]
  const float* weight;  // [columns]
  const float* bias;    // [columns]
  void* out;            // [rows, columns]; may be x
  int32_t rows;
  int32_t columns;
  float epsilon;
};

// RMS norm in place of `groups` groups of `size` columns from column `from` on.
// Launch: 256 threads; blocks = any number if size <= 512 (best: min(ceil(rows * groups / 8), 6 times the
// multiprocessors)), else rows * groups.
struct RmsNormColumns {
  void* x;              // [rows, columns]
  const float* weight;  // [size]
  int32_t rows;
  int32_t columns;
  int32_t from;
  int32_t groups;
  int32_t size;
  float epsilon;
};

namespace normalization {

constexpr int VECTOR = 8;       // elements that a thread holds of a row
constexpr int LONG_GROUP = 512;  // longest group that one warp normalizes

__device__ __forceinline__ bool aligned(const void* pointer) { return ((uintptr_t)pointer & 15) == 0; }

template <typename T>
__device__ __forceinline__ void unpack(uint4 packed, float values[VECTOR]) {
  float2 a = unpack2<T>(packed.x), b = unpack2<T>(packed.y);
  float2 c = unpack2<T>(packed.z), d = unpack2<T>(packed.w);
  values[0] = a.x, values[1] = a.y, values[2] = b.x, values[3] = b.y;
  values[4] = c.x, values[5] = c.y, values[6] = d.x, values[7] = d.y;
}

template <typename T>
__device__ __forceinline__ uint4 pack(const float values[VECTOR]) {
  return make_uint4(pack2<T>(values[0], values[1]), pack2<T>(values[2], values[3]),
                    pack2<T>(values[4], values[5]), pack2<T>(values[6], values[7]));
}

__device__ __forceinline__ void load_weights(const float* weight, int vector, float values[VECTOR]) {
  float4 low = reinterpret_cast<const float4*>(weight)[2 * vector];
  float4 high = reinterpret_cast<const float4*>(weight)[2 * vector + 1];
  values[0] = low.x, values[1] = low.y, values[2] = low.z, values[3] = low.w;
  values[4] = high.x, values[5] = high.y, values[6] = high.z, values[7] = high.w;
}

__device__ __forceinline__ float sum_of_squares(const float values[VECTOR]) {
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < VECTOR; i++) sum = fmaf(values[i], values[i], sum);
  return sum;
}

// Sums over a block, one barrier each: two sets of partial sums take turns, so that a warp that is ahead
// never writes what another still reads.
struct BlockSum {
  float (*partial)[WARP];
  int turn;

  __device__ __forceinline__ float operator()(float value) {
    value = warp_sum(value);
    turn ^= 1;
    if (threadIdx.x % WARP == 0) partial[turn][threadIdx.x / WARP] = value;
    __syncthreads();
    int lane = threadIdx.x % WARP;
    return warp_sum(lane < blockDim.x / WARP ? partial[turn][lane] : 0.0f);
  }
};

__device__ __forceinline__ float inverse_root(float sum, int count, float epsilon) {
  return 1.0f / sqrtf(sum / count + epsilon);
}

// A row's threads each hold one vector of it; the block's next row is on its way meanwhile.
template <typename T, bool ADD>
__device__ __forceinline__ void rms_of_vectors(T* residual, const T* x, const float* weight, T* out, int rows,
                                               int columns, float epsilon, BlockSum block_sum) {
  int vectors = columns / VECTOR;
  bool mine = threadIdx.x < vectors;
  float w[VECTOR];
  if (mine) load_weights(weight, threadIdx.x, w);
  wait_for_predecessors();
  const uint4* input = reinterpret_cast<const uint4*>(x);
  uint4* sums = reinterpret_cast<uint4*>(residual);
  uint4 packed = make_uint4(0, 0, 0, 0);
  uint4 packed_residual = packed;
  size_t at = (size_t)blockIdx.x * vectors + threadIdx.x;
  if (mine && blockIdx.x < rows) {
    packed = input[at];
    if (ADD) packed_residual = sums[at];
  }
  for (int row = blockIdx.x; row < rows; row += gridDim.x) {
    uint4 next = make_uint4(0, 0, 0, 0);
    uint4 next_residual = next;
    size_t next_at = at + (size_t)gridDim.x * vectors;
    if (mine && (int64_t)row + gridDim.x < rows) {
      next = input[next_at];
      if (ADD) next_residual = sums[next_at];
    }
    float values[VECTOR];
    unpack<T>(packed, values);
    if (ADD) {
      float old[VECTOR];
      unpack<T>(packed_residual, old);
#pragma unroll
      for (int i = 0; i < VECTOR; i++) values[i] += old[i];
      packed_residual = pack<T>(values);
      if (mine) sums[at] = packed_residual;
      unpack<T>(packed_residual, values);
    }
    float scale = inverse_root(block_sum(sum_of_squares(values)), columns, epsilon);
    if (mine) {
#pragma unroll
      for (int i = 0; i < VECTOR; i++) values[i] = values[i] * scale * w[i];
      reinterpret_cast<uint4*>(out)[at] = pack<T>(values);
    }
    packed = next;
    packed_residual = next_residual;
    at = next_at;
  }
}

// Any length and alignment; a row is read twice, the second time from a cache.
template <typename T, bool ADD>
__device__ __forceinline__ void rms_of_elements(T* residual, const T* x, const float* weight, T* out,
                                                int rows, int columns, float epsilon, BlockSum block_sum) {
  wait_for_predecessors();
  for (int row = blockIdx.x; row < rows; row += gridDim.x) {
    size_t from = (size_t)row * columns;
    float squares = 0.0f;
    for (int column = threadIdx.x; column < columns; column += blockDim.x) {
      float value = to_float(x[from + column]);
      if (ADD) {
        T sum = from_float<T>(value + to_float(residual[from + column]));
        residual[from + column] = sum;
        value = to_float(sum);
      }
      squares = fmaf(value, value, squares);
    }
    float scale = inverse_root(block_sum(squares), columns, epsilon);
    for (int column = threadIdx.x; column < columns; column += blockDim.x) {
      float value = ADD ? to_float(residual[from + column]) : to_float(x[from + column]);
      out[from + column] = from_float<T>(value * scale * weight[column]);
    }
  }
}

template <typename T, bool ADD>
__device__ __forceinline__ void rms(void* residual, const void* x, const float* weight, void* out, int rows,
                                    int columns, float epsilon) {
  __shared__ float partial[2][WARP];
  BlockSum block_sum{partial, 0};
  dependents_may_start();
  bool vectors = columns % VECTOR == 0 && columns <= VECTOR * blockDim.x && aligned(x) && aligned(weight) &&
                 aligned(out) && (!ADD || aligned(residual));
  if (vectors) {
    rms_of_vectors<T, ADD>((T*)residual, (const T*)x, weight, (T*)out, rows, columns, epsilon, block_sum);
  } else {
    rms_of_elements<T, ADD>((T*)residual, (const T*)x, weight, (T*)out, rows, columns, epsilon, block_sum);
  }
}

template <typename T>
__device__ __forceinline__ void layer_of_vectors(const LayerNorm& p, BlockSum block_sum) {
  int vectors = p.columns / VECTOR;
  bool mine = threadIdx.x < vectors;
  float w[VECTOR], b[VECTOR];
  if (mine) {
    load_weights(p.weight, threadIdx.x, w);
    load_weights(p.bias, threadIdx.x, b);
  }
  wait_for_predecessors();
  const uint4* input = reinterpret_cast<const uint4*>(p.x);
  uint4 packed = make_uint4(0, 0, 0, 0);
  size_t at = (size_t)blockIdx.x * vectors + threadIdx.x;
  if (mine && blockIdx.x < p.rows) packed = input[at];
  for (int row = blockIdx.x; row < p.rows; row += gridDim.x) {
    uint4 next = make_uint4(0, 0, 0, 0);
    size_t next_at = at + (size_t)gridDim.x * vectors;
    if (mine && (int64_t)row + gridDim.x < p.rows) next = input[next_at];
    float values[VECTOR];
    unpack<T>(packed, values);
    float sum = 0.0f;
#pragma unroll
    for (int i = 0; i < VECTOR; i++) sum += values[i];
    float mean = block_sum(sum) / p.columns;
#pragma unroll
    for (int i = 0; i < VECTOR; i++) values[i] -= mean;
    float scale = inverse_root(block_sum(mine ? sum_of_squares(values) : 0.0f), p.columns, p.epsilon);
    if (mine) {
#pragma unroll
      for (int i = 0; i < VECTOR; i++) values[i] = values[i] * scale * w[i] + b[i];
      reinterpret_cast<uint4*>(p.out)[at] = pack<T>(values);
    }
    packed = next;
    at = next_at;
  }
}

template <typename T>
__device__ __forceinline__ void layer_of_elements(const LayerNorm& p, BlockSum block_sum) {
  wait_for_predecessors();
  for (int row = blockIdx.x; row < p.rows; row += gridDim.x) {
    const T* x = (const T*)p.x + (size_t)row * p.columns;
    T* out = (T*)p.out + (size_t)row * p.columns;
    float sum = 0.0f;
    for (int column = threadIdx.x; column < p.columns; column += blockDim.x) sum += to_float(x[column]);
    float mean = block_sum(sum) / p.columns;
    float squares = 0.0f;
    for (int column = threadIdx.x; column < p.columns; column += blockDim.x) {
      float value = to_float(x[column]) - mean;
      squares = fmaf(value, value, squares);
    }
    float scale = inverse_root(block_sum(squares), p.columns, p.epsilon);
    for (int column = threadIdx.x; column < p.columns; column += blockDim.x) {
      float value = (to_float(x[column]) - mean) * scale;
      out[column] = from_float<T>(value * p.weight[column] + p.bias[column]);
    }
  }
}

template <typename T>
__device__ __forceinline__ void layer(const LayerNorm& p) {
  __shared__ float partial[2][WARP];
  BlockSum block_sum{partial, 0};
  dependents_may_start();
  bool vectors = p.columns % VECTOR == 0 && p.columns <= VECTOR * blockDim.x && aligned(p.x) &&
                 aligned(p.weight) && aligned(p.bias) && aligned(p.out);
  if (vectors) {
    layer_of_vectors<T>(p, block_sum);
  } else {
    layer_of_elements<T>(p, block_sum);
  }
}

// A warp's share of one or more groups; each lane holds 4 * FOURS elements of each of MANY groups at once.
template <typename T, int FOURS, int MANY>
__device__ __forceinline__ void groups_of_fours(const RmsNormColumns& p) {
  int lane = threadIdx.x % WARP;
  float w[FOURS][4];
#pragma unroll
  for (int i = 0; i < FOURS; i++) {
    if (4 * (lane + i * WARP) < p.size) {
      float4 four = reinterpret_cast<const float4*>(p.weight)[lane + i * WARP];
      w[i][0] = four.x, w[i][1] = four.y, w[i][2] = four.z, w[i][3] = four.w;
    }
  }
  wait_for_predecessors();
  uint32_t count = (uint32_t)p.rows * p.groups;
  uint32_t warps = gridDim.x * (blockDim.x / WARP);
  uint32_t first = blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
  for (uint64_t from = first; from < count; from += (uint64_t)warps * MANY) {
    uint2* x[MANY];
    uint2 packed[MANY][FOURS];
#pragma unroll
    for (int k = 0; k < MANY; k++) {
      uint64_t index = from + (uint64_t)k * warps;
      uint32_t row = (uint32_t)index / (uint32_t)p.groups;
      uint32_t group = (uint32_t)index - row * p.groups;
      T* begin = (T*)p.x + (size_t)row * p.columns + p.from + (size_t)group * p.size;
      x[k] = index < count ? reinterpret_cast<uint2*>(begin) : nullptr;
#pragma unroll
      for (int i = 0; i < FOURS; i++) {
        bool mine = x[k] != nullptr && 4 * (lane + i * WARP) < p.size;
        packed[k][i] = mine ? x[k][lane + i * WARP] : make_uint2(0, 0);
      }
    }
#pragma unroll
    for (int k = 0; k < MANY; k++) {
      if (x[k] == nullptr) break;
      float squares = 0.0f;
#pragma unroll
      for (int i = 0; i < FOURS; i++) {
        float2 a = unpack2<T>(packed[k][i].x), b = unpack2<T>(packed[k][i].y);
        squares = fmaf(a.x, a.x, fmaf(a.y, a.y, fmaf(b.x, b.x, fmaf(b.y, b.y, squares))));
      }
      float scale = inverse_root(warp_sum(squares), p.size, p.epsilon);
#pragma unroll
      for (int i = 0; i < FOURS; i++) {
        if (4 * (lane + i * WARP) < p.size) {
          float2 a = unpack2<T>(packed[k][i].x), b = unpack2<T>(packed[k][i].y);
          x[k][lane + i * WARP] = make_uint2(pack2<T>(a.x * scale * w[i][0], a.y * scale * w[i][1]),
                                             pack2<T>(b.x * scale * w[i][2], b.y * scale * w[i][3]));
        }
      }
    }
  }
}

// Any alignment, one warp a group.
template <typename T>
__device__ __forceinline__ void groups_of_elements(const RmsNormColumns& p) {
  wait_for_predecessors();
  int lane = threadIdx.x % WARP;
  int64_t warps = (int64_t)gridDim.x * (blockDim.x / WARP);
  int64_t first = (int64_t)blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
  for (int64_t index = first; index < (int64_t)p.rows * p.groups; index += warps) {
    T* x = (T*)p.x + index / p.groups * p.columns + p.from + index % p.groups * p.size;
    float squares = 0.0f;
    for (int i = lane; i < p.size; i += WARP) squares = fmaf(to_float(x[i]), to_float(x[i]), squares);
    float scale = inverse_root(warp_sum(squares), p.size, p.epsilon);
    for (int i = lane; i < p.size; i += WARP) x[i] = from_float<T>(to_float(x[i]) * scale * p.weight[i]);
  }
}

template <typename T>
__device__ __forceinline__ void long_group(const RmsNormColumns& p, BlockSum block_sum) {
  wait_for_predecessors();
  int row = blockIdx.x / p.groups;
  T* x = (T*)p.x + (size_t)row * p.columns + p.from + (size_t)(blockIdx.x % p.groups) * p.size;
  float squares = 0.0f;
  for (int i = threadIdx.x; i < p.size; i += blockDim.x) {
    squares = fmaf(to_float(x[i]), to_float(x[i]), squares);
  }
  float scale = inverse_root(block_sum(squares), p.size, p.epsilon);
  for (int i = threadIdx.x; i < p.size; i += blockDim.x) {
    x[i] = from_float<T>(to_float(x[i]) * scale * p.weight[i]);
  }
}

template <typename T>
__device__ __forceinline__ void columns(const RmsNormColumns& p) {
  __shared__ float partial[2][WARP];
  dependents_may_start();
  bool fours = p.size % 4 == 0 && p.from % 4 == 0 && p.columns % 4 == 0 && aligned(p.weight) && aligned(p.x);
  if (fours && p.size <= 4 * WARP) {
    groups_of_fours<T, 1, 4>(p);
  } else if (fours && p.size <= LONG_GROUP) {
    groups_of_fours<T, LONG_GROUP / (4 * WARP), 1>(p);
  } else if (p.size <= LONG_GROUP) {
    groups_of_elements<T>(p);
  } else {
    long_group<T>(p, BlockSum{partial, 0});
  }
}

}  // namespace normalization

#define NORM_KERNELS(T)                                                                         \
  extern "C" __global__ void __launch_bounds__(1024) rms_norm_##T(RmsNorm p) {                  \
    normalization::rms<T, false>(nullptr, p.x, p.weight, p.out, p.rows, p.columns, p.epsilon);  \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(1024) add_rms_norm_##T(AddRmsNorm p) {           \
    normalization::rms<T, true>(p.residual, p.x, p.weight, p.out, p.rows, p.columns, p.epsilon); \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(1024) layer_norm_##T(LayerNorm p) {              \
    normalization::layer<T>(p);                                                                 \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(256) rms_norm_columns_##T(RmsNormColumns p) {    \
    normalization::columns<T>(p);                                                               \
  }

NORM_KERNELS(bf16)
NORM_KERNELS(f16)
